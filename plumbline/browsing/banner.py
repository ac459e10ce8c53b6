"""The banner that tells people that the database is away, as an open page shows it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from plumbline.browsing.late import ASKED_BY_SCRIPTS, EVERYTHING
from plumbline.browsing.sight import SHOWN
from plumbline.deadlines import eventually, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Route

    from plumbline.browsing.visit import Visit
    from plumbline.profile import Profile

WITHIN = 15.0
"""Seconds until it comes and goes, once health says so: pages ask every few seconds."""

BAD_GATEWAY = 502

LOOK = 0.1
"""Seconds between two looks at the page."""

FIRST_CALL = 3.0
"""Seconds in which a page that was loaded asks for what it shows, or never will."""

OF_HEALTH = re.compile(
    r"(?<![a-z])(health\w*|status|state|ready|readiness|alive|live|liveness|ping|heartbeat|ht)(?![a-z])", re.IGNORECASE
)
"""What a page may ask to learn how the platform is, besides what the profile names."""


@dataclass
class Failed:
    """What came of a page whose calls failed: the paths that it asked for, and whether it blamed the database."""

    page: str
    paths: list[str] = field(default_factory=list)
    banner_came: bool = False


class Banner:
    """The banner of one open page. All its methods run in the browser's thread."""

    def __init__(self, visit: Visit, profile: Profile) -> None:
        self.visit = visit
        self.within = profile.budgets.get("banner", WITHIN)
        """Seconds that it has to come, and to go."""
        self._field = profile.health.database
        self._words, self._place = profile.health.banner, profile.health.banner_place
        self._health = {profile.path(path) for path in (profile.health.path, profile.health.liveness) if path}

    @property
    def shown(self) -> bool:
        """Whether a person sees it now."""
        return bool(self._found.evaluate_all(SHOWN))

    def expect_to_come(self) -> None:
        """DeadlineMissed unless it comes by itself."""
        eventually(self._seen, within=self.within, every=LOOK, why=f"the page to say {self._words!r} by itself")

    def expect_to_go(self) -> None:
        """DeadlineMissed unless it goes by itself."""
        eventually(self._unseen, within=self.within, every=LOOK, why=f"{self._words!r} to go by itself")

    def stays(self, seconds: float) -> bool:
        """Whether it is seen all that time."""
        return not wait_until(lambda: self._look() is False, within=seconds, every=LOOK)

    def comes(self, within: float) -> bool:
        """Whether it is seen within so many seconds, be it for a moment."""
        return wait_until(lambda: self._look() is True, within=within, every=LOOK)

    def reload(self) -> None:
        """Loads the page again."""
        self.visit.tab.reload(wait_until="domcontentloaded")

    def loaded_while_calls_fail(self, status: int | None, within: float) -> Failed:
        """Loads the page again while what its scripts ask fails, and looks whether the banner comes.

        `status` is what they get, all but health, which may say what it will; None: nothing gets an answer; 502: a
        proxy answers in the platform's place, for health too.
        """
        found = Failed(self.visit.page.path)

        def fail(route: Route) -> None:
            path = urlsplit(route.request.url).path
            if route.request.resource_type not in ASKED_BY_SCRIPTS or (self._spares(status) and self._is_health(path)):
                route.fallback()
                return
            found.paths.append(path)
            if status is None:
                route.abort("connectionrefused")
            elif status == BAD_GATEWAY:
                route.fulfill(status=status, content_type="text/html", body="<h1>502 Bad Gateway</h1>")
            else:
                route.fulfill(status=status, json={"error": {"code": "failed", "message": "Something has failed"}})

        tab = self.visit.tab
        tab.route(EVERYTHING, fail)
        try:
            self.reload()
            wait_until(lambda: self._look() or found.paths, within=FIRST_CALL, every=LOOK)
            found.banner_came = self.comes(within)
        finally:
            tab.unroute(EVERYTHING, fail)
        return found

    def _spares(self, status: int | None) -> bool:
        """Whether health is asked as ever: without an answer it says nothing, unless its status is all that it says."""
        return status not in {None, BAD_GATEWAY} or not self._field

    def _is_health(self, path: str) -> bool:
        return path in self._health or OF_HEALTH.search(path) is not None

    @property
    def _found(self) -> Locator:
        tab = self.visit.tab
        return tab.locator(self._place).filter(has_text=self._words) if self._place else tab.get_by_text(self._words)

    def _look(self) -> bool | None:
        """Whether it is seen; None while the page gives way to another."""
        from playwright.sync_api import Error

        try:
            return self.shown
        except Error:
            return None

    def _seen(self) -> bool:
        if not self.shown:
            there = self._found.count()
            raise AssertionError("its words stand in the page, and are not seen" if there else "nothing says so")
        return True

    def _unseen(self) -> bool:
        if self.shown:
            raise AssertionError(f"the page still says {self._words!r}")
        return True
