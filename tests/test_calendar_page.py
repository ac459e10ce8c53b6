"""The browser's clock and zone follow the run, and a calendar that is not ours can be read."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest

from plumbline.browsing.browser import BrowserThread, close, moment_on
from plumbline.browsing.calendar_page import CalendarPage
from plumbline.browsing.chromium import find
from plumbline.browsing.months import Month
from plumbline.browsing.pages import CalendarWords, Page
from plumbline.browsing.visit import Visit
from plumbline.elsewhere.permission import Level
from tests.made_up import target

CLOCK = "() => [new Date().getFullYear(), new Date().getMonth() + 1, new Date().getDate(), new Date().getHours()]"
MONTH = """<h2>Feb 2027</h2><a href="#">later</a><table><tr>{heads}</tr>{weeks}</table>"""
WORDS = CalendarWords(next="later", month="{month:.3} {year}", weekday="{weekday}", day="#d{date:%Y%m%d}")


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserThread]:
    """A browser for these tests."""
    chromium = find()
    if chromium is None:
        pytest.skip("there is no browser here")
    thread = BrowserThread(chromium, target(Level.READONLY), headed=False)
    yield thread
    thread.stop()


def february(due_on: int = 12, due: str = "<p>Signing", beside: str = "", month: str = MONTH) -> str:
    """February 2027, which begins on a Monday, with something due and something beside it, as a page's address."""
    days = [f"<td id=d202702{day:02}>{day}{due if day == due_on else ''}</td>" for day in range(1, 29)]
    weeks = "".join(f"<tr>{''.join(days[week : week + 7])}</tr>" for week in range(0, 28, 7))
    heads = "".join(f"<th>{name}</th>" for name in calendar.day_name)
    return "data:text/html," + quote(month.format(heads=heads, weeks=weeks) + beside)


def judged(browser: BrowserThread, address: str, words: CalendarWords = WORDS) -> None:
    """Judges days and dues of a calendar at this address."""

    def judge() -> None:
        tab = browser.tab("http://127.0.0.1", {})
        try:
            visit = Visit(tab, Page("/calendar", "admin", "Calendar", calendar=words), lambda _: []).open(address)
            page = CalendarPage(visit, date(2027, 2, 10), [(date(2027, 2, 12), "Signing")])
            page.go_next()
            page.expect_days_of(page.this_month)
            page.expect_dues_of(page.this_month)
        finally:
            close(tab)

    browser.run(judge)


def test_a_clock_is_put_only_to_a_day_that_is_not_the_machines() -> None:
    now = datetime(2026, 11, 21, 23, 59, 58)  # noqa: DTZ001 - a machine's own time

    assert moment_on(date(2026, 11, 21), now) is None
    assert moment_on(date(2028, 2, 29), now) == datetime(2028, 2, 29, 23, 59, 58)  # noqa: DTZ001 - as above


def test_the_browser_believes_what_it_is_told_of_day_and_zone(browser: BrowserThread) -> None:
    def seen() -> object:
        now = datetime.fromisoformat("2027-01-31T23:30:00+00:00")
        tab = browser.tab("http://127.0.0.1", {}, now, "Asia/Tokyo")
        tab.goto("about:blank")
        clock: object = tab.evaluate(CLOCK)
        close(tab)
        return clock

    assert browser.run(seen) == [2027, 2, 1, 8]


def test_another_platforms_calendar_is_read_by_its_own_words(browser: BrowserThread) -> None:
    judged(browser, february(due_on=12))


def test_a_due_on_another_day_is_told(browser: BrowserThread, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plumbline.browsing.calendar_page.PATIENCE", 200)

    with pytest.raises(AssertionError, match=r"the calendar of Feb 2027: .*'Signing' is not to be seen on 2027-02-12"):
        judged(browser, february(due_on=11))


@pytest.mark.parametrize(
    "due",
    [
        pytest.param("<p style='text-transform: uppercase'>sign<b>ing</b>", id="in pieces"),
        pytest.param("<p style='width: 30px; overflow: hidden; text-overflow: ellipsis'>Signing", id="shortened"),
        pytest.param("<div style='height: 20px; overflow: auto'><br><p>Signing", id="to be scrolled to"),
        pytest.param(
            "<p>Signing<p style='position: absolute; width: 1px; overflow: hidden'>Signing", id="read aloud too"
        ),
        pytest.param("<br>Signing", id="beside the number"),
    ],
)
def test_a_due_that_is_seen_is_seen(browser: BrowserThread, due: str) -> None:
    judged(browser, february(due=due))


@pytest.mark.parametrize(
    "due",
    [
        pytest.param("<div style='opacity: 0'><p>Signing", id="transparent"),
        pytest.param("<p style='visibility: hidden'>Signing", id="hidden"),
        pytest.param("<p style='font-size: 0'>Signing", id="without size"),
        pytest.param("<div style='height: 0; overflow: hidden'><p>Signing", id="cut away"),
        pytest.param("<p style='position: absolute; left: -999px'>Signing", id="outside the window"),
        pytest.param("<p style='position: relative; top: 400px'>Signing", id="outside its day"),
        pytest.param("<p>Signings", id="a part of a word"),
    ],
)
def test_a_due_that_is_not_seen_is_told(browser: BrowserThread, monkeypatch: pytest.MonkeyPatch, due: str) -> None:
    monkeypatch.setattr("plumbline.browsing.calendar_page.PATIENCE", 200)

    with pytest.raises(AssertionError, match="'Signing' is not to be seen on 2027-02-12"):
        judged(browser, february(due=due))


def test_a_due_that_is_seen_twice_is_told(browser: BrowserThread, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plumbline.browsing.calendar_page.PATIENCE", 200)

    with pytest.raises(AssertionError, match="'Signing' is on 2027-02-12 2 times"):
        judged(browser, february(due="<p>Signing<p>Signing"))


def test_other_months_may_be_named_beside_the_title(browser: BrowserThread) -> None:
    judged(browser, february(beside="<p>Mar 2027</p><select><option>Jan 2027<option>Feb 2027<option>Mar 2027</select>"))


def test_a_title_that_is_no_heading_is_found_by_its_selector(browser: BrowserThread) -> None:
    month = MONTH.replace("h2>", "strong>")

    judged(browser, february(month=month), replace(WORDS, title="strong"))


def test_a_month_that_is_named_but_not_in_the_title_is_told(
    browser: BrowserThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plumbline.browsing.calendar_page.PATIENCE", 200)

    with pytest.raises(AssertionError, match="no title says 'Feb 2027'"):
        judged(browser, february(beside="<p>Feb 2027</p>", month=MONTH.replace("Feb", "Jan")))


def test_a_month_without_known_dues_judges_nothing() -> None:
    visit: Any = SimpleNamespace(page=Page("/calendar", "admin", "Calendar"))
    page = CalendarPage(visit, date(2027, 2, 10), [])

    with pytest.raises(ValueError, match="nothing due"):
        page.expect_dues_of(Month(2027, 2))
