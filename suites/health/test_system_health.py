"""Health said "ok" from a fixed text while nobody could log in."""

from plumbline import OK, eventually, regression, seconds_from_now


@regression("HLT-1")
def test_a_healthy_platform_says_so_with_the_time_of_now(visitor, health):
    first = health(visitor)

    assert first.meaning == OK
    assert first.missing == []
    assert first.healthy
    assert first.database_connected is not False
    assert seconds_from_now(first.timestamp) < 5
    eventually(lambda: health(visitor).timestamp != first.timestamp, within=2, why="health's timestamp to move")


@regression("HLT-1", "asks")
def test_health_asks_the_database(visitor, health, database):
    before = database.now()

    def asked_since():
        return health(visitor).meaning == OK and database.last_query_of_the_platform() > before

    eventually(asked_since, within=5, why="a query of the platform's after health was asked")
