"""The front of the platform: everything that holds for every request, whatever answers it."""

import contextlib
import re
import time
import uuid
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import psycopg
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route, Router
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect

from reference.errors import Problem, Unavailable
from reference.routing import served

if TYPE_CHECKING:
    from reference.assembly import Platform

REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
"""What is taken over as a request id from outside; anything else could forge log lines."""

TRACE = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}.*")
"""A `traceparent`: the second part names the trace that the request belongs to (W3C Trace Context)."""

NO_ROUTE = "unmatched"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Methods that become a metrics label; others could be made up without end."""

MESSAGES = {404: "There is nothing at this address.", 405: "This address does not take that method."}
CODES = {404: "not_found", 405: "method_not_allowed"}

HEADS = frozenset({"http.response.start", "websocket.http.response.start", "websocket.accept"})
"""The ASGI messages that say how a request or a socket is answered."""

SOCKET = 101
"""The status of an accepted socket."""

INTERNAL_ERROR = 1011
"""The code that closes a socket whose talk has failed (RFC 6455, 7.4.1)."""


class Front:
    """The ASGI application: request ids, clean errors, headers, one log line and one count a request."""

    def __init__(self, platform: "Platform") -> None:
        self._platform = platform
        routes = [served(platform, record) for record in platform.routes]
        self._router = Router(routes, redirect_slashes=False, default=nowhere)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hold one socket until it is closed."""
        request = HTTPConnection(scope)
        exchange = Exchange(self._platform, request, send)
        scope["app"] = self  # makes the router raise for 405, so that it is answered below
        try:
            answer_at_once = self._platform.cors.preflight(request)
            await (answer_at_once or self._router)(scope, receive, exchange.send)
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller gets a clean answer
            exchange.error = error
            if exchange.status is None:
                answer = self.answer_to(error, request, exchange.request_id)
                await answer(scope, receive, exchange.send)
            elif exchange.status == SOCKET and not isinstance(error, WebSocketDisconnect):
                await exchange.hang_up()
        finally:
            exchange.finish()

    def answer_to(self, error: Exception, request: HTTPConnection, request_id: str) -> Response:
        """Return the answer to *error*: an HTML page for browsers, the envelope for programs."""
        problem = as_problem(error)
        if isinstance(error, HTTPException) and problem.status == HTTPStatus.METHOD_NOT_ALLOWED:
            problem.headers["Allow"] = self.methods_at(request.url.path)
        if wants_html(request):
            # An error page that cannot be rendered must not hide the error: the envelope takes its place.
            with contextlib.suppress(Exception):
                page = self._platform.pages.error(problem.status, problem.message, request_id)
                return HTMLResponse(page, problem.status, problem.headers)
        body = {"code": problem.code, "message": problem.message, "requestId": request_id}
        return JSONResponse({"error": body}, problem.status, problem.headers)

    def methods_at(self, path: str) -> str:
        """Return the methods that the routes of *path* take together; the router tells those of the first alone."""
        there = [route for route in self._router.routes if isinstance(route, Route) and route.path_regex.match(path)]
        return ", ".join(sorted({method for route in there for method in route.methods or ()}))


class Exchange:
    """One request and its answer, or one socket from its opening to its close, as they pass through the front."""

    def __init__(self, platform: "Platform", request: HTTPConnection, send: Send) -> None:
        self._platform = platform
        self._request = request
        self._send = send
        self._begun = time.perf_counter()
        given = request.headers.get("x-request-id", "")
        self.request_id = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        trace = TRACE.fullmatch(request.headers.get("traceparent", ""))
        self._trace = {"traceId": trace.group(1)} if trace else {}
        self.status: int | None = None
        self.error: Exception | None = None

    async def send(self, message: Message) -> None:
        """Pass a part of the answer on; its head gets the headers of every answer, and is counted."""
        if message["type"] in HEADS:
            self.status = message.get("status", SOCKET)
            headers = MutableHeaders(scope=message)
            for name, value in self._platform.headers.of(self.status).items():
                headers.setdefault(name, value)
            self._platform.cors.tell(self._request, headers)
            headers["x-request-id"] = self.request_id
            self._platform.login.renew(self._request, headers)
            # Not at the end: a stream or a socket lasts for hours, which says nothing about how fast it was answered.
            self._count(self.status)
            if self.status == SOCKET:
                self._platform.log.info("socket opened", **self._fields(SOCKET))
        await self._send(message)

    async def hang_up(self) -> None:
        """Close the socket, whose talk has failed."""
        await self._send({"type": "websocket.close", "code": INTERNAL_ERROR})

    def finish(self) -> None:
        """Write the log line of the request, or of the socket's end: of level 50 where the platform has failed."""
        if self.status is None:
            self._count(500)
        status = self.status or 500
        fields = self._fields(status)
        broken = self.error is not None and status < HTTPStatus.BAD_REQUEST
        if isinstance(self.error, ClientDisconnect | WebSocketDisconnect):
            self._platform.log.info("caller went away", **fields)
        elif self.error is not None and (broken or status >= HTTPStatus.INTERNAL_SERVER_ERROR):
            self._platform.log.failed("request failed", self.error, category=category(self.error), **fields)
        elif status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self._platform.log.failed("request failed", category="dependency", **fields)
        else:
            self._platform.log.info("socket closed" if status == SOCKET else "request", **fields)

    def _count(self, status: int) -> None:
        method = self._method if self._method in METHODS else "OTHER"
        self._platform.metrics.count(method, self._route, status, time.perf_counter() - self._begun)

    def _fields(self, status: int) -> dict[str, Any]:
        return {
            "requestId": self.request_id,
            **self._trace,
            "method": self._method,
            "route": self._route,
            "path": self._request.scope["path"],
            "status": status,
            "duration_ms": round((time.perf_counter() - self._begun) * 1000, 2),
        }

    @property
    def _method(self) -> str:
        method: str = self._request.scope.get("method", "GET")  # a socket begins as a GET
        return method

    @property
    def _route(self) -> str:
        route: str = getattr(self._request.scope.get("route"), "path", NO_ROUTE)
        return route


async def nowhere(_scope: Scope, _receive: Receive, _send: Send) -> None:
    """Answer what no route takes, request or socket."""
    raise HTTPException(404)


def as_problem(error: Exception) -> Problem:
    """Return *error* as what the caller may know of it: of an unexpected one, nothing."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, HTTPException):
        status = error.status_code
        message = MESSAGES.get(status, HTTPStatus(status).phrase)
        return Problem(status, CODES.get(status, "refused"), message, dict(error.headers or {}))
    return Problem(500, "internal", "Something went wrong on our side.")


def category(error: Exception) -> str:
    """Return the kind of *error* for the log, by which alerts are sorted."""
    if isinstance(error, Unavailable):
        return f"{error.dependency}.{error.category}"
    return "database.error" if isinstance(error, psycopg.Error) else "internal"


def wants_html(request: HTTPConnection) -> bool:
    """Return whether *request* is a browser's navigation: it names text/html, and not JSON before it."""
    accepted = request.headers.get("accept", "")
    html, json = accepted.find("text/html"), accepted.find("application/json")
    return html >= 0 and (json < 0 or html < json)
