"""A route that anybody may ask."""

# mypy: disable-error-code="method-assign"
from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse

from faults import fault, get
from reference.errors import Problem
from reference.routing import Guard

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from faults import Served
    from reference.assembly import Platform


@fault("route-without-guard", brings_back=["CRT-3 anonymous"])
def route_without_guard(platform: Platform) -> None:
    """Adds the list of deals to the routes and forgets its guard."""
    _without_guard(platform, "/api/deals")


route_without_guard.probe = get("/api/deals", see="status", as_=None)


@fault("data-behind-a-401", brings_back=["CRT-3 told"])
def data_behind_a_401(platform: Platform) -> None:
    """Says 401 to the anonymous, and goes on to list the deals, for want of a return."""
    every = platform.deals.every

    async def gone_on(_request: Request) -> Response:
        answer = await every(_request)
        try:
            await platform.login.admit(_request)
        except Problem as problem:
            answer.status_code = problem.status
        return answer

    platform.deals.every = gone_on
    _without_guard(platform, "/api/deals")


ADMIN = {"username": "admin", "name": "Admin", "role": "admin", "email": None, "id": 1}


@fault("page-behind-its-redirect", brings_back=["CRT-3 told"])
def page_behind_its_redirect(platform: Platform) -> None:
    """Sends the anonymous to the login page, and the calendar along with it."""
    calendar = platform.pages.calendar

    async def gone_on(request: Request) -> Response:
        try:
            await platform.login.admit(request)
        except Problem:
            page = platform.pages.render("calendar.html", user=ADMIN)
            return HTMLResponse(page, 302, {"location": "/login?next=/calendar"})
        return await calendar(request)

    platform.pages.calendar = gone_on
    _without_guard(platform, "/calendar")


def _without_guard(platform: Platform, path: str) -> None:
    platform.routes[:] = [
        replace(route, guard=Guard.PUBLIC) if route.path == path else route for route in platform.routes
    ]


def _text_for_nobody(path: str) -> Callable[[Served], object]:
    return lambda served: len(served.get(path).text)


data_behind_a_401.probe = _text_for_nobody("/api/deals")
page_behind_its_redirect.probe = _text_for_nobody("/calendar")
