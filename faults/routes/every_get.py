"""A route that anybody may ask."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from faults import fault, get

if TYPE_CHECKING:
    from reference.assembly import Platform


@fault("route-without-guard", brings_back=["CRT-3 anonymous"])
def route_without_guard(platform: Platform) -> None:
    """Adds the list of deals to the routes and forgets its guard."""
    from reference.routing import Guard

    platform.routes[:] = [
        replace(route, guard=Guard.PUBLIC) if route.path == "/api/deals" else route for route in platform.routes
    ]


route_without_guard.probe = get("/api/deals", see="status", as_=None)
