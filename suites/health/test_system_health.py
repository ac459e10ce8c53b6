"""Health said "ok" from a fixed text while nobody could log in."""

from plumbline import OK, eventually, regression


@regression("HLT-1")
def test_a_healthy_platform_says_so_with_the_time_of_now(visitor, health):
    first = health(visitor)

    assert first.meaning == OK
    assert first.missing == []
    assert first.healthy
    assert first.database_connected is not False
    assert first.seconds_old < 5
    eventually(lambda: health(visitor).is_another_than(first), within=6, why="health's timestamp to move")


@regression("HLT-1", "asks")
def test_health_asks_the_database(own_platform, health):
    own_platform.starts()
    visitor, database = own_platform.visitor(), own_platform.database
    before = database.now()

    def asked_since():
        return health(visitor).meaning == OK and database.last_query_of_the_platform() > before

    eventually(asked_since, within=5, why="a query of the platform's after health was asked")
