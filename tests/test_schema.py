"""What a database lacks of the contract's schema, asked of a real Postgres."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from plumbline.database import Database
from plumbline.elsewhere.permission import Level
from plumbline.schema import missing, wanted
from plumbline.stores.postgres import ADMIN, READER, Server, connect
from tests import servers

MADE = """
CREATE TABLE users (id int, name text);
CREATE UNIQUE INDEX users_name ON users (name);
CREATE VIEW names AS SELECT name FROM users;
CREATE MATERIALIZED VIEW sums AS SELECT count(*) AS n FROM users;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER touched BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
"""
CONTRACT = """
[tables]
users = ["id", "name"]
[views]
names = ["name"]
sums = ["n"]
[indexes]
users_name = "users"
[triggers]
touched = "users"
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A Postgres whose template has all that the contract names."""
    with servers.postgres(fill) as started:
        yield started


def fill(url: str) -> None:
    with connect(url) as connection:
        connection.execute(MADE)


@pytest.fixture
def name(server: Server) -> Iterator[str]:
    """A clone of the template."""
    clone = server.clone("plumbline_schema")
    yield clone
    server.drop(clone)


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What the contract names."""
    file: Path = tmp_path_factory.mktemp("contract") / "schema.toml"
    file.write_text(CONTRACT)
    return wanted(file)


def test_the_contract_names_each_thing_with_its_table(contract: dict[str, list[str]]) -> None:
    assert contract == {
        "table": ["users"],
        "view": ["names", "sums"],
        "column": ["users.id", "users.name", "names.name", "sums.n"],
        "index": ["users.users_name"],
        "trigger": ["users.touched"],
    }


@pytest.mark.parametrize(
    ("change", "lacks"),
    [
        ("SELECT 1", []),
        ("ALTER TABLE users DROP COLUMN id", ["column users.id"]),
        ("DROP INDEX users_name", ["index users.users_name"]),
        ("DROP TRIGGER touched ON users", ["trigger users.touched"]),
        ("ALTER TABLE users DISABLE TRIGGER touched", ["trigger users.touched"]),
        ("DROP MATERIALIZED VIEW sums", ["view sums"]),
        ("DROP VIEW names; CREATE VIEW names AS SELECT 1 AS other", ["column names.name"]),
        ("DROP VIEW names; CREATE TABLE names (name text)", ["view names"]),
        ("DROP TABLE users CASCADE", ["table users", "view names", "view sums"]),
        ("CREATE SCHEMA s; ALTER TABLE users SET SCHEMA s", ["table users"]),
    ],
)
def test_what_is_gone_is_named_once(
    server: Server, name: str, contract: dict[str, list[str]], change: str, lacks: list[str]
) -> None:
    with connect(server.url(name, ADMIN)) as connection:
        connection.execute(change)

    with closing(Database(server.url(name, READER), Level.READONLY)) as database:
        assert missing(database, contract) == lacks


def test_a_database_that_is_read_only_refuses_to_write(server: Server, name: str) -> None:
    from psycopg.errors import InsufficientPrivilege, ReadOnlySqlTransaction

    with closing(Database(server.url(name, READER), Level.READONLY)) as database:
        with pytest.raises((InsufficientPrivilege, ReadOnlySqlTransaction)):
            database.execute("INSERT INTO users VALUES (1, 'ada')")
        assert database.ask("SELECT count(*) FROM users") == 0


def test_contents_are_equal_exactly_when_the_rows_are(server: Server, name: str) -> None:
    with closing(Database(server.url(name, ADMIN), Level.WRITES)) as database:
        before = database.contents()
        database.execute("INSERT INTO users VALUES (1, 'ada')")
        after = database.contents()
        database.execute("DELETE FROM users")

        assert before != after
        assert database.contents() == before


def test_the_suites_own_connection_is_not_the_platforms(server: Server, name: str) -> None:
    with closing(Database(server.url(name, ADMIN), Level.WRITES)) as database:
        assert database.platform_connections() == 0

        with connect(server.url(name)) as connection:
            connection.execute("SET application_name = 'theirs'")
            assert database.platform_connections() == 1
