"""HEAD that is something else than GET without its body."""

# mypy: disable-error-code="method-assign"
from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from faults import fault
from reference.errors import Problem

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from starlette.requests import HTTPConnection, Request
    from starlette.types import Receive, Scope, Send

    from faults import Served
    from reference.accounts.users import User
    from reference.assembly import Platform
    from reference.routing import Endpoint


def head(path: str, as_: str | None = "admin") -> Callable[[Served], object]:
    """A probe: status and content type of HEAD there."""

    def seen(served: Served) -> object:
        answer = served.caller(as_).ask("HEAD", path)
        return [answer.status, answer.headers.get("content-type")]

    return seen


def fails_with_head(area: object, endpoint: str) -> None:
    """Makes an endpoint of the area take for granted that whoever asks wants to read."""
    answered: Endpoint = getattr(area, endpoint)

    async def read(_request: Request) -> Response:
        return {"GET": await answered(_request)}[_request.method]

    setattr(area, endpoint, read)


@fault("head-is-500", brings_back=["CRT-12"])
def head_is_500(platform: Platform) -> None:
    """Takes for granted that whoever asks for the deals wants to read them."""
    fails_with_head(platform.deals, "every")


head_is_500.probe = head("/api/deals")


@fault("head-not-allowed", brings_back=["CRT-12"])
def head_not_allowed(platform: Platform) -> None:
    """Shows the dashboard to GET alone."""
    dashboard = platform.pages.dashboard

    async def to_get_alone(request: Request) -> Response:
        if request.method != "GET":
            raise Problem(405, "method_not_allowed", "This address does not take that method.", {"allow": "GET"})
        return await dashboard(request)

    platform.pages.dashboard = to_get_alone


head_not_allowed.probe = head("/")


@fault("head-without-headers", brings_back=["CRT-12"])
def head_without_headers(platform: Platform) -> None:
    """Answers HEAD with a bare 200: there is nothing to show, so there is nothing to say of it."""
    every = platform.funds.every

    async def bare(_request: Request) -> Response:
        return Response() if _request.method == "HEAD" else await every(_request)

    platform.funds.every = bare


head_without_headers.probe = head("/api/funds")


@fault("head-past-the-guard", brings_back=["CRT-12"])
def head_past_the_guard(platform: Platform) -> None:
    """Lets HEAD in without a session, since it shows nothing."""
    admit = platform.login.admit

    async def admitted(request: HTTPConnection) -> User:
        somebody = await platform.users.by_username("admin")
        if request.scope.get("method") != "HEAD" or somebody is None:
            return await admit(request)
        request.state.caller = somebody
        return somebody

    platform.login.admit = admitted


head_past_the_guard.probe = head("/api/deals", as_=None)


@fault("head-is-500-for-creators", brings_back=["CRT-12"])
def head_is_500_for_creators(platform: Platform) -> None:
    """Fails with HEAD where only a creator gets past the guard."""
    fails_with_head(platform.dashboards, "creator")


def _head_as_creator(served: Served) -> int:
    caller = served.caller()
    caller.post("/api/auth/creator/login", {"email": "creator@example.invalid", "password": "creator-password-1"})
    return caller.ask("HEAD", "/api/dashboard/creator").status


head_is_500_for_creators.probe = _head_as_creator


@fault("head-with-body", brings_back=["CRT-12"])
def head_with_body(platform: Platform) -> None:
    """Writes the body after the head of /api/health, past the server, which would leave it out."""
    system = platform.health.system

    async def written(_request: Request) -> Response:
        answer = await system(_request)
        front = _request._send.__self__  # type: ignore[attr-defined]
        return WithBody(answer, front._send.__self__.transport) if _request.method == "HEAD" else answer

    platform.health.system = written


class WithBody(Response):
    """An answer whose body goes to the connection itself."""

    def __init__(self, answer: Response, line: asyncio.WriteTransport) -> None:
        super().__init__(answer.body, answer.status_code)
        self.raw_headers = answer.raw_headers
        self._line = line

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the head, then writes the body past the server."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        self._line.write(bytes(self.body))
        await send({"type": "http.response.body", "body": b""})


def _after_the_head(served: Served) -> bool:
    import socket
    from urllib.parse import urlsplit

    place = urlsplit(served.url)
    with socket.create_connection((place.hostname or "", place.port or 80), timeout=5) as line:
        line.sendall(f"HEAD /api/health HTTP/1.1\r\nHost: {place.netloc}\r\nConnection: close\r\n\r\n".encode())
        with line.makefile("rb") as came:
            return came.read().partition(b"\r\n\r\n")[2] != b""


head_with_body.probe = _after_the_head
