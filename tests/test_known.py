"""Known records: their dates follow the day of the run, and a database that lacks one is told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from plumbline.judging.record import NotPossibleHere
from seeds.known import Known, resolved
from seeds.standing import Standing

if TYPE_CHECKING:
    from pathlib import Path

FILE = """
[[deals]]
name = "North"
amount = 4.5
sectors = [{ name = "Energy", share = 1.0 }]

[[calls]]
title = "Call 1"
due = { month = "next", day = 31 }

[[calls]]
title = "Call 2"
created = { days = -31 }

[[told]]
title = "Signing"
created = { days = -1, hour = 19 }

[[told]]
title = "Founding"
due = 1987-03-01
created = 1987-02-01T08:00:00
"""


@pytest.fixture
def known(tmp_path: Path) -> Known:
    """The records of a small file, seen from the last day of January."""
    (tmp_path / "known.toml").write_text(FILE)
    return Known.load(date(2026, 1, 31), tmp_path / "known.toml")


@pytest.mark.parametrize(
    ("relative", "today", "day"),
    [
        ({"days": 10}, "2026-12-25", "2027-01-04"),
        ({"days": -1}, "2026-03-01", "2026-02-28"),
        ({"month": "this", "day": 12}, "2026-01-31", "2026-01-12"),
        ({"month": "this", "day": 31}, "2026-02-01", "2026-02-28"),
        ({"month": "this", "day": 31}, "2028-02-01", "2028-02-29"),
        ({"month": "this", "day": 28}, "2026-12-31", "2026-12-28"),
        ({"month": "next", "day": 31}, "2026-01-31", "2026-02-28"),
        ({"month": "next", "day": 31}, "2026-03-31", "2026-04-30"),
        ({"month": "next", "day": 1}, "2026-11-30", "2026-12-01"),
        ({"month": "next", "day": 1}, "2026-12-31", "2027-01-01"),
        ({"month": "last", "day": 31}, "2026-01-01", "2025-12-31"),
        ({"month": "last", "day": 30}, "2026-03-30", "2026-02-28"),
    ],
)
def test_a_relative_date_is_a_day_of_the_calendar(relative: dict[str, Any], today: str, day: str) -> None:
    assert resolved(relative, date.fromisoformat(today)).isoformat() == day


def test_records_are_had_by_kind_with_their_due_dates(known: Known) -> None:
    assert [(call.title, call.due) for call in known.calls] == [("Call 1", "2026-02-28"), ("Call 2", None)]
    assert known.values("calls.title") == ["Call 1", "Call 2"]
    assert known.calls[1].created == "2025-12-31"
    assert known.told[0].created == "2026-01-30T19:00:00"
    assert (known.told[1].due, known.told[1].created) == ("1987-03-01", "1987-02-01T08:00:00")


def test_an_unknown_kind_is_named_with_those_there_are(known: Known) -> None:
    with pytest.raises(NotPossibleHere, match=r"needs funds among the known records: .*known.toml has deals, calls"):
        _ = known.funds


def test_one_without_a_value_is_found_or_named(known: Known) -> None:
    assert known.one_without("calls", "due").due is None
    with pytest.raises(NotPossibleHere, match="needs one of deals without name among the known records"):
        known.one_without("deals", "name")


class Answering:
    """A database that lists these rows, whatever it is asked."""

    def __init__(self, *rows: dict[str, Any]) -> None:
        self._rows = list(rows)

    def rows(self, _: str) -> list[dict[str, Any]]:
        """The rows."""
        return self._rows


NORTH = {"name": "North", "amount": Decimal("4.50"), "sectors": [{"name": "Energy", "share": Decimal(1)}]}
CALLS = ({"title": "Call 1", "due": date(2026, 2, 28)}, {"title": "Call 2", "due": None})


def lacks(known: Known, kind: str, *rows: dict[str, Any]) -> list[str]:
    """What a database of these rows lacks of a kind."""
    return Standing(known, {kind: "SELECT"}).missing_from(Answering(*rows))


def test_a_database_with_the_known_records_lacks_nothing(known: Known) -> None:
    assert lacks(known, "deals", NORTH) == []
    assert lacks(known, "calls", *reversed(CALLS)) == []


def test_a_record_that_is_gone_is_told_and_counted(known: Known) -> None:
    gone, counted = lacks(known, "calls", CALLS[0])

    assert "'Call 2'" in gone
    assert counted == "calls: there are 1, known are 2"


def test_a_record_twice_is_told(known: Known) -> None:
    assert lacks(known, "deals", NORTH, NORTH) == ["deals: there are 2, known are 1"]


def test_a_record_that_differs_deep_inside_is_told(known: Known) -> None:
    assert "'Energy'" in lacks(known, "deals", {**NORTH, "sectors": []})[0]


def test_an_empty_table_is_told(known: Known) -> None:
    assert len(lacks(known, "calls")) == 3
