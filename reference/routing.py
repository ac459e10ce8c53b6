"""The route table: each route says its path, what answers it and who may ask."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from operator import attrgetter
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from reference.errors import Problem, forbidden

if TYPE_CHECKING:
    from reference.assembly import Platform

Endpoint = Callable[[Request], Awaitable[Response]]


class Guard(StrEnum):
    """Who may ask: anybody, whoever is logged in, or one role."""

    PUBLIC = "public"
    SESSION = "session"
    ADMIN = "admin"
    CREATOR = "creator"
    INVESTOR = "investor"
    PRODUCTION = "production"


@dataclass(frozen=True, slots=True)
class RouteRecord:
    """One route; *answers* names the part of the platform and its method, looked up at each request.

    A *page* sends the anonymous to the login page, everything else answers 401, a *socket* before it is one.
    """

    path: str
    answers: str
    guard: Guard
    method: str = "GET"
    page: bool = False
    socket: bool = False


def table() -> list[RouteRecord]:
    """Return a new list of all routes."""
    public, session, admin = Guard.PUBLIC, Guard.SESSION, Guard.ADMIN
    return [
        RouteRecord("/health", "health.alive", public),
        RouteRecord("/api/system/health", "health.system", public),
        RouteRecord("/api/health", "health.system", public),
        RouteRecord("/api/health/db", "health.database", public),
        RouteRecord("/api/health/cache", "health.cache", public),
        RouteRecord("/metrics", "metrics.shown", public),
        *_people(),
        RouteRecord("/api/deals", "deals.every", admin),
        RouteRecord("/api/deals/{id}", "deals.one", admin),
        RouteRecord("/api/closing-schedules", "schedules.every", admin),
        RouteRecord("/api/closing-schedules", "schedules.create", admin, "POST"),
        RouteRecord("/api/closing-schedules/{id}", "schedules.one", admin),
        RouteRecord("/api/closing-schedules/{id}", "schedules.delete", admin, "DELETE"),
        RouteRecord("/api/funds", "funds.every", admin),
        RouteRecord("/api/capital-calls", "funds.every_call", admin),
        RouteRecord("/api/calendar/events", "calendar.events", admin),
        RouteRecord("/api/pitches", "pitches.every", session),
        RouteRecord("/api/pitches/featured", "pitches.featured", session),
        RouteRecord("/api/analytics/overview", "analytics.overview", session),
        RouteRecord("/api/dashboard/creator", "dashboards.creator", Guard.CREATOR),
        RouteRecord("/api/dashboard/investor", "dashboards.investor", Guard.INVESTOR),
        RouteRecord("/api/dashboard/production", "dashboards.production", Guard.PRODUCTION),
        RouteRecord("/api/notifications", "notifications.own", session),
        RouteRecord("/api/notifications/stream", "stream.open", session),
        RouteRecord("/ws", "sockets.talk", session, socket=True),
        RouteRecord("/assets/{name}", "assets.one", public),
        RouteRecord("/login", "pages.login", public, page=True),
        RouteRecord("/", "pages.dashboard", session, page=True),
        RouteRecord("/calendar", "pages.calendar", admin, page=True),
    ]


def _people() -> list[RouteRecord]:
    """Return the routes by which people come and go."""
    public, session, admin = Guard.PUBLIC, Guard.SESSION, Guard.ADMIN
    return [
        RouteRecord("/api/auth/login", "login.login", public, "POST"),
        RouteRecord("/api/auth/creator/login", "portals.creator", public, "POST"),
        RouteRecord("/api/auth/investor/login", "portals.investor", public, "POST"),
        RouteRecord("/api/auth/production/login", "portals.production", public, "POST"),
        RouteRecord("/api/auth/logout", "login.logout", public, "POST"),
        RouteRecord("/api/auth/logout-everywhere", "login.logout_everywhere", session, "POST"),
        RouteRecord("/api/auth/me", "login.me", session),
        RouteRecord("/api/auth/session", "login.session", session),
        RouteRecord("/api/auth/register", "registration.register", public, "POST"),
        RouteRecord("/api/auth/password", "password_change.change", session, "POST"),
        RouteRecord("/api/users", "user_admin.every", admin),
        RouteRecord("/api/users", "user_admin.create", admin, "POST"),
        RouteRecord("/api/users/{id}", "user_admin.one", admin),
        RouteRecord("/api/users/{id}", "user_admin.change", admin, "PATCH"),
        RouteRecord("/api/users/{id}", "user_admin.delete", admin, "DELETE"),
    ]


def served(platform: "Platform", record: RouteRecord) -> BaseRoute:
    """Return the Starlette route of *record*, its guard in front."""
    find = attrgetter(record.answers)

    async def answer(request: Request) -> Response:
        try:
            await admitted(platform, record, request)
        except Problem as problem:
            if record.page and problem.status == HTTPStatus.UNAUTHORIZED:
                return RedirectResponse(f"/login?next={quote(_wanted(request), safe='/')}", 302)
            raise
        endpoint: Endpoint = find(platform)
        return await endpoint(request)

    async def talk(socket: WebSocket) -> None:
        await admitted(platform, record, socket)
        await find(platform)(socket)

    if record.socket:
        return WebSocketRoute(record.path, talk, name=record.answers)
    return Route(record.path, answer, methods=[record.method], name=record.answers)


async def admitted(platform: "Platform", record: RouteRecord, caller: HTTPConnection) -> None:
    """Raise what turns *caller* away unless the route's guard lets it in."""
    if record.guard is Guard.PUBLIC:
        return
    user = await platform.login.admit(caller)
    if record.guard is not Guard.SESSION and user.role != record.guard:
        raise forbidden()


def _wanted(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")
