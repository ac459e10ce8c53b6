"""One request and its answer, as recorded; and what an answer means on this target."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from plumbline.profile import Body
from plumbline.secrets import Secrets, variable

OK = "ok"
NOT_LOGGED_IN = "not logged in"
REFUSED = "login refused"
FORBIDDEN = "forbidden"
NOT_FOUND = "not found"
UNAVAILABLE = "unavailable"
REGISTERED = "registered"
TAKEN = "taken"

SERVER_ERROR = 500
"""The first status that is one."""

HOW_TO_GET = {
    "session": "the value of the session cookie that a login gives you",
    "password": "the account's password, see [accounts] of the profile",
    "database": "the database's password, from the run's environment",
}
"""The first word of a secret's name → how a reader of a curl line gets one."""


@dataclass(frozen=True)
class Cookie:
    """One `Set-Cookie` header: the value and its attributes, their names in lower case (RFC 6265, 4.1)."""

    name: str
    value: str
    attributes: Mapping[str, str]

    @classmethod
    def parse(cls, header: str) -> Cookie:
        """Reads one header value; attributes without a value, such as HttpOnly, are empty strings."""
        pair, *rest = header.split(";")
        name, _, value = pair.strip().partition("=")
        attributes = {}
        for part in rest:
            key, _, content = part.strip().partition("=")
            attributes[key.strip().lower()] = content.strip()
        return cls(name, value, attributes)


@dataclass(frozen=True)
class Exchange:
    """One request and its answer. Bodies are text; what is not text is shown by its length."""

    method: str
    url: str
    path: str
    who: str
    request_headers: Mapping[str, str]
    request_body: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    seconds: float
    breach: str | None = None
    request_id: str = ""
    """The X-Request-ID that went with it."""
    began: float = 0.0
    """When it was sent, in seconds since the epoch."""
    failure: str = ""
    """Why there is no answer; `status` is 0 then."""

    def curl(self, secrets: Secrets) -> str:
        """A command that asks the same again; each secret is a shell variable to set first."""
        words = ["curl -i"]
        if self.method == "HEAD":
            words = ["curl -I"]
        elif self.method != "GET":
            words.append(f"-X {self.method}")
        for name, value in self.request_headers.items():
            words.append(f"-H {secrets.as_shell_variables(f'{name}: {value}')}")
        if self.request_body:
            words.append(f"-d {secrets.as_shell_variables(self.request_body)}")
        return " ".join([*words, secrets.as_shell_variables(self.url)])

    def line(self) -> str:
        """`GET /api/auth/me as admin: 401 in 3 ms`."""
        outcome = self.failure or f"{self.status} in {self.seconds * 1000:.0f} ms"
        return f"{self.method} {self.path} as {self.who}: {outcome}"

    def secrets_to_set(self, secrets: Secrets) -> tuple[str, ...]:
        """The variables that `curl` leaves to the reader, each with what it stands for."""
        text = self.request_body + self.url + "".join(self.request_headers.values())
        names = secrets.variables_in(text).values()
        return tuple(f"{variable(name)} to {HOW_TO_GET.get(name.split()[0], f'the {name}')}" for name in names)


@dataclass(frozen=True)
class Answer:
    """What a check gets back: the exchange, and what it means on this target.

    `meaning` is one of the words above, worked out from the profile (on one platform "not logged in" is a 401,
    on another a 403), or `status 418` where the profile has no word for it.
    """

    exchange: Exchange
    meaning: str
    user: str | None = field(default=None)
    role: str | None = field(default=None)
    shape: Body | None = field(default=None, repr=False)
    """How its JSON differs from the contract's on this target."""

    @property
    def status(self) -> int:
        """The HTTP status code."""
        return self.exchange.status

    @property
    def headers(self) -> dict[str, str]:
        """The headers, names in lower case; of one that is repeated, the values joined by a comma."""
        joined: dict[str, str] = {}
        for name, value in self.exchange.headers:
            key = name.lower()
            joined[key] = f"{joined[key]}, {value}" if key in joined else value
        return joined

    @property
    def cookies(self) -> list[Cookie]:
        """The cookies that this answer sets."""
        return [Cookie.parse(value) for name, value in self.exchange.headers if name.lower() == "set-cookie"]

    @property
    def text(self) -> str:
        """The body as UTF-8 text; bytes that are none are replaced."""
        return self.exchange.body.decode("utf-8", "replace")

    def json(self) -> Any:  # noqa: ANN401 - JSON can be anything
        """The body as JSON, in the contract's words; AssertionError, with its start, where it is none."""
        try:
            body = json.loads(self.exchange.body)
        except ValueError:
            raise AssertionError(f"{self!r} is not JSON: {self.text[:200]!r}") from None
        return body if self.shape is None else in_contracts_words(body, self.shape)

    def __repr__(self) -> str:
        return f"<{self.exchange.method} {self.exchange.path} as {self.exchange.who}: {self.status}, {self.meaning}>"


def in_contracts_words(body: Any, shape: Body) -> Any:  # noqa: ANN401 - JSON can be anything
    """A platform's JSON with the list where the contract has it, and the fields by the contract's names."""
    body = dotted(body, shape.items) if shape.items else body
    if isinstance(body, list):
        return [_renamed(entry, shape) for entry in body]
    return _renamed(body, shape)


def _renamed(entry: Any, shape: Body) -> Any:  # noqa: ANN401 - JSON can be anything
    if not isinstance(entry, Mapping):
        return entry
    return {**entry, **{ours: dotted(entry, theirs) for ours, theirs in shape.fields.items()}}


def parsed(body: bytes) -> Any:  # noqa: ANN401 - JSON
    """The JSON of a body; None where it is none."""
    try:
        return json.loads(body)
    except ValueError:
        return None


def dotted(value: Any, path: str) -> Any:  # noqa: ANN401 - JSON can be anything
    """What stands at `user.name` in nested JSON; None where there is no such place."""
    for key in path.split("."):
        if not isinstance(value, Mapping) or key not in value:
            return None
        value = value[key]
    return value
