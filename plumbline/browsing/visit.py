"""A page of the contract in a browser: what must be seen on it, and what it complains of."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from plumbline.browsing.diary import Diary

if TYPE_CHECKING:
    from playwright.sync_api import Locator
    from playwright.sync_api import Page as Tab

    from plumbline.browsing.pages import Page

PATIENCE = 10_000
"""Milliseconds for something to be seen."""

VOID = ("NaN", "undefined", "[object Object]", "Invalid Date")


class Visit:
    """One opened page. All its methods run in the browser's thread, where checks with a browser run."""

    def __init__(self, tab: Tab, page: Page, values: Callable[[str], list[str]]) -> None:
        """`values` gives every value of a column of the known records, by a name such as `deals.name`."""
        self.tab = tab
        self.page = page
        self._values = values
        self.diary = Diary(tab)

    def open(self, url: str) -> Visit:
        """Goes there and returns as soon as the document is read."""
        from playwright.sync_api import Error

        try:
            self.tab.goto(url, wait_until="domcontentloaded", timeout=PATIENCE)
        except Error as error:
            self.diary.complain(f"it does not load: {error.message.partition(chr(10))[0]}")
        return self

    def expect_heading(self) -> None:
        """AssertionError unless the page's one main heading is the contract's."""
        self.expect(self.tab.get_by_role("heading", level=1)).to_have_text(self.page.heading, timeout=PATIENCE)

    def expect_all_that_must_be_seen(self) -> None:
        """AssertionError unless each region of the page shows all that the contract wants in it."""
        for region, wanted in self.wanted().items():
            found = self.tab.get_by_role("region", name=region, exact=True)
            if not _shows(found, wanted):
                self._wait_for(found, wanted)

    def _wait_for(self, found: Locator, wanted: list[str]) -> None:
        place = self.expect(found)
        place.to_be_visible(timeout=PATIENCE)
        for text in wanted:
            place.to_contain_text(text, timeout=PATIENCE, use_inner_text=True, ignore_case=True)

    def wanted(self) -> Mapping[str, list[str]]:
        """Region → the texts that must stand in it."""
        return {
            region: self._values(sees) if isinstance(sees, str) else sees for region, sees in self.page.sees.items()
        }

    def complaints(self) -> list[str]:
        """Console errors, uncaught exceptions and failed requests so far, a line each."""
        return [*self.diary.complaints, *self._void_words()]

    def _void_words(self) -> list[str]:
        """What a page says where a value was not there, or was no number."""
        seen: str = self.tab.locator("body").inner_text()
        return [f"the page says {word}" for word in VOID if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", seen)]

    def wait_until_open_for(self, seconds: float) -> None:
        """Returns when the page has been open so long, by its own clock."""
        self.tab.wait_for_function("limit => performance.now() >= limit", arg=seconds * 1000, polling=20)

    def expect(self, locator: object):  # type: ignore[no-untyped-def]  # noqa: ANN201 - playwright's
        """Playwright's own assertions about a place of the page."""
        from playwright.sync_api import expect

        return expect(locator)  # type: ignore[call-overload]


def _shows(found: Locator, wanted: list[str]) -> bool:
    """One quick look: whether the one place is visible and holds all texts now. Waiting costs a call a text."""
    seen: str = found.evaluate_all("all => all.length === 1 && all[0].checkVisibility() ? all[0].innerText : ''")
    text = " ".join(seen.split()).casefold()  # what is seen may be in capitals by its style
    return all(" ".join(one.split()).casefold() in text for one in wanted)
