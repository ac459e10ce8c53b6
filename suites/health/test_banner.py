"""The banner blamed the database for every call that failed, and once it was there only a reload took it away."""

import pytest

from plumbline import eventually, regression

AWHILE = 10
"""Seconds for health to know: how soon it has to is HLT-2's and HLT-3's."""

A_TOAST = 3
"""Seconds after which a message that goes away whatever happens is gone, or soon will be."""


@pytest.mark.parametrize(("outage", "state"), [("cut", "cut off"), ("freeze", "frozen")], ids=["cut", "freeze"])
@regression("HLT-5")
def test_the_banner_comes_and_goes_by_itself_with_what_health_says_of_the_database(
    own_platform, banner_of, health_of_database, pictured, outage, state
):
    own_platform.starts(linked=True)
    visitor, database = own_platform.visitor(), own_platform.to_database
    banner = banner_of(own_platform)
    assert health_of_database(visitor).well
    assert not banner.shown, "it is there while health says that the database is"

    getattr(database, outage)()
    eventually(
        lambda: health_of_database(visitor).tells_database_away, within=AWHILE, why="health to say that it is away"
    )
    banner.expect_to_come()
    assert banner.stays(seconds=A_TOAST), f"it went away while the database was: {health_of_database(visitor)}"
    pictured(f"banner there, database {state}", banner.visit)

    database.restore()
    eventually(lambda: health_of_database(visitor).well, within=AWHILE, why="health to say that it is back")
    banner.expect_to_go()
    pictured(f"banner gone, database no longer {state}", banner.visit)


@pytest.mark.parametrize("status", [500, 502, 503, None], ids=["500", "a proxy's 502", "503", "no answer"])
@regression("HLT-5", "others")
def test_the_banner_blames_the_database_for_no_other_failure(while_calls_fail, status):
    failed = while_calls_fail(status)

    assert not failed.banner_came, f"{failed.page} says that the database is away, since these failed: {failed.paths}"


@regression("HLT-5", "redis")
def test_without_redis_there_is_no_banner(own_platform, banner_of, health_of_database):
    own_platform.starts(linked=True)
    banner = banner_of(own_platform)

    own_platform.to_redis.cut()
    banner.reload()

    assert not banner.comes(within=A_TOAST), f"health: {health_of_database(own_platform.visitor())}"
