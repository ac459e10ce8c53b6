"""The calendar of the contract in a browser: which month it shows, on which days, with which dues."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from plumbline.browsing.late import late_answers
from plumbline.browsing.months import Box, Cell, Month, misdrawn, misplaced
from plumbline.browsing.sight import DAYS
from plumbline.browsing.visit import PATIENCE
from plumbline.deadlines import eventually

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from plumbline.browsing.visit import Visit

HEADS = """names => names.map(name => [...document.querySelectorAll("body *")]
  .filter(found => found.childElementCount === 0 && found.textContent.trim() === name && found.checkVisibility())
  .map(found => found.getBoundingClientRect()).map(({left, right, top, bottom}) => [left, right, top, bottom]))"""
"""Edges of every visible element that says just this, for each name."""


class CalendarPage:
    """A calendar that is open, and what falls due by the known records. All in the browser's thread."""

    def __init__(self, visit: Visit, today: date, dues: Sequence[tuple[date, str]]) -> None:
        self._visit = visit
        self._words = visit.page.calendar
        self._dues = dues
        self.this_month = Month.of(today)
        """The month of the browser's today."""

    def expect_heading(self) -> None:
        """AssertionError unless the page's heading, and all else that the contract wants on it, is seen."""
        self._visit.expect_heading()
        self._visit.expect_all_that_must_be_seen()

    def expect_dues_of(self, month: Month) -> None:
        """AssertionError unless it shows this month, each known due of it once on its day, and none on another day."""
        if not any(Month.of(day) == month for day, _ in self._dues):
            raise ValueError(f"the known records have nothing due in {month}, so nothing could be judged")
        self._expect(month, lambda: misplaced(month, self._cells(month), self._dues))

    def expect_days_of(self, month: Month) -> None:
        """AssertionError unless it shows this month: its days once each, below their weekdays, week by week."""
        self._expect(month, lambda: misdrawn(month, self._cells(month), self._heads()))

    def go_next(self) -> None:
        """Presses the button of the next month."""
        self._press(self._words.next)

    def go_back(self) -> None:
        """Presses the button of the previous month."""
        self._press(self._words.previous)

    def go_next_and_back_before_the_answers_come(self) -> None:
        """Presses both buttons while the platform's answers are held back; then the first asked comes last."""
        with late_answers(self._visit.tab) as late:
            self.go_next()
            if not self._button(self._words.previous).is_enabled():
                late.release()  # a page may lock its buttons until it has its answer
            self.go_back()

    def complaints(self) -> list[str]:
        """Console errors, uncaught exceptions and failed requests so far, a line each."""
        return self._visit.complaints()

    def _press(self, name: str) -> None:
        button = self._button(name)
        self._visit.expect(button).to_be_enabled(timeout=PATIENCE)
        button.click(timeout=PATIENCE)

    def _button(self, name: str) -> Locator:
        found = self._visit.tab
        return found.get_by_role("button", name=name, exact=True).or_(found.get_by_role("link", name=name, exact=True))

    def _expect(self, month: Month, judged: Callable[[], list[str]]) -> None:
        name = month.written(self._words.month)

        def right() -> bool:
            if wrong := [*self._misnamed(name), *judged()]:
                raise AssertionError("; ".join(wrong[:5]))
            return True

        eventually(right, within=PATIENCE / 1000, why=f"the calendar of {name}")

    def _misnamed(self, name: str) -> list[str]:
        """Whether the month's title is another. Other months may be named elsewhere: in a list to choose from."""
        found, selector = self._visit.tab, self._words.title
        title = found.locator(selector) if selector else found.get_by_role("heading")
        says = re.compile(rf"^\s*{re.escape(name)}\s*$", re.IGNORECASE)
        return [] if title.filter(has_text=says, visible=True).count() else [f"no title says {name!r}"]

    def _cells(self, month: Month) -> dict[date, list[Cell]]:
        selectors = {str(day): self._words.day.format(date=day) for day in month.around}
        titles = sorted({title for _, title in self._dues})
        seen: list[list[Any]] = self._visit.tab.evaluate(DAYS, [selectors, titles])
        cells: dict[date, list[Cell]] = {}
        for written, *box, text, shown in seen:
            day = date.fromisoformat(written)
            left, right, top, bottom = (float(edge) for edge in box)
            cells.setdefault(day, []).append(Cell(left, right, top, bottom, day, text, tuple(shown)))
        return cells

    def _heads(self) -> list[list[Box]]:
        names = [self._words.weekday.format(weekday=name) for name in calendar.day_name]
        seen: list[list[list[float]]] = self._visit.tab.evaluate(HEADS, names)
        return [[Box(*edges) for edges in places] for places in seen]
