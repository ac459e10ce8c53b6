"""Starts that give up too early, hide what is wrong, or tell too much."""

# mypy: disable-error-code="method-assign,attr-defined,assignment"
from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg

import reference.database
import reference.server
import reference.starting
from faults import fault

if TYPE_CHECKING:
    from faults import Served
    from reference.assembly import Platform
    from reference.database import Connection


@fault("starts-whatever-the-database-says", brings_back=["HLT-6"])
def starts_whatever_the_database_says(platform: Platform) -> None:
    """Starts without its database, and answers with errors."""
    reach = reference.starting.reach

    async def or_go_on(platform: Platform, deadline: float) -> Connection | None:
        try:
            return await reach(platform, deadline)
        except reference.starting.CannotReach:
            return None

    reference.server.reach = or_go_on
    _begin_with_nothing(platform)


def _begin_with_nothing(platform: Platform) -> None:
    """Has a start do without the connection that it begins with."""
    pending, handing_over = platform.migrations.pending, reference.database._handing_over

    async def none_pending(connection: Connection | None) -> list[str]:
        return await pending(connection) if connection else []

    def or_nothing(first: Connection | None) -> type[Connection]:
        return handing_over(first) if first else psycopg.AsyncConnection

    platform.migrations.pending = none_pending
    reference.database._handing_over = or_nothing


@fault("start-prints-the-url", brings_back=["HLT-6"])
def start_prints_the_url(platform: Platform) -> None:
    """Ends with a line that has the whole URL in it, password and all."""
    told = reference.starting.told

    def with_the_url(platform: Platform, error: Exception) -> str:
        return f"{told(platform, error)} ({platform.settings.database_url.get_secret_value()})"

    reference.starting.told = with_the_url


@fault("start-says-only-that-it-failed", brings_back=["HLT-6"])
def start_says_only_that_it_failed(platform: Platform) -> None:
    """Ends with a line that does not say what is wrong."""
    reference.starting.told = lambda platform, error: "the database cannot be used"


@fault("gives-up-at-the-first-refusal", brings_back=["HLT-7"])
def gives_up_at_the_first_refusal(platform: Platform) -> None:
    """Ends when the database is not there at the first try."""
    reach = reference.starting.reach

    async def once(platform: Platform, deadline: float) -> Connection:
        return await reach(platform, 0)

    reference.server.reach = once


@fault("gives-up-when-nobody-listens", brings_back=["HLT-7"])
def gives_up_when_nobody_listens(platform: Platform) -> None:
    """Waits for a server that hangs up, and takes one that does not listen yet for a mistake in its settings."""
    connect = platform.database.connect

    async def or_give_up() -> Connection:
        try:
            return await connect()
        except psycopg.OperationalError as error:
            if "refused" in str(error):
                raise reference.starting.CannotReach(reference.starting.told(platform, error)) from error
            raise

    platform.database.connect = or_give_up


@fault("knocks-without-a-pause", brings_back=["HLT-7"])
def knocks_without_a_pause(platform: Platform) -> None:
    """Tries again at once, and again, while the database starts."""
    reference.starting.LONGEST_WAIT = reference.starting.FIRST_WAIT


def _start_in_vain(served: Served) -> object:
    """What a start says whose database refuses, and whether it has tried a few times or without end."""
    said, tries = served.start_in_vain()
    return [said, "never again" if not tries else "now and then" if tries <= FEW else "all the time"]


FEW = 10
"""Tries in half a second, with waits that double from 20 ms: five."""

starts_whatever_the_database_says.probe = _start_in_vain
start_prints_the_url.probe = _start_in_vain
start_says_only_that_it_failed.probe = _start_in_vain
gives_up_at_the_first_refusal.probe = _start_in_vain
gives_up_when_nobody_listens.probe = _start_in_vain
knocks_without_a_pause.probe = _start_in_vain
