"""A start with a wrong password hung, or ended with a stack trace that had the right one in it."""

import pytest

from plumbline import OK, eventually, regression

BLAMED = {
    "password": {"login"}, "role": {"login"}, "database": {"database"}, "host": {"host", "refused"}, "port": {"refused"}
}  # fmt: skip
"""Part of the connection that is wrong → what the platform has to blame.

The server answers the first two alike; some drivers say of a host only that it cannot be reached.
"""

GROWN = 1.5
"""How much longer the later half of the waits is at least: eight times where they double, once where they stay."""


@pytest.mark.parametrize("part", BLAMED)
@regression("HLT-6")
def test_a_start_with_a_wrong_database_ends_and_names_what_is_wrong(own_platform, part):
    start = own_platform.starts(wrong=part)

    assert not start.answers, f"it started with a wrong {part}"
    assert start.ended_with not in {0, None}, start.told
    assert start.seconds < 10, start.told
    assert start.database_trouble is not None, start.told
    assert start.database_trouble.kind in BLAMED[part], start.told
    assert start.unnamed == [], f"its log has to name user and host of its database; {start.told}"
    assert not start.gives_password_away


@regression("HLT-7")
def test_a_database_that_comes_late_is_waited_for_with_growing_waits(own_platform, health):
    start = own_platform.starts(late=5)

    assert start.answers, start.told
    database, visitor = own_platform.to_database, own_platform.visitor()
    is_up_without = database.turns_away  # and connects when it is asked, or goes on trying: nobody asks it now
    eventually(lambda: not database.turns_away or database.seconds > 2, within=10, why="five tries, or two seconds")
    database.restore()
    waits, half = database.waits, len(database.waits) // 2
    assert is_up_without or start.unready or half, f"it waited {len(waits)} times"
    grew = sum(waits[len(waits) - half :]) >= GROWN * sum(waits[:half])
    assert start.unready or grew, f"its waits do not grow: {[round(wait, 2) for wait in waits]}"
    eventually(lambda: health(visitor).well, within=5, why="health to be well, now that the database has come")
    assert own_platform.visitor().login(own_platform.account("admin")).meaning == OK


@regression("HLT-7")
def test_a_database_that_does_not_listen_yet_is_waited_for(own_platform, health):
    start = own_platform.starts(refused=1)

    assert start.answers, start.told
    visitor = own_platform.visitor()
    eventually(lambda: health(visitor).well, within=5, why="health to be well, now that the database has come")
    assert own_platform.visitor().login(own_platform.account("admin")).meaning == OK
