"""A browser that looks at small sites as it would look at a platform that is not ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from plumbline.browsing.browser import BrowserThread
from plumbline.browsing.chromium import find
from plumbline.browsing.diary import Diary
from plumbline.deadlines import eventually
from plumbline.elsewhere.permission import Level
from plumbline.profile import Limits, Remote
from tests.made_up import target
from tests.sites import Site

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from plumbline.target import Target

FAST = Limits(requests_per_second=1000)


class Browsing:
    """A browser for one target, and the one page that a test looks at."""

    def __init__(self, thread: BrowserThread, platform: Target) -> None:
        self.thread, self.platform = thread, platform

    def look_at(self, url: str, until: Callable[[], object], cookies: dict[str, str] | None = None) -> list[str]:
        """Opens a page, waits until something has happened, and gives the page's complaints."""
        diary = self.thread.run(lambda: Diary(self.thread.tab(url, cookies or {})))
        self.thread.run(lambda: self._go(diary.tab, url))
        try:
            eventually(until, within=20, why="what the page does on load")
            self.thread.run(diary.tab.title)  # an answer, behind all that the browser had to tell
            return self.thread.run(lambda: diary.complaints)
        finally:
            self.thread.run(diary.tab.context.close)

    def _go(self, tab: Page, url: str) -> None:
        from playwright.sync_api import Error

        try:
            tab.goto(url)
        except Error as error:
            self.platform.refused.append(f"goto: {error.message}")


@contextmanager
def browsing(here: Site, level: Level = Level.READONLY, **profile: Any) -> Iterator[Browsing]:  # noqa: ANN401 - fields of Profile
    """A browser for a target at this site; `remote` are fields of its [remote]."""
    chromium = find()
    if chromium is None:
        pytest.skip("there is no browser here")
    remote = Remote(**{"origins": (here.url,), "limits": FAST, "allow": "writes", **profile.pop("remote", {})})
    platform = target(level, remote=remote, **profile)
    platform.declared = "an installation"
    thread = BrowserThread(chromium, platform, headed=False)
    try:
        yield Browsing(thread, platform)
    finally:
        thread.stop()
