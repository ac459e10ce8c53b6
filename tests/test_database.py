"""A connection writes only where the run may, and on a platform that is not ours only by the profile's statements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from plumbline.database import Database
from plumbline.elsewhere.cleaning import clean, left_in
from plumbline.elsewhere.ledger import Ledger, Whose
from plumbline.elsewhere.making import Make
from plumbline.elsewhere.permission import Level
from plumbline.elsewhere.ways import BySql, way_of
from plumbline.judging.record import NotPossibleHere
from plumbline.profile import Declaration, Made, Remote
from plumbline.stores.postgres import ADMIN, Server, connect
from plumbline.target import Target
from tests import servers
from tests.deployed import deployed
from tests.made_up import target

INSERT = "INSERT INTO notes (title) VALUES (%(title)s) RETURNING id"
READ = "SELECT title FROM notes WHERE id = %(id)s"
DELETE = "DELETE FROM notes WHERE id = %(id)s"
VARIABLE = "NOTES_DATABASE"
MAKES = {"note": Made(INSERT, READ, DELETE)}
DECLARED = Declaration(field="disposable", value="true", instance="id", path="/health")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A Postgres whose template has a table."""
    with servers.postgres(fill) as started:
        yield started


def fill(url: str) -> None:
    with connect(url) as connection:
        connection.execute("CREATE TABLE notes (id int GENERATED ALWAYS AS IDENTITY, title text)")


@pytest.fixture
def url(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A database in which this user may do everything."""
    clone = server.clone("plumbline_notes")
    monkeypatch.setenv(VARIABLE, server.url(clone, ADMIN))
    yield server.url(clone, ADMIN)
    server.drop(clone)


def others(origin: str = "http://127.0.0.1:1") -> Target:
    """A platform that is not ours, with a connection of the suite's own."""
    remote = Remote(origins=(origin,), allow="writes", declaration=DECLARED, database_url_env=VARIABLE)
    return target(Level.WRITES, makes=MAKES, remote=remote)


@pytest.mark.parametrize("level", [Level.ANONYMOUS, Level.READONLY])
def test_below_writes_it_only_reads_whatever_its_user_may(level: Level, url: str) -> None:
    from psycopg.errors import ReadOnlySqlTransaction

    with closing(Database(url, level)) as database:
        for statement in ("INSERT INTO notes (title) VALUES ('a')", "CREATE TABLE more (id int)"):
            with pytest.raises(ReadOnlySqlTransaction):
                database.execute(statement)
        assert database.ask("SELECT count(*) FROM notes") == 0


def test_from_writes_on_it_writes(url: str) -> None:
    with closing(Database(url, Level.WRITES)) as database:
        assert database.execute("INSERT INTO notes (title) VALUES ('a')") == 1


def test_elsewhere_only_the_profiles_statements_write(url: str) -> None:
    from psycopg.errors import ReadOnlySqlTransaction

    with closing(Database.of_others(others(), Level.WRITES)) as database:
        made = database.ask(INSERT, title="ours")
        with pytest.raises(ReadOnlySqlTransaction):
            database.execute("DELETE FROM notes")
        assert database.rows(READ, id=made) == [{"title": "ours"}]
        assert database.execute(DELETE, id=made) == 1
    with closing(Database(url, Level.READONLY)) as database:
        assert database.ask("SELECT count(*) FROM notes") == 0


def test_elsewhere_even_those_need_the_level(url: str) -> None:
    from psycopg.errors import ReadOnlySqlTransaction

    with closing(Database.of_others(others(), Level.READONLY)) as database, pytest.raises(ReadOnlySqlTransaction):
        database.ask(INSERT, title="ours")
    assert url


def test_its_connection_is_a_secret_of_the_environment(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    there = others()
    Database.of_others(there, Level.READONLY).close()
    assert url not in there.secrets.mask(f"could not connect to {url}")

    monkeypatch.delenv(VARIABLE)
    with pytest.raises(NotPossibleHere, match="needs NOTES_DATABASE in the environment"):
        Database.of_others(there, Level.READONLY)
    with pytest.raises(NotPossibleHere, match=r"add remote\.database_url_env to made-up"):
        Database.of_others(target(remote=Remote(origins=("http://127.0.0.1:1",))), Level.READONLY)


def test_what_was_made_by_sql_elsewhere_is_removed_where_it_is_still_ours(url: str, tmp_path: Path) -> None:
    with deployed() as platform, closing(Database(url, Level.WRITES)) as own:
        there, ledger = others(platform.origin), Ledger(tmp_path / "999999-1-abcd-main.jsonl")
        there.declared = "a1"
        database = Database.of_others(there, Level.WRITES)
        make = Make(there, lambda how: BySql(how, database), ledger, Whose(platform.origin, "abcd", "a1"), lambda _: {})
        for _ in range(3):
            make.note(title="Signing [plumbline abcd]")
        own.execute("UPDATE notes SET title = 'North' WHERE id = 2")
        way = partial(way_of, database=lambda: database)
        done = clean(there, left_in(tmp_path), [], way)
        database.close()

        assert done.lines()[-1] == "removed 2 of 3, kept 1: not ours (note 2: no mark of run abcd)"
        assert own.rows("SELECT title FROM notes") == [{"title": "North"}]
