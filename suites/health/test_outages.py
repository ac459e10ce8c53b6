"""The database went away, and health went on saying "ok" while nobody could work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plumbline import NOT_LOGGED_IN, OK, UNAVAILABLE, at_once, eventually, regression

if TYPE_CHECKING:
    from collections.abc import Callable

    from plumbline.asking.exchange import Answer

OUTAGES = ["cut", "freeze"]
"""The ways in which a service goes away: connections break and are refused, or nothing is said any more."""

SOON = 1
"""Seconds: 0.2 to 0.5 where Redis is left alone after its first failure, 5 and more where each request waits for it."""

TWICE = 2 * SOON
"""Seconds in which what is late once is asked again: a busy machine's doing, or Redis' then too."""

CROWD = 8
"""Requests at the same moment."""


@pytest.mark.parametrize("outage", OUTAGES)
@regression("HLT-2")
def test_health_tells_that_the_database_is_away(own_platform, health_of_database, outage):
    own_platform.starts(linked=True)
    visitor, database = own_platform.visitor(), own_platform.to_database
    before = health_of_database(visitor)
    assert (before.meaning, before.database_connected) != (OK, False), before

    for time in ("", " again, right after health was asked and well"):
        eventually(lambda: health_of_database(visitor).well, within=10, why="health to be well, before the outage")
        getattr(database, outage)()
        eventually(
            lambda: health_of_database(visitor, within=3).tells_database_away,
            within=3,
            why=f"health to say that the database is away ({outage}{time})",
        )
        while_away = [health_of_database(visitor, within=3) for _ in range(3)]
        assert [told for told in while_away if not told.tells_database_away] == [], f"{database.seconds:.1f} s after"
        assert {told.storage for told in while_away} <= {None, before.storage}
        assert own_platform.death == ""
        database.restore()


@pytest.mark.parametrize("outage", OUTAGES)
@regression("HLT-3")
def test_when_the_database_is_back_the_platform_is_well_again_without_a_restart(
    own_platform, health_of_database, outage, measured
):
    own_platform.starts(linked=True)
    admin, visitor, database = own_platform.login("admin"), own_platform.visitor(), own_platform.to_database
    getattr(database, outage)()
    eventually(
        lambda: admin.me().meaning != OK or health_of_database(visitor).meaning != OK,
        within=5,
        why="the outage to be felt",
    )

    database.restore()
    eventually(
        lambda: health_of_database(visitor).well, within=5, why="health to be well again, now that the database is back"
    )
    measured("seconds until health was well again", database.seconds)
    eventually(
        lambda: [answer for answer in (admin.me() for _ in range(10)) if answer.meaning != OK] == [],
        within=5,
        why="the old session to work again, ten times in a row: there may be several processes",
    )
    assert own_platform.visitor().login(own_platform.account("admin")).meaning == OK


@regression("HLT-8")
def test_with_the_database_frozen_requests_fail_fast_and_do_not_queue(own_platform):
    own_platform.starts(linked=True)
    admin, account = own_platform.login("admin"), own_platform.account("admin")
    own_platform.to_database.freeze()

    own_platform.sessions.forget_copies()
    crowd = min(CROWD, own_platform.profile.commands.concurrency)
    asked = [admin.me(within=3), *at_once(lambda: admin.me(within=3), times=crowd)]
    logins = [own_platform.visitor().login(account, within=3) for _ in range(2)]

    soon = {OK, UNAVAILABLE, NOT_LOGGED_IN}  # whom an outage logs out is SES-17's to say
    assert [answer for answer in asked if answer.meaning not in soon] == []
    assert [answer for answer in logins if answer.meaning != UNAVAILABLE] == []


@regression("HLT-8")
def test_a_pool_that_cannot_connect_says_so_in_two_seconds(own_platform):
    own_platform.starts(linked=True)
    account = own_platform.account("admin")
    own_platform.to_database.cut()

    alone = own_platform.visitor().login(account, within=2)
    crowd = min(CROWD // 2, own_platform.profile.commands.concurrency)
    logins = [alone, *at_once(lambda: own_platform.visitor().login(account, within=2), times=crowd)]

    assert [answer for answer in logins if answer.meaning != UNAVAILABLE] == []


@regression("HLT-9")
def test_when_the_server_ends_its_connections_the_next_request_works(own_platform):
    own_platform.starts()
    admin, database = own_platform.login("admin"), own_platform.database
    for _ in range(3):
        for _ in range(5):
            at_once(admin.me, times=CROWD)  # a pool that has been busy has many connections to lose
        if not database.end_platform_connections():  # it connects only for as long as it answers
            database.seen_while(admin.me, database.end_platform_connections)
        own_platform.visitor().get("/login")  # and with that the platform has had time to hear of it

        eventually(lambda: admin.me().meaning == OK, within=0, why="the next request to work")
        assert own_platform.death == ""


@pytest.mark.parametrize("outage", OUTAGES)
@regression("HLT-4")
def test_without_redis_the_rest_goes_on_from_the_first_request_and_health_tells_of_redis_alone(
    own_platform, health, outage
):
    own_platform.sessions.not_in_redis_alone()
    redis, account = own_platform.to_redis, own_platform.account("admin")
    getattr(redis, outage)()
    assert own_platform.starts(linked=True).answers
    visitor = own_platform.visitor()

    if came_late(lambda: visitor.login(account, within=SOON)):
        own_platform.restart()
        eventually(lambda: visitor.login(account, within=SOON).meaning == OK, within=0, why="a first login once more")
    for _ in range(3):
        eventually(lambda: visitor.me(within=SOON).meaning == OK, within=TWICE, why="a request without Redis")
    assert health.of("cache", visitor) in {None, UNAVAILABLE}
    assert health.of("db", visitor) in {None, OK}
    redis.restore()
    eventually(lambda: health.of("cache", visitor) in {None, OK}, within=5, why="health to tell of Redis again")

    getattr(redis, outage)()
    for _ in range(3):
        again = "a request when Redis has gone again"
        eventually(lambda: visitor.me(within=SOON).meaning == OK, within=TWICE, why=again)
    assert visitor.logout().meaning == OK
    assert own_platform.death == ""


def came_late(ask: Callable[[], Answer]) -> bool:
    """Whether an answer that is well did not come, or not in time."""
    try:
        eventually(lambda: ask().meaning == OK, within=0)
    except AssertionError:
        return True
    return False


@regression("HLT-4", "database")
def test_without_its_database_health_tells_of_the_database_alone(own_platform, health):
    own_platform.starts(linked=True)
    visitor = own_platform.visitor()
    before = {server: health.of(server, visitor) for server in ("db", "cache")}
    told_apart = health.told_apart(before)
    assert told_apart == dict.fromkeys(told_apart, OK)

    own_platform.to_database.cut()

    eventually(lambda: health.of("db", visitor) in {None, UNAVAILABLE}, within=3, why="health to tell of the database")
    eventually(lambda: health.of("cache", visitor) in {None, OK}, within=3, why="health to say that Redis is there")
