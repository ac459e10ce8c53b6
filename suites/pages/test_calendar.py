"""The calendar stayed empty because its events did not come and nobody was told; later it skipped February."""

from datetime import date

import pytest

from plumbline import regression

A_YEAR = 12


@regression("BRW-2")
def test_the_calendar_shows_this_months_dues_then_the_nexts_and_comes_back(calendar):
    page = calendar()
    page.expect_heading()
    page.expect_dues_of(page.this_month)

    page.go_next()
    page.expect_dues_of(page.this_month.next)

    page.go_back()
    page.expect_dues_of(page.this_month)
    assert page.complaints() == []


@pytest.mark.parametrize(
    "today",
    [
        pytest.param(date(2026, 8, 31), id="the 31st before a month of 30 days"),
        pytest.param(date(2027, 1, 29), id="the 29th before February"),
        pytest.param(date(2027, 2, 10), id="a February that begins on a Monday"),
        pytest.param(date(2026, 11, 10), id="a month that begins on a Sunday"),
        pytest.param(date(2028, 2, 29), id="a leap day"),
    ],
)
@regression("BRW-2", "any-month")
def test_from_any_day_on_every_month_shows_its_own_days_below_their_weekdays(calendar_on, today):
    page = calendar_on(today)
    month = page.this_month
    page.expect_days_of(month)

    for _ in range(A_YEAR):
        page.go_next()
        month = month.next
        page.expect_days_of(month)
    for _ in range(2):
        page.go_back()
        month = month.previous
        page.expect_days_of(month)


@pytest.mark.parametrize("zone", ["Pacific/Pago_Pago", "Pacific/Kiritimati"])
@regression("BRW-2", "any-zone")
def test_whatever_zone_it_is_read_in_each_due_stands_on_its_own_day(calendar_on, zone):
    page = calendar_on(zone=zone)

    page.expect_dues_of(page.this_month)
    page.expect_days_of(page.this_month)


@regression("BRW-2", "late")
def test_whoever_turns_pages_faster_than_answers_come_sees_the_month_that_was_chosen(calendar_on):
    page = calendar_on()
    page.expect_dues_of(page.this_month)

    page.go_next_and_back_before_the_answers_come()

    page.expect_dues_of(page.this_month)
