"""The front of the platform: everything that holds for every request, whatever answers it."""

import contextlib
import re
import time
import uuid
from http import HTTPStatus
from typing import TYPE_CHECKING

import psycopg
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Router
from starlette.types import Message, Receive, Scope, Send

from reference.errors import Problem, Unavailable
from reference.routing import served

if TYPE_CHECKING:
    from reference.assembly import Platform

REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
"""What is taken over as a request id from outside; anything else could forge log lines."""

NO_ROUTE = "unmatched"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Methods that become a metrics label; others could be made up without end."""

MESSAGES = {404: "There is nothing at this address.", 405: "This address does not take that method."}
CODES = {404: "not_found", 405: "method_not_allowed"}


class Front:
    """The ASGI application: request ids, clean errors, headers, one log line and one count a request."""

    def __init__(self, platform: "Platform") -> None:
        self._platform = platform
        routes = [served(platform, record) for record in platform.routes]
        self._router = Router(routes, redirect_slashes=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        exchange = Exchange(self._platform, request, send)
        scope["app"] = self  # makes the router raise for 404 and 405, so that they are answered below
        try:
            await self._router(scope, receive, exchange.send)
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller gets a clean answer
            exchange.error = error
            if exchange.status is None:
                answer = self.answer_to(error, request, exchange.request_id)
                await answer(scope, receive, exchange.send)
        finally:
            exchange.finish()

    def answer_to(self, error: Exception, request: Request, request_id: str) -> Response:
        """Return the answer to *error*: an HTML page for browsers, the envelope for programs."""
        problem = as_problem(error)
        if wants_html(request):
            # An error page that cannot be rendered must not hide the error: the envelope takes its place.
            with contextlib.suppress(Exception):
                page = self._platform.pages.error(problem.status, problem.message, request_id)
                return HTMLResponse(page, problem.status, problem.headers)
        body = {"code": problem.code, "message": problem.message, "requestId": request_id}
        return JSONResponse({"error": body}, problem.status, problem.headers)


class Exchange:
    """One request and its answer, as they pass through the front."""

    def __init__(self, platform: "Platform", request: Request, send: Send) -> None:
        self._platform = platform
        self._request = request
        self._send = send
        self._begun = time.perf_counter()
        given = request.headers.get("x-request-id", "")
        self.request_id = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        self.status: int | None = None
        self.error: Exception | None = None

    async def send(self, message: Message) -> None:
        """Pass a part of the answer on; its head gets the headers of every answer."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in self._platform.headers.of(message["status"]).items():
                headers.setdefault(name, value)
            headers["x-request-id"] = self.request_id
        await self._send(message)

    def finish(self) -> None:
        """Count the request and write its log line: one, of level 50 where the platform has failed."""
        seconds = time.perf_counter() - self._begun
        status = self.status or 500
        scope = self._request.scope
        route = getattr(scope.get("route"), "path", NO_ROUTE)
        method = scope["method"] if scope["method"] in METHODS else "OTHER"
        self._platform.metrics.count(method, route, status, seconds)
        fields = {
            "requestId": self.request_id,
            "method": method,
            "route": route,
            "path": scope["path"],
            "status": status,
            "duration_ms": round(seconds * 1000, 2),
        }
        if isinstance(self.error, ClientDisconnect):
            self._platform.log.info("caller went away", **fields)
        elif self.error is not None and status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self._platform.log.failed("request failed", self.error, category=category(self.error), **fields)
        elif status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self._platform.log.failed("request failed", category="dependency", **fields)
        else:
            self._platform.log.info("request", **fields)


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


def wants_html(request: Request) -> bool:
    """Return whether *request* is a browser's navigation: it names text/html, and not JSON before it."""
    accepted = request.headers.get("accept", "")
    html, json = accepted.find("text/html"), accepted.find("application/json")
    return html >= 0 and (json < 0 or html < json)
