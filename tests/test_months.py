"""A calendar is judged by where its days stand on the screen, and by which dues stand on them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from plumbline.browsing.months import Box, Cell, Month, misdrawn, misplaced

NOVEMBER = Month(2026, 11)  # begins on a Sunday
HEADS = [[Box(100.0 * column, 100.0 * column + 40, 0, 20)] for column in range(7)]

Drawn = dict[date, list[Cell]]


def drawn(month: Month, first_weekday: int = 0) -> Drawn:
    """A month as a good calendar draws it: columns of 100 pixels, weeks of 80, below the heads."""
    blanks = (month.days[0].weekday() - first_weekday) % 7
    cells: Drawn = {}
    for place, day in enumerate(month.days, blanks):
        row, column = divmod(place, 7)
        left, top = 100.0 * column, 20 + 80.0 * row
        cells[day] = [Cell(left, left + 100, top, top + 80, day, str(day.day))]
    return cells


def moved(cells: Drawn, day: date, **edges: Any) -> Drawn:  # noqa: ANN401 - numbers
    """The same with one day elsewhere."""
    return cells | {day: [replace(cells[day][0], **edges)]}


@pytest.mark.parametrize(
    ("month", "before", "after", "days"),
    [
        (Month(2027, 1), Month(2026, 12), Month(2027, 2), 31),
        (Month(2028, 2), Month(2028, 1), Month(2028, 3), 29),
        (Month(2026, 12), Month(2026, 11), Month(2027, 1), 31),
    ],
)
def test_a_month_knows_its_neighbours_and_its_days(month: Month, before: Month, after: Month, days: int) -> None:
    assert (month.previous, month.next, len(month.days)) == (before, after, days)


def test_a_month_is_written_as_the_contract_says() -> None:
    assert NOVEMBER.written("{month} {year}") == "November 2026"
    assert NOVEMBER.written("{month:.3} '{year}, {number:02}") == "Nov '2026, 11"


@pytest.mark.parametrize("month", [NOVEMBER, Month(2027, 2), Month(2028, 2), Month(2027, 8)])
def test_a_good_month_is_found_good(month: Month) -> None:
    assert misdrawn(month, drawn(month), HEADS) == []


def test_a_week_may_begin_on_sunday_where_its_heads_do() -> None:
    assert misdrawn(NOVEMBER, drawn(NOVEMBER, first_weekday=6), [*HEADS[1:], HEADS[0]]) == []


def test_a_month_shifted_against_its_heads_is_told() -> None:
    [first, *_] = misdrawn(NOVEMBER, drawn(NOVEMBER, first_weekday=6), HEADS)

    assert first == "the column of 2026-11-02 is not below the name of Monday"


def test_a_day_that_is_missing_or_there_twice_is_told() -> None:
    cells = drawn(NOVEMBER)
    del cells[date(2026, 11, 30)]
    cells[date(2026, 11, 5)] *= 2

    assert misdrawn(NOVEMBER, cells, HEADS) == [
        "2026-11-05 stands there 2 times",
        "2026-11-30 stands there 0 times",
    ]


def test_a_day_in_another_column_or_week_is_told() -> None:
    cells = drawn(NOVEMBER)
    day = date(2026, 11, 12)

    assert "no column holds every Thursday" in misdrawn(NOVEMBER, moved(cells, day, left=0, right=90), HEADS)
    assert "2026-11-12 is not right of 2026-11-11" in misdrawn(NOVEMBER, moved(cells, day, top=20, bottom=100), HEADS)
    assert "2026-11-16 is not below 2026-11-15" in misdrawn(
        NOVEMBER, moved(cells, date(2026, 11, 16), top=180, bottom=260), HEADS
    )


def test_a_day_with_another_days_number_is_told() -> None:
    cells = drawn(NOVEMBER)
    cells[date(2026, 11, 12)] = [replace(cells[date(2026, 11, 12)][0], text="11")]

    assert misdrawn(NOVEMBER, cells, HEADS) == ["2026-11-12 says '11'"]


def test_dues_are_told_that_are_not_on_their_day_or_on_another() -> None:
    dues = [(date(2026, 11, 12), "Call 4"), (date(2026, 11, 28), "Signing"), (date(2026, 12, 1), "Tranche")]
    cells = drawn(NOVEMBER)
    cells[date(2026, 11, 12)] = [replace(cells[date(2026, 11, 12)][0], text="12\nCall 42")]
    cells[date(2026, 11, 28)] = [replace(cells[date(2026, 11, 28)][0], titles=("Signing", "Signing"))]
    cells[date(2026, 11, 30)] = [replace(cells[date(2026, 11, 30)][0], titles=("Tranche",))]

    assert misplaced(NOVEMBER, cells, dues) == [
        "'Call 4' is not to be seen on 2026-11-12",
        "'Tranche' is on 2026-11-30, where it is not due",
        "'Signing' is on 2026-11-28 2 times",
    ]
