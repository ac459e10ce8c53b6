"""The pages of the contract: path, role, heading, and what must be seen on each."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

EVERYBODY = "everybody"
ANONYMOUS = "anonymous"


@dataclass(frozen=True)
class CalendarWords:
    """How a calendar's month is found: buttons, the month's and the weekdays' names, the CSS selector of a day.

    {month} and {weekday} are English names, {weekday:.3} is Mon, {date} is written as 2026-11-12.
    """

    next: str = "Next month"
    previous: str = "Previous month"
    month: str = "{month} {year}"
    weekday: str = "{weekday:.3}"
    day: str = "[data-date='{date}']"
    title: str = ""
    """CSS selector of what says the month's name, where that is no heading."""


@dataclass(frozen=True)
class Page:
    """One page. `sees` is region → a column of the known records (`deals.name`), or the texts themselves.

    `role` alone may open it, where that is not EVERYBODY (who is logged in) or ANONYMOUS.
    """

    path: str
    role: str
    heading: str
    sees: Mapping[str, str | list[str]] = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    send: str = ""
    settles: bool = False
    """Whether a check looks at it again after a while: it is opened as the run begins."""
    calendar: CalendarWords = field(default_factory=CalendarWords)

    def closed_to(self, role: str) -> bool:
        """Whether somebody of this role must not open it."""
        return self.role not in {role, EVERYBODY, ANONYMOUS}


def load(file: Path) -> list[Page]:
    """Every page that `contract/pages.toml` names."""
    return [_page(path, entry) for path, entry in tomllib.loads(file.read_text("utf-8")).items()]


def _page(path: str, entry: dict[str, Any]) -> Page:
    words = CalendarWords(**entry.pop("calendar", {}))
    return Page(path=path, calendar=words, **entry)
