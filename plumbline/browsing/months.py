"""Months, and whether what is drawn of one is a calendar of it, judged by where its days stand on the screen."""

from __future__ import annotations

import calendar
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

ROUNDING = 1.0
"""Pixels by which neighbours may overlap: borders that they share."""

NEIGHBOURS = timedelta(days=14)
"""How far into the months beside it a calendar may show days."""


@dataclass(frozen=True)
class Month:
    """A month of a year; `number` is 1 to 12."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Month:
        """The month that the day is in."""
        return cls(day.year, day.month)

    @property
    def next(self) -> Month:
        """The one after it."""
        return Month.of(self.days[-1] + timedelta(days=1))

    @property
    def previous(self) -> Month:
        """The one before it."""
        return Month.of(self.days[0] - timedelta(days=1))

    @property
    def days(self) -> list[date]:
        """All its days, in order."""
        return [date(self.year, self.number, day + 1) for day in range(calendar.monthrange(self.year, self.number)[1])]

    @property
    def around(self) -> list[date]:
        """Its days and those of the neighbours that may be shown with them, in order."""
        first = self.days[0] - NEIGHBOURS
        return [first + timedelta(days=number) for number in range(len(self.days) + 2 * NEIGHBOURS.days)]

    def written(self, pattern: str) -> str:
        """The month's name by a pattern with {month}, {year}, {number}: `November 2026`."""
        return pattern.format(month=calendar.month_name[self.number], year=self.year, number=self.number)


@dataclass(frozen=True)
class Box:
    """Where something is drawn: its edges in pixels."""

    left: float
    right: float
    top: float
    bottom: float


@dataclass(frozen=True)
class Cell(Box):
    """A day as it is drawn, its text, and each title that is seen in it, as often as it is."""

    day: date
    text: str
    titles: tuple[str, ...] = ()


Cells = Mapping[date, Sequence[Cell]]
"""What is seen of each day: no cell, one, or by mistake more."""

Heads = Sequence[Sequence[Box]]
"""Where the name of each weekday stands, Monday's first; perhaps in several places."""


def misdrawn(month: Month, cells: Cells, heads: Heads) -> list[str]:
    """What keeps the cells from being a calendar of the month, a sentence each.

    Each day stands there once, with its number; each weekday has a column below its name; the weeks follow below
    each other.
    """
    wrong = [
        f"{day} stands there {len(cells.get(day, []))} times" for day in month.days if len(cells.get(day, [])) != 1
    ]
    shown = [cell for day in sorted(cells) for cell in cells[day]]
    wrong += [f"{cell.day} says {cell.text!r}" for cell in shown if not re.search(rf"\b0?{cell.day.day}\b", cell.text)]
    return wrong or [*_out_of_column(shown, heads), *_out_of_order(shown)]


def misplaced(month: Month, cells: Cells, dues: Sequence[tuple[date, str]]) -> list[str]:
    """What is wrong with the month's dues: those that are not once on their day, and any that is on another."""
    found = Counter((day, title) for day, seen in cells.items() for cell in seen for title in cell.titles)
    wanted = {(day, title) for day, title in dues if Month.of(day) == month}
    return [
        *(f"{title!r} is not to be seen on {day}" for day, title in sorted(wanted - found.keys())),
        *(f"{title!r} is on {day}, where it is not due" for day, title in sorted(found.keys() - set(dues))),
        *(f"{title!r} is on {day} {times} times" for (day, title), times in sorted(found.items()) if times > 1),
    ]


def _out_of_column(shown: Sequence[Cell], heads: Heads) -> Iterator[str]:
    columns = [[cell for cell in shown if cell.day.weekday() == weekday] for weekday in range(7)]
    top = min(cell.top for cell in shown)
    for column, named in zip(columns, heads, strict=True):
        left, right = max(cell.left for cell in column), min(cell.right for cell in column)
        if left >= right:
            yield f"no column holds every {column[0].day:%A}"
        elif not any(head.left < right and head.right > left and head.bottom <= top + ROUNDING for head in named):
            yield f"the column of {column[0].day} is not below the name of {column[0].day:%A}"
    from_left = sorted(columns, key=lambda column: column[0].left)
    for one, other in pairwise(from_left):
        if max(cell.right for cell in one) > min(cell.left for cell in other) + ROUNDING:
            yield f"{one[0].day:%A} and {other[0].day:%A} share a column"


def _out_of_order(shown: Sequence[Cell]) -> Iterator[str]:
    """Days that are neither right of the day before nor, as the first of a week, below it."""
    first = min(shown, key=lambda cell: cell.left).day.weekday()
    for before, cell in pairwise(shown):
        if cell.day.weekday() == first:
            if cell.top < before.bottom - ROUNDING:
                yield f"{cell.day} is not below {before.day}"
        elif cell.left < before.right - ROUNDING or cell.top >= before.bottom or before.top >= cell.bottom:
            yield f"{cell.day} is not right of {before.day}"
