"""A wrong DATABASE_URL looked like a broken platform, and nobody could tell which part of the URL was wrong."""

from plumbline import eventually, regression


@regression("PRE-2")
def test_the_database_answers_as_the_platforms_user(start, database_login):
    assert start.database_trouble is None, start.told

    assert database_login.trouble is None, database_login.trouble
    assert database_login.ask("select 1") == 1


@regression("PRE-2", "same")
def test_the_platform_is_connected_to_the_database_it_was_given(visitor, health, database):
    eventually(
        lambda: health(visitor).database_connected is not False,
        within=3,
        why="health to say that the database is there",
    )
    eventually(
        lambda: database.seen_while(lambda: health(visitor), database.platform_connections),
        within=3,
        why="a connection of the platform on the database it was given",
    )
