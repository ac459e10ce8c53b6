"""The known records of `known.toml`, their dates resolved with the run's today."""

from __future__ import annotations

import calendar
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from plumbline.judging.record import NotPossibleHere

FILE = Path(__file__).with_name("known.toml")


@dataclass(frozen=True)
class Known:
    """The records that a target starts with, by kind: `known.deals`, `known.funds`.

    A record's keys are attributes; a date, such as `created`, is an ISO date, with an hour an ISO moment
    in UTC; `due` also None.
    """

    records: Mapping[str, list[SimpleNamespace]]
    file: Path = FILE

    def __getattr__(self, kind: str) -> list[SimpleNamespace]:
        """The records of a kind; NotPossibleHere where the file has none."""
        if kind.startswith("_"):
            raise AttributeError(kind)
        if kind not in self.records:
            raise NotPossibleHere(f"needs {kind} among the known records: {self.file} has {', '.join(self.records)}")
        return self.records[kind]

    @classmethod
    def load(cls, today: date, file: Path = FILE) -> Known:
        """Reads the file; relative dates are counted from `today`."""
        data = tomllib.loads(file.read_text("utf-8"))
        return cls({kind: [_record(entry, today) for entry in entries] for kind, entries in data.items()}, file)

    def one_without(self, kind: str, column: str) -> SimpleNamespace:
        """The first record of a kind that lacks a value; NotPossibleHere where each has one."""
        records: list[SimpleNamespace] = getattr(self, kind)
        for record in records:
            if getattr(record, column) is None:
                return record
        raise NotPossibleHere(f"needs one of {kind} without {column} among the known records: {self.file}")

    def values(self, place: str) -> list[str]:
        """Every value of a column that is written `deals.name`."""
        kind, _, name = place.partition(".")
        return [str(getattr(record, name)) for record in getattr(self, kind)]


def _record(entry: Mapping[str, Any], today: date) -> SimpleNamespace:
    dates = {name: _written(v, today) for name, v in entry.items() if isinstance(v, Mapping | date)}
    return SimpleNamespace(**{"due": None, **entry, **dates})


def _written(relative: Mapping[str, Any] | date, today: date) -> str:
    if isinstance(relative, date):  # a day or a moment of TOML's own
        return relative.isoformat()
    day = resolved(relative, today)
    return (datetime.combine(day, time(relative["hour"])) if "hour" in relative else day).isoformat()


def resolved(relative: Mapping[str, Any], today: date) -> date:
    """The day meant by `{ days = 10 }` or `{ month = "this", day = 12 }`, seen from `today`.

    A day past the month's end is its last day.
    """
    if "days" in relative:
        return today + timedelta(days=relative["days"])
    months = today.year * 12 + today.month - 1 + {"last": -1, "this": 0, "next": 1}[relative["month"]]
    year, month = divmod(months, 12)
    return date(year, month + 1, min(relative["day"], calendar.monthrange(year, month + 1)[1]))
