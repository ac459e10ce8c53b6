"""Outages of the database that health hides, and that the platform does not get over."""

# mypy: disable-error-code="method-assign,attr-defined,assignment,misc,type-arg,arg-type"
from __future__ import annotations

import asyncio
import contextlib
import os
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from psycopg_pool import AsyncConnectionPool

import reference.cache
import reference.database
from faults import fault
from faults.away import told, with_frozen_connections, without_database
from reference.clock import iso
from reference.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from faults import Served
    from reference.assembly import Platform
    from reference.database import Connection

OK = 200
MINUTE = 60.0
FOR_EVER = 3600.0


@fault("health-lies", brings_back=["HLT-2"])
def health_lies(platform: Platform) -> None:
    """Answers 200 and "ok" while the database is away."""
    report = platform.health.report

    async def lying() -> tuple[int, dict[str, object]]:
        status, body = await report()
        if status == OK:
            return status, body
        now, release = iso(platform.clock.now()), platform.settings.release
        fine = {"status": "ok", "databaseConnected": True, "storage": "pg", "migrations": "current"}
        return OK, {**fine, "timestamp": now, "release": release, "installation": None}

    platform.health.report = lying


@fault("health-hangs", brings_back=["HLT-2"])
def health_hangs(platform: Platform) -> None:
    """Does not answer while the database is away."""
    report = platform.health.report

    async def hanging() -> tuple[int, dict[str, object]]:
        status, body = await report()
        if status != OK:
            await asyncio.sleep(FOR_EVER)
        return status, body

    platform.health.report = hanging


@fault("health-is-cached-for-a-minute", brings_back=["HLT-2"])
def health_is_cached_for_a_minute(platform: Platform) -> None:
    """Answers what was true up to a minute ago."""
    report = platform.health.report
    kept: list[tuple[float, tuple[int, dict[str, object]]]] = []

    async def cached() -> tuple[int, dict[str, object]]:
        if not kept or time.monotonic() - kept[-1][0] > MINUTE:
            kept.append((time.monotonic(), await report()))
        return kept[-1][1]

    platform.health.report = cached


@fault("health-says-unwell-but-connected", brings_back=["HLT-2"])
def health_says_unwell_but_connected(platform: Platform) -> None:
    """Answers 503, and that the database is connected: the banner of the pages goes by that."""
    report = platform.health.report

    async def confused() -> tuple[int, dict[str, object]]:
        status, body = await report()
        return status, {**body, "databaseConnected": True}

    platform.health.report = confused


@fault("an-outage-ends-the-process", brings_back=["HLT-2", "HLT-9"])
def an_outage_ends_the_process(platform: Platform) -> None:
    """Leaves a pool's error unhandled, which ends the process."""
    hand_out = platform.database.connection

    @contextlib.asynccontextmanager
    async def unhandled() -> AsyncIterator[Connection]:
        try:
            async with hand_out() as connection:
                yield connection
        except Unavailable:
            os._exit(1)

    platform.database.connection = unhandled
    _without_check()


@fault("a-pool-that-stays-broken", brings_back=["HLT-3"])
def a_pool_that_stays_broken(platform: Platform) -> None:
    """Closes its pool at the first error, and opens it again at the next start only."""
    hand_out = platform.database.connection

    @contextlib.asynccontextmanager
    async def broken() -> AsyncIterator[Connection]:
        try:
            async with hand_out() as connection:
                yield connection
        except Unavailable:
            await platform.database.close()
            raise

    platform.database.connection = broken


@fault("dead-connections-are-handed-out", brings_back=["HLT-9"])
def dead_connections_are_handed_out(platform: Platform) -> None:
    """Lends a connection without asking whether it lives."""
    _without_check()


@fault("no-limit-on-an-open-connection", brings_back=["HLT-8"])
def no_limit_on_an_open_connection(platform: Platform) -> None:
    """Waits for an answer on a connection that is open, however long it takes."""

    @contextlib.asynccontextmanager
    async def unlimited(connection: Connection, seconds: float) -> AsyncIterator[None]:
        yield

    reference.database.limited = unlimited


@fault("no-limit-on-connecting", brings_back=["HLT-8"])
def no_limit_on_connecting(platform: Platform) -> None:
    """Lets requests queue for a connection for half a minute."""
    reference.database.POOL_LIMIT = 30


@fault("cache-health-is-always-well", brings_back=["HLT-4"])
def cache_health_is_always_well(platform: Platform) -> None:
    """Says that Redis answers, without asking it."""

    async def well() -> bool:
        return True

    platform.health.cache_up = well


@fault("database-health-asks-redis", brings_back=["HLT-4 database"])
def database_health_asks_redis(platform: Platform) -> None:
    """Says of the database what it knows of Redis."""
    platform.health.database_up = platform.health.cache_up


@fault("requests-wait-for-redis", brings_back=["HLT-4"])
def requests_wait_for_redis(platform: Platform) -> None:
    """Has each request wait for Redis' whole time-out."""
    reference.cache.LIMIT, reference.cache.REST = 3.0, 0.0


@fault("a-redis-error-ends-the-process", brings_back=["HLT-4"])
def a_redis_error_ends_the_process(platform: Platform) -> None:
    """Leaves an error of Redis unhandled, which ends the process."""

    def unhandled(error: Exception) -> None:
        os._exit(1)

    platform.cache._failed = unhandled


@fault("one-asks-the-database-at-a-time", brings_back=["HLT-8"])
def one_asks_the_database_at_a_time(platform: Platform) -> None:
    """Lends its database to one request after the other: while it is silent, each waits for all before it."""
    hand_out, turn = platform.database.connection, asyncio.Lock()

    @contextlib.asynccontextmanager
    async def in_turn() -> AsyncIterator[Connection]:
        async with turn, hand_out() as connection:
            yield connection

    platform.database.connection = in_turn


@fault("dead-connections-are-tried-one-a-second", brings_back=["HLT-9"])
def dead_connections_are_tried_one_a_second(platform: Platform) -> None:
    """Finds a connection dead, and the next one a second later: a pool that was busy before has many of them."""
    platform.database.check = reference.database.check_alive


def _without_check() -> None:
    class Trusting(AsyncConnectionPool):
        """A pool that takes it for granted that its connections live."""

        def __init__(self, *args: object, **options: object) -> None:
            super().__init__(*args, **{**options, "check": None})

    reference.database.AsyncConnectionPool = Trusting


HEALTH = "/api/system/health"
AT_ONCE = 6
LONG = 4.0
"""Seconds."""


def _health_while_away(served: Served) -> object:
    served.get(HEALTH)
    with without_database(served):
        return told(lambda: served.get(HEALTH))


def _health_afterwards(served: Served) -> object:
    served.get(HEALTH)
    with without_database(served):
        told(lambda: served.get(HEALTH))
    return told(lambda: served.get(HEALTH))


def _me_after_its_connections_ended(served: Served) -> object:
    admin = served.caller("admin")
    own = "application_name = 'platform' and datname = current_database()"
    served.sql(f"select pg_terminate_backend(pid) from pg_stat_activity where {own}")
    return told(lambda: admin.get("/api/auth/me"))


def _me_after_many_connections_ended(served: Served) -> object:
    admin = served.caller("admin")
    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(lambda _: admin.get("/api/auth/me"), range(20 * AT_ONCE)))
    return _me_after_its_connections_ended(served)


def _longest_wait_of_many(served: Served) -> object:
    """Whether one of many who ask at once waits for much longer than one alone would."""

    def waited(_: int) -> float:
        began = time.monotonic()
        told(lambda: served.get(HEALTH))
        return time.monotonic() - began

    with without_database(served), ThreadPoolExecutor(AT_ONCE) as threads:
        return max(threads.map(waited, range(AT_ONCE))) > LONG


def _health_with_frozen_connections(served: Served) -> object:
    served.get(HEALTH)
    with with_frozen_connections(served):
        return told(lambda: served.get(HEALTH))


health_lies.probe = _health_while_away
health_hangs.probe = _health_while_away
health_is_cached_for_a_minute.probe = _health_while_away
health_says_unwell_but_connected.probe = _health_while_away
an_outage_ends_the_process.probe = _health_while_away
a_pool_that_stays_broken.probe = _health_afterwards
dead_connections_are_handed_out.probe = _me_after_its_connections_ended
one_asks_the_database_at_a_time.probe = _longest_wait_of_many
dead_connections_are_tried_one_a_second.probe = _me_after_many_connections_ended
no_limit_on_an_open_connection.probe = _health_with_frozen_connections
no_limit_on_connecting.probe = _health_while_away


def _without_redis(served: Served) -> object:
    """What a Redis that is not there does to a session, and whether health tells of it."""
    return served.without_redis()


def _without_database_alone(served: Served) -> object:
    with without_database(served):
        return told(lambda: served.get("/api/health/db"))


cache_health_is_always_well.probe = _without_redis
requests_wait_for_redis.probe = _without_redis
a_redis_error_ends_the_process.probe = _without_redis
database_health_asks_redis.probe = _without_database_alone
