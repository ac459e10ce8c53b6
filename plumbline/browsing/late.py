"""Answers that come late: what a page asks is held back, and let through with the first asked last, or after a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from plumbline.elsewhere.permission import SAFE_METHODS

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

ASKED_BY_SCRIPTS = {"fetch", "xhr"}
EVERYTHING = "**/*"

DIGESTED = """async () => {
  await (await fetch(location.href, {method: "HEAD"})).text();
  await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
}"""
"""Resolves when the page has had its turn with every answer that came before."""


class LateAnswers:
    """What a page's scripts ask from now on, until `release`. In the browser's thread."""

    def __init__(self, tab: Page) -> None:
        self._tab = tab
        self._held: list[Route] = []
        self._holding = True
        tab.route(EVERYTHING, self._hold)

    def release(self) -> None:
        """Lets all of it through, the last asked first, and returns when the page has read every answer."""
        from playwright.sync_api import Error

        self._holding = False  # not `unroute` yet: that would let all through at once
        while self._held:
            route = self._held.pop()
            with suppress(Error):  # a page may have given the request up, which is another way to be right
                route.fallback()
                response = route.request.response()
                if response is not None:
                    response.finished()
        self._tab.evaluate(DIGESTED)
        self._tab.unroute(EVERYTHING, self._hold)

    def _hold(self, route: Route) -> None:
        if self._holding and route.request.resource_type in ASKED_BY_SCRIPTS:
            self._held.append(route)
        else:
            route.fallback()


@contextmanager
def sent_late(tab: Page, seconds: float) -> Iterator[None]:
    """Has what the page's scripts send in this block, to change something, reach the platform so much later."""
    from playwright.sync_api import Error

    held: list[Route] = []
    holding = [True]

    def hold(route: Route) -> None:  # it stays: what is under way while it is taken away is answered twice
        request = route.request
        if holding and request.method not in SAFE_METHODS and request.resource_type in ASKED_BY_SCRIPTS:
            held.append(route)
        else:
            route.fallback()

    tab.route(EVERYTHING, hold)
    yield
    with suppress(Error):  # a page that has gone on takes its clock along, and what it had sent
        now = tab.evaluate("performance.now()")
        tab.wait_for_function("end => performance.now() >= end", arg=now + seconds * 1000, polling=20)
    holding.clear()
    for route in held:
        with suppress(Error):
            route.fallback()


@contextmanager
def late_answers(tab: Page) -> Iterator[LateAnswers]:
    """Holds back what the page asks meanwhile."""
    late = LateAnswers(tab)
    try:
        yield late
    finally:
        late.release()
