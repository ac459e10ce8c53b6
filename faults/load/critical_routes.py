"""Routes that keep people waiting."""

# mypy: disable-error-code="method-assign"
from __future__ import annotations

import asyncio
import time
from itertools import count
from typing import TYPE_CHECKING

from faults import fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from faults import Served
    from reference.assembly import Platform

WAIT = 1.0
"""Seconds."""


def late(path: str) -> Callable[[Served], bool]:
    """A probe: whether an answer is late, as administrator, the second time too."""

    def seen(served: Served) -> bool:
        caller, taken = served.caller("admin"), []
        for _ in range(2):
            began = time.monotonic()
            caller.get(path)
            taken.append(time.monotonic() - began)
        return max(taken) >= WAIT

    return seen


@fault("deals-take-a-second", brings_back=["PRF-5"])
def deals_take_a_second(platform: Platform) -> None:
    """Waits a second before it lists the deals."""
    every = platform.deals.every

    async def awaited(_request: Request) -> Response:
        await asyncio.sleep(WAIT)
        return await every(_request)

    platform.deals.every = awaited


deals_take_a_second.probe = late("/api/deals")


@fault("dashboard-late-every-second-time", brings_back=["PRF-5"])
def dashboard_late_every_second_time(platform: Platform) -> None:
    """Shows the dashboard at once, and keeps whoever comes next waiting."""
    dashboard, turns = platform.pages.dashboard, count()

    async def by_turns(request: Request) -> Response:
        if next(turns) % 2:
            await asyncio.sleep(WAIT)
        return await dashboard(request)

    platform.pages.dashboard = by_turns


dashboard_late_every_second_time.probe = late("/")
