"""A calendar that says nothing of a failure, or takes dates for moments."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from faults import fault
from faults.assets import lacks, rewrite, says

if TYPE_CHECKING:
    from reference.assembly import Platform

_says = partial(says, "/calendar")
_lacks = partial(lacks, "/calendar")


@fault("calendar-fetch-fails", brings_back=["BRW-2"])
def calendar_fetch_fails(platform: Platform) -> None:
    """Asks for the events at an address that is none, and takes the failure for a month without events."""
    rewrite(
        platform,
        "calendar.js",
        ("desk.source(pathOf(month))", 'desk.source("http://")'),
        ("fails(reason) {", "fails() {\n        return this.shows([]);"),
    )


@fault("events-of-the-month-left-stay", brings_back=["BRW-2"])
def events_of_the_month_left_stay(platform: Platform) -> None:
    """Draws the events of every month that was looked at, each on the day of that number."""
    rewrite(
        platform,
        "calendar.js",
        (
            "Map.groupBy(events, ({ date }) => date)",
            "Map.groupBy((desk.kept ??= []).concat(events), ({ date }) => date.slice(8))",
        ),
        ("on.get(each.date)", "on.get(each.date.slice(8))"),
        (
            "summary.textContent = summed(events);",
            "summary.textContent = summed(events);\n        desk.kept.push(...events);",
        ),
    )


@fault("calendar-title-stays", brings_back=["BRW-2"])
def calendar_title_stays(platform: Platform) -> None:
    """Writes the month's name when the page is opened, and not when the month changes."""
    title = 'place("month-title").textContent'
    rewrite(platform, "calendar.js", (f"{title} =", f"{title} ||="))


@fault("events-transparent", brings_back=["BRW-2"])
def events_transparent(platform: Platform) -> None:
    """Lets the titles of the events fade in, and never begins."""
    rewrite(platform, "calendar.css", (".event-title { ", ".event-title { opacity: 0; "))


@fault("events-cut-away", brings_back=["BRW-2"])
def events_cut_away(platform: Platform) -> None:
    """Keeps the days from growing, and leaves no height for what falls due on them."""
    rewrite(platform, "calendar.css", (".events { display", ".events { height: 0; overflow: hidden; display"))


@fault("events-drawn-twice", brings_back=["BRW-2"])
def events_drawn_twice(platform: Platform) -> None:
    """Draws each event of the answer a second time below the first."""
    rewrite(platform, "calendar.js", ("Map.groupBy(events,", "Map.groupBy(events.flatMap((one) => [one, one]),"))


@fault("next-month-from-the-31st", brings_back=["BRW-2 any-month"])
def next_month_from_the_31st(platform: Platform) -> None:
    """Keeps today's day when it moves to the next month, which may lack it and so is left out."""
    rewrite(
        platform,
        "calendar.js",
        (
            "go(shown + 1)",
            "{ const to = new Date(); to.setFullYear(0, shown + 1); go(to.getFullYear() * 12 + to.getMonth()); }",
        ),
    )


@fault("sunday-is-day-zero", brings_back=["BRW-2 any-month"])
def sunday_is_day_zero(platform: Platform) -> None:
    """Leaves out one day too few before a month that begins on a Sunday."""
    rewrite(
        platform,
        "calendar-month.js",
        ("(start(month).getUTCDay() + 6) % WEEK", "Math.max(0, start(month).getUTCDay() - 1)"),
    )


@fault("leap-day-forgotten", brings_back=["BRW-2 any-month"])
def leap_day_forgotten(platform: Platform) -> None:
    """Knows the lengths of the months by heart, February with 28 days."""
    rewrite(
        platform,
        "calendar-month.js",
        (
            "start(month + 1, 0).getUTCDate()",
            "[31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month % 12]",
        ),
        ("inside: date.startsWith(written(month))", "inside: place >= before && place < before + length"),
    )


@fault("due-dates-as-moments", brings_back=["BRW-2 any-zone"])
def due_dates_as_moments(platform: Platform) -> None:
    """Reads a due date as midnight UTC and puts it on the day that the viewer then has."""
    rewrite(
        platform,
        "calendar.js",
        ("({ date }) => date)", '({ date }) => new Date(date).toLocaleDateString("sv"))'),
    )


@fault("late-answers-win", brings_back=["BRW-2 late"])
def late_answers_win(platform: Platform) -> None:
    """Draws every answer when it comes, whichever month is on the page by then."""
    rewrite(platform, "calendar.js", ("if (!current()) return;", ""))


calendar_fetch_fails.probe = _says("calendar.js", 'desk.source("http://")')
events_of_the_month_left_stay.probe = _says("calendar.js", "desk.kept")
calendar_title_stays.probe = _says("calendar.js", ".textContent ||=")
events_transparent.probe = _says("calendar.css", "opacity: 0; ")
events_cut_away.probe = _says("calendar.css", ".events { height: 0")
events_drawn_twice.probe = _says("calendar.js", "[one, one]")
next_month_from_the_31st.probe = _says("calendar.js", "setFullYear")
sunday_is_day_zero.probe = _says("calendar-month.js", "Math.max")
leap_day_forgotten.probe = _says("calendar-month.js", "[31, 28")
due_dates_as_moments.probe = _says("calendar.js", "toLocaleDateString")
late_answers_win.probe = _lacks("calendar.js", "current()) return")
