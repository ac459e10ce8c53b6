"""The suite's one HTTP client: asks permission, records every exchange, holds every answer to the contract."""

from __future__ import annotations

import json as jsonlib
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from plumbline.asking.exchange import OK, REFUSED, Answer, Exchange, dotted
from plumbline.asking.meaning import meaning_of_login
from plumbline.asking.minted import learn
from plumbline.asking.pool import never_ends, pool_for, what_was_sent
from plumbline.asking.steps import log_in, log_out
from plumbline.deadlines import DeadlineMissed
from plumbline.elsewhere.bounds import may_be_named, may_log_in
from plumbline.elsewhere.leaving import a_login, logged_out
from plumbline.elsewhere.permission import SAFE_METHODS, plain_origin
from plumbline.judging.record import Unsupported

if TYPE_CHECKING:
    import httpx

    from plumbline.profile import Account
    from plumbline.target import Target

DEADLINE = 10.0
"""Seconds that an answer may take before the check has failed; checks with a limit of their own give it."""

OPENED = "connection.connect_tcp.complete"
"""httpcore's word for a connection that was made, not kept."""


class NoAnswer(Exception):
    """The connection failed before there was an answer: refused, reset, or closed."""


class Client:
    """One caller of the platform, with cookies of its own; paths are the contract's, whatever the platform's are.

    `recorded` gets every exchange. Redirects are answers like any other: none is followed.
    """

    def __init__(self, target: Target, url: str, who: str, recorded: Callable[[Exchange], None]) -> None:
        self.target = target
        self.url = url.rstrip("/")
        self.who = who
        self.run_mark = target.run_mark
        self._recorded = recorded
        self._http: httpx.Client | None = None
        self.has_session = False
        """Whether it carries somebody's session; what a check makes up for itself is none."""
        self._whose = ""
        self.opened: list[dict[str, str]] = []
        """The headers of each session that it has opened and not ended."""

    def get(self, path: str, **options: Any) -> Answer:  # noqa: ANN401 - see `request`
        """GET; options as in `request`."""
        return self.request("GET", path, **options)

    def head(self, path: str, **options: Any) -> Answer:  # noqa: ANN401 - see `request`
        """HEAD; options as in `request`."""
        return self.request("HEAD", path, **options)

    def post(self, path: str, **options: Any) -> Answer:  # noqa: ANN401 - see `request`
        """POST; options as in `request`."""
        return self.request("POST", path, **options)

    def request(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        within: float = DEADLINE,
    ) -> Answer:
        """Sends one request and gives its answer, whatever the status.

        Raises DeadlineMissed after `within` seconds without an answer, NoAnswer where the connection failed, and
        PermissionRefused where this run may not send it.
        """
        ours, url, sent = self.prepared(method, path, headers, sending=(json, data))
        content = jsonlib.dumps(json).encode() if json is not None else None
        if content is not None:
            sent["Content-Type"] = "application/json"
        started = time.monotonic()
        request = self.http.build_request(method, url, content=content, data=data, headers=sent, timeout=within)
        response = self._answered(ours, request, within)
        body = response.content if response.is_stream_consumed else b""
        answer = self.answer(ours, response, body, time.monotonic() - started)
        self.record(answer.exchange)
        return answer

    def prepared(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, sending: object = None
    ) -> tuple[str, str, dict[str, str]]:
        """The contract's path, the platform's URL and the headers of a request that this run may send, when it may.

        Raises PermissionRefused where it may not, Unsupported where the platform has no such path, Blocked where it
        has said that there were too many requests.
        """
        ours, query, rest = path.partition("?")
        if ours in self.target.profile.absent:
            raise Unsupported(f"the profile says that the platform has no {ours}")
        real = self.target.profile.path(ours)
        url = urlsplit(urljoin(self.url + "/", real))  # a redirect of a login may name another origin
        permission, place = self.target.permission, url.path or "/"
        permission.may_send(method, plain_origin(url.geturl()), place, credentials=self.has_session)
        if not real.startswith(("http:", "https:")):
            permission.may_ask_for(place)
        if place in permission.session_paths:
            may_log_in(self.target, sending)
        self.target.pace.take()
        return ours, url.geturl() + query + rest, {**self.target.trace.headers(), **(headers or {})}

    def open(self, path: str, within: float) -> tuple[str, httpx.Response]:
        """Asks for a stream: the contract's path, and the answer of which only the head has been read."""
        ours, url, sent = self.prepared("GET", path)
        request = self.http.build_request("GET", url, headers=sent, timeout=within)
        return ours, self._answered(ours, request, within, whole=False)

    def record(self, exchange: Exchange) -> None:
        """Keeps an exchange as one of this caller's, and the secrets in it as such."""
        learn(exchange, self.target.secrets, self.target.profile.cookie, self._whose)
        self._recorded(exchange)
        self.target.pace.heed(exchange.status, f"{exchange.method} {exchange.path}")

    def login(self, account: Account, at: Account | None = None, within: float = DEADLINE) -> Answer:
        """Logs in as `account`, where it belongs or where `at` does; the session stays with this client."""
        profile, door = self.target.profile, at or account
        self._whose = account.username
        password = self.target.password(account)
        may_be_named(self.target, account.username)
        with a_login(self.target, account, self.url) as session:
            if profile.login.steps:
                values = {"username": account.username, "password": password, "login": door.login, "origin": self.url}
                answer = log_in(self, partial(self.request, within=within), values)
            else:
                body = {
                    door.username_field or profile.login.username: account.username,
                    door.password_field or profile.login.password: password,
                }
                sent = {"json" if profile.login.body == "json" else "data": body}
                answer = self.post(door.login, within=within, **sent)
            answer = replace(answer, meaning=meaning_of_login(answer.exchange, profile))
            session.append(self._keep_session(answer))
        return answer

    def _keep_session(self, answer: Answer) -> str:
        """Keeps what the end of a login gave, and returns it: a bearer, or the cookie that is in the jar by now."""
        bearer = self.target.profile.login.bearer
        if bearer and answer.meaning == OK:
            self.bear(str(dotted(answer.json(), bearer) or ""))
        elif not bearer and self.cookies.get(self.target.profile.cookie) and answer.meaning != REFUSED:
            self.has_session = True
        if not self.has_session or answer.meaning == REFUSED:
            return ""
        self.opened.append(dict(self.session_headers))
        return str(self.session_headers)

    def me(self, **options: Any) -> Answer:  # noqa: ANN401 - see `request`
        """Who the platform thinks that this caller is."""
        return self.get("/api/auth/me", **options)

    def logout(self, headers: Mapping[str, str] | None = None) -> Answer:
        """Ends this caller's session, or the one that `headers` carry."""
        session = self.session_headers
        answer = log_out(self, {"origin": self.url, "username": self._whose}, headers or {})
        if answer.meaning == OK and session in self.opened:
            self.opened.remove(session)
        logged_out(self.target, answer.meaning, str(session))
        return answer

    def bear(self, token: str) -> None:
        """Sends a bearer token from now on."""
        self.target.secrets.register(token, f"bearer of {self.who}")
        self.http.headers["Authorization"] = f"Bearer {token}"
        self.has_session = bool(token)

    @property
    def session_headers(self) -> dict[str, str]:
        """The headers that are this caller's session, for somebody who has copied them."""
        bearer = self.http.headers.get("Authorization")
        return {"Authorization": bearer} if bearer else {"Cookie": self.cookie_header}

    @property
    def cookies(self) -> dict[str, str]:
        """Name → value of what the platform would get from this caller at `/`."""
        return {cookie.name: cookie.value or "" for cookie in self.http.cookies.jar}

    @property
    def cookie_header(self) -> str:
        """The same as the header that carries them, for somebody who has copied it."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def set_cookie(self, name: str, value: str) -> None:
        """Sends a cookie from now on, as if the platform had set it."""
        host = urlsplit(self.url).hostname or ""
        # as jars call a host without a dot; without a domain it would be sent beside what the platform sets anew
        self.http.cookies.set(name, value, domain=host if "." in host else f"{host}.local")
        self.has_session = True

    @property
    def http(self) -> httpx.Client:
        """The connection pool and cookie jar beneath; made when first needed."""
        if self._http is None:
            self._http = pool_for(self.target, self.url)
        return self._http

    def reconnect(self) -> None:
        """Forgets kept connections, never cookies: those of an instance that ended are dead."""
        if self._http is not None:
            old, self._http = self._http, None
            self.http.headers = old.headers  # a bearer among them
            self.http.cookies = old.cookies.jar  # itself: of httpx's Cookies a plain copy is made
            old.close()

    def close(self) -> None:
        """Gives the connections back."""
        if self._http is not None:
            self._http.close()

    def _answered(self, ours: str, request: httpx.Request, within: float, *, whole: bool = True) -> httpx.Response:
        """The answer; a request that gets none is recorded here."""
        started = time.monotonic()
        try:
            return self._send(request, within, whole=whole)
        except (DeadlineMissed, NoAnswer) as error:
            unanswered = what_was_sent(ours, request, self.who, time.monotonic() - started)
            self.record(Exchange(**unanswered, status=0, headers=(), body=b"", failure=_why(error)))
            raise

    def _send(self, request: httpx.Request, within: float, *, whole: bool, again: bool = True) -> httpx.Response:
        import httpx

        shown = f"{request.method} {request.url.path} as {self.who}"
        opened: list[str] = []
        request.extensions["trace"] = lambda event, _: opened.append(event) if event == OPENED else None
        try:
            return self._received(request, whole=whole)
        except httpx.TimeoutException:
            raise DeadlineMissed(f"{shown}: no answer within {within:g} s") from None
        except httpx.RemoteProtocolError as error:
            if again and not opened and request.method in SAFE_METHODS:
                # A kept connection that was closed meanwhile is opened afresh once, or one defect reads as two.
                self.target.pace.take()
                return self._send(request, within, whole=whole, again=False)
            raise NoAnswer(f"{shown}: the platform closed the connection: {error}") from error
        except httpx.HTTPError as error:
            raise NoAnswer(f"{shown}: no answer: {str(error) or type(error).__name__}") from error

    def _received(self, request: httpx.Request, *, whole: bool) -> httpx.Response:
        """The answer with its body, without it where it would be waited for in vain, or is not asked for."""
        response = self.http.send(request, follow_redirects=False, stream=True)
        if whole and not never_ends(response):
            try:
                response.read()
            except BaseException:
                response.close()
                raise
        elif whole:
            response.close()
        return response

    def answer(self, ours: str, response: httpx.Response, body: bytes, seconds: float) -> Answer:
        """What came back, and what it means; not recorded yet."""
        target, request = self.target, response.request
        exchange = Exchange(
            **what_was_sent(ours, request, self.who, seconds),
            status=response.status_code,
            headers=tuple(response.headers.multi_items()),
            body=body,
            breach=target.breach(request.method, ours, response, body),
        )
        told = (target.meaning(exchange), target.user_in(exchange), target.role_in(exchange))
        return Answer(exchange, *told, target.profile.answers.get(ours))


def _why(error: Exception) -> str:
    """Why there was no answer, without whose question it was."""
    return str(error).partition(": ")[2] or str(error)
