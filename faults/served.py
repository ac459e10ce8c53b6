"""A platform as a probe sees it: its answers, its start, its log, its database."""

from __future__ import annotations

import contextlib
import http.cookiejar
import io
import json
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from email.message import Message
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from faults.registry import Fault

ACCOUNTS = {"admin": "password123"}
"""The published demo logins that a probe may use."""

PATIENCE = 10.0
"""Seconds for one answer."""


@dataclass(frozen=True)
class Answer:
    """What came back: status, headers (case does not matter), body."""

    status: int
    headers: Message
    text: str

    def json(self) -> Any:  # noqa: ANN401 - JSON
        """The body as JSON."""
        return json.loads(self.text)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """A redirect is an answer like others."""


class Caller:
    """Somebody who asks the platform, with cookies of their own, kept as browsers keep them."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self.cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), _NoRedirects, urllib.request.HTTPCookieProcessor(self.cookies)
        )

    def ask(self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None) -> Answer:
        """Sends one request, `body` as JSON; OSError where nobody answers."""
        data = None if body is None else json.dumps(body).encode()
        kind = {} if body is None else {"Content-Type": "application/json"}
        request = urllib.request.Request(self._url + path, data, {**kind, **(headers or {})}, method=method)
        try:
            came = self._opener.open(request, timeout=PATIENCE)
        except urllib.error.HTTPError as error:
            came = error
        with came:
            return Answer(came.status or 0, cast("Message", came.headers), came.read().decode("utf-8", "replace"))

    def get(self, path: str, **headers: str) -> Answer:
        """GET; header names are written with an underline for each dash."""
        return self.ask("GET", path, headers={name.replace("_", "-"): text for name, text in headers.items()})

    def post(self, path: str, body: object = None) -> Answer:
        """POST with a JSON body."""
        return self.ask("POST", path, body)


@dataclass(frozen=True)
class Served:
    """A platform that was started, or was to be: `code` is what it ended with, None while it runs.

    `faulty` says whether it has the fault; only probes that run the platform's commands themselves need it.
    """

    url: str
    started: bool
    fault: Fault
    code: int | None = None
    log: str = ""
    database_url: str = field(default="", repr=False)
    redis_url: str = field(default="", repr=False)
    faulty: bool | None = None

    def caller(self, as_: str | None = None) -> Caller:
        """Somebody new, logged in as `as_` where that is given."""
        caller = Caller(self.url)
        if as_ is not None:
            caller.post("/api/auth/login", {"username": as_, "password": ACCOUNTS[as_]})
        return caller

    def get(self, path: str, *, as_: str | None = None, **headers: str) -> Answer:
        """What a new caller gets there."""
        return self.caller(as_).get(path, **headers)

    def sql(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of a statement on the platform's database, as the platform's user."""
        import psycopg

        with psycopg.connect(self.database_url, autocommit=True, connect_timeout=2) as connection:
            cursor = connection.execute(query.encode(), values)
            return cursor.fetchall() if cursor.description else []

    def forget_copies(self) -> None:
        """Empties the platform's Redis."""
        import redis

        with redis.Redis.from_url(self.redis_url) as client:
            client.flushdb()

    def command(self, *argv: str, without: str | None = None) -> int:
        """Runs one of the platform's commands in this process, on its database; its exit code."""
        from faults.breaking import run

        environment = self._environment()
        environment.pop(without or "", None)
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            return run(self._present, argv, environment)

    def headers_of(self, path: str, **settings: str) -> dict[str, str]:
        """The headers of a page where the platform has these settings, asked in this process."""
        from faults.inside import headers_of

        return headers_of(self._present, path, self._environment() | settings)

    def headers_for_another_host(self, method: str, path: str) -> dict[str, str]:
        """The headers of an answer, in this process, to a page on another host that may ask the API."""
        from faults.inside import headers_of

        page = "https://app.example.org"
        settings = {"CORS_ORIGINS": page, "API_ORIGIN": "https://api.example.org"}
        return headers_of(self._present, path, self._environment() | settings, method, page)

    def start_in_vain(self) -> tuple[str, int]:
        """What a start says, in this process, whose database refuses for half a second, and its further tries."""
        from faults.inside import start_in_vain

        nowhere = {"DATABASE_URL": "postgresql://platform:of-nobody@127.0.0.1:1/platform"}
        return start_in_vain(self._present, self._environment() | nowhere)

    def copy_in_vain(self) -> str:
        """What comes, in this process, of asking a Redis that is not there."""
        from faults.inside import copy_in_vain

        return copy_in_vain(self._present, self._environment() | {"REDIS_URL": "redis://127.0.0.1:1/0"})

    def without_redis(self) -> list[str]:
        """What a platform does in a process of its own whose Redis accepts and says nothing."""
        from faults.inside import without_redis

        return without_redis(self._present, self._environment())

    def numbers_in_vain(self) -> str:
        """How soon, in this process, the kept numbers are given up where Redis accepts and says nothing."""
        from faults.inside import numbers_in_vain

        return numbers_in_vain(self._present, self._environment())

    def login_in_vain(self) -> bool:
        """Whether, in this process, a session is known that began while Redis was not there."""
        from faults.inside import login_in_vain

        return login_in_vain(self._present, self._environment() | {"REDIS_URL": "redis://127.0.0.1:1/0"})

    @property
    def _present(self) -> Fault | None:
        if self.faulty is None:
            message = f"the probe of {self.fault.name} must be told by `faulty` which platform it looks at"
            raise ValueError(message)
        return self.fault if self.faulty else None

    def _environment(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self.database_url or "postgresql://platform@127.0.0.1/platform",
            "REDIS_URL": "redis://127.0.0.1/0",
            "SESSION_SECRET": "of-a-probe-that-signs-nothing-0123456789",
            "ARGON2_COST": "low",
            "START_DEADLINE": "0.3",
        }
