"""Health said "ok" from a fixed text while nobody could log in."""

from plumbline import eventually, regression


@regression("HLT-1")
def test_a_healthy_platform_says_so_with_the_time_of_now(visitor, health):
    first = health(visitor)

    assert first.healthy
    assert first.missing == []
    assert first.database_connected is not False
    assert first.seconds_old < 5
    assert health.lives(visitor) is not False
    eventually(lambda: health(visitor).is_another_than(first), within=6, why="health's timestamp to move")


@regression("HLT-1", "asks")
def test_health_asks_the_database(own_platform, health_of_database):
    own_platform.starts()
    visitor, database = own_platform.visitor(), own_platform.database
    before = database.now()

    def asked_since():
        return database.last_query_of_the_platform() > before

    assert health_of_database(visitor).healthy
    eventually(
        lambda: database.seen_while(lambda: health_of_database(visitor), asked_since),
        within=5,
        why="a query of the platform's after health was asked",
    )
