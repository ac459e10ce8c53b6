"""Databases and numbers for instances, and what is said when a database cannot be reached."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from psycopg import OperationalError, errors

from plumbline.standing.processes import reserve_port
from plumbline.stores.postgres import ADMIN, PLATFORM, READER, Clones, Server, connect
from plumbline.stores.redis import RedisError, RedisServer
from plumbline.stores.trouble import explain
from tests import servers


def fill(url: str) -> None:
    with connect(url) as connection:
        connection.execute("CREATE TABLE deals AS SELECT 1 AS id")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A Postgres whose template has one table, deals."""
    with servers.postgres(fill) as started:
        yield started


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisServer]:
    """A Redis of the suite's own."""
    with servers.redis() as started:
        yield started


@pytest.fixture
def clone(server: Server) -> Iterator[str]:
    """A fresh clone, by name."""
    name = server.clone("plumbline_test_clone")
    yield name
    server.drop(name)


def test_a_clone_has_the_templates_rows_and_belongs_to_the_platform(server: Server, clone: str) -> None:
    with connect(server.url(clone)) as connection:
        connection.execute("INSERT INTO deals VALUES (2)")
        connection.execute("CREATE TABLE more (id int)")

        assert connection.execute("SELECT count(*) FROM deals").fetchone() == (2,)


def test_a_clone_takes_milliseconds(server: Server) -> None:
    spent = []
    for number in range(5):
        started = time.perf_counter()
        server.clone(f"plumbline_timed_{number}")
        spent.append(time.perf_counter() - started)

    assert min(spent) < 0.1, "measured 0.01 s in memory, 0.04 s on a busy disk; by the write-ahead log 0.12 s"


def test_an_empty_database_is_empty(server: Server) -> None:
    with connect(server.url(server.create_empty("plumbline_empty"))) as connection:
        found = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()

    assert found == (0,)


def test_dropping_ends_the_connections_of_that_database_only(server: Server, clone: str) -> None:
    other = server.clone("plumbline_dropped")
    with connect(server.url(other)) as theirs, connect(server.url(clone)) as ours:
        server.drop(other)

        with pytest.raises(OperationalError):
            theirs.execute("SELECT 1")
        assert ours.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.parametrize("name", ["postgres", "platform", "plumbline", "plumbline_x; DROP TABLE deals", ""])
def test_only_the_suites_own_databases_are_made_or_dropped(server: Server, name: str) -> None:
    for act in (server.clone, server.create_empty, server.drop):
        with pytest.raises(ValueError, match="not a database of the suite"):
            act(name)


def test_the_template_cannot_be_connected_to(server: Server) -> None:
    with pytest.raises(OperationalError, match="not currently accepting connections"):
        connect(server.url(server.template))


def test_the_reader_reads_and_cannot_write_even_if_it_asks(server: Server, clone: str) -> None:
    with connect(server.url(clone, READER), readonly=True) as connection:
        assert connection.execute("SELECT id FROM deals").fetchone() == (1,)
        with pytest.raises(errors.ReadOnlySqlTransaction):
            connection.execute("DELETE FROM deals")
    with connect(server.url(clone, READER)) as connection:
        connection.execute("SET default_transaction_read_only = off")
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute("DELETE FROM deals")


def test_the_platforms_role_is_no_administrator(server: Server, clone: str) -> None:
    with connect(server.url(clone, PLATFORM)) as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute("CREATE DATABASE another")


def test_a_statement_that_hangs_is_ended(server: Server, clone: str) -> None:
    with connect(server.url(clone)) as connection:
        connection.execute("SET statement_timeout = '20ms'")
        with pytest.raises(errors.QueryCanceled):
            connection.execute("SELECT pg_sleep(30)")


def test_clones_made_in_advance_are_different_databases(server: Server) -> None:
    clones = Clones(server, "plumbline_ahead")

    names = {clones.take() for _ in range(4)}
    clones.close()

    assert len(names) == 4
    for name in names:
        server.drop(name)


def test_who_takes_a_clone_gets_the_error_of_making_it(server: Server) -> None:
    server.create_empty("plumbline_taken_1")

    with pytest.raises(errors.DuplicateDatabase):
        Clones(server, "plumbline_taken").take()


def test_the_log_has_statements_with_their_time_and_no_parameters(server: Server, clone: str) -> None:
    with connect(server.url(clone)) as connection:
        connection.execute("SELECT %s::text AS private_matter", ["the-session-id"])

    log = Path(server.log).read_text()
    assert "AS private_matter" in log
    assert "duration: " in log
    assert "the-session-id" not in log


def test_no_password_is_on_a_command_line_or_in_a_repr(server: Server, redis: RedisServer) -> None:
    passwords = [*server.passwords.values(), redis.password]
    lines = subprocess.run(["/bin/ps", "-A", "-ww", "-o", "args"], capture_output=True, text=True, check=True).stdout

    assert not [password for password in passwords if password in lines]
    assert not [password for password in passwords if password in f"{server!r} {redis!r}"]


TROUBLES = {
    "wrong password": ("login", {}, "does not let the user 'platform' in"),
    "no such role": ("login", {"user": "nobody_here"}, "does not let the user 'nobody_here' in"),
    "no such database": ("database", {"name": "plumbline_missing"}, "has no database 'plumbline_missing'"),
    "refused": ("refused", {"port": "closed"}, "nothing listens at 127.0.0.1:"),
    "no such host": ("host", {"host": "db.invalid"}, "the host name 'db.invalid' of Postgres is not found"),
}


@pytest.mark.parametrize("case", TROUBLES)
def test_each_trouble_is_told_apart_and_never_shows_the_password(server: Server, case: str) -> None:
    kind, changes, words = TROUBLES[case]
    held = reserve_port()
    password = server.passwords[PLATFORM] if case == "no such database" else "not-the-password"
    port = held.port if "port" in changes else server.port
    where = f"{changes.get('host', '127.0.0.1')}:{port}/{changes.get('name', 'postgres')}"
    url = f"postgresql://{changes.get('user', PLATFORM)}:{password}@{where}"

    with pytest.raises(OperationalError) as failed:
        connect(url)
    trouble = explain(failed.value, url)
    held.close()

    assert trouble.kind == kind
    assert words in str(trouble)
    assert password not in str(trouble)


@pytest.mark.parametrize(
    ("seen", "kind"),
    [
        ("psycopg.errors.ConnectionTimeout: connection timeout expired", "timeout"),
        ("Error: connect ETIMEDOUT 10.255.255.1:5432", "timeout"),
        ("getaddrinfo ENOTFOUND db.internal", "host"),
        ("gaierror: [Errno -2] Name or service not known", "host"),
        ("java.net.UnknownHostException: db.internal", "host"),
        ("(DBConnection.ConnectionError) tcp connect (db.internal:5432): non-existing domain - :nxdomain", "host"),
        ("ConnectionRefusedError: [Errno 111] Connect call failed ('127.0.0.1', 6543)", "refused"),
        ("org.postgresql.util.PSQLException: Connection to localhost:6543 refused. Check that", "refused"),
        ("no database (db:6543): ConnectionRefusedError: [Errno 111] Connect call failed", "refused"),
        ("asyncpg.exceptions.InvalidCatalogNameError: database 'deals' does not exist", "database"),
        ("We could not find your database: deals. Available database configurations", "database"),
        ("there is no database deals on that server", "database"),
        ("FATAL:  sorry, too many clients already", "full"),
        ("FATAL:  the database system is starting up", "starting"),
        ("something else with secret-word in it", "unknown"),
        ("ModuleNotFoundError: No module named 'psycopg'", "unknown"),
        ("FileNotFoundError: [Errno 2] No such file or directory: 'HTTP1001.txt'", "unknown"),
    ],
    ids=[
        "libpq",
        "node",
        "node-host",
        "asyncio-host",
        "java-host",
        "elixir-host",
        "asyncio",
        "java",
        "in passing",
        "asyncpg",
        "rails",
        "in words",
        "full",
        "starting",
        "unknown",
        "module",
        "file",
    ],
)
def test_a_log_is_understood_too(seen: str, kind: str) -> None:
    trouble = explain(f"line before\n{seen}", "postgresql://platform:secret-word@db:6543/deals")

    assert trouble.kind == kind
    assert "db:6543" in trouble.message or kind == "host"
    assert "(user 'platform'" in trouble.message
    assert "database 'deals'" in trouble.message
    assert "secret-word" not in str(trouble)


def test_instances_get_different_numbers_whoever_asks(redis: RedisServer) -> None:
    with ThreadPoolExecutor(8) as threads:
        numbers = list(threads.map(lambda _: redis.take_number(), range(24)))

    assert len(set(numbers)) == 24
    assert 0 not in numbers


def test_a_number_given_back_is_empty_for_the_next(redis: RedisServer) -> None:
    number = redis.take_number()
    with redis.connect(number) as connection:
        connection.command("SET", "sess:1", "somebody")

    redis.give_back(number)

    assert redis.take_number() == number
    with redis.connect(number) as connection:
        assert connection.command("DBSIZE") == 0


def test_the_small_client_speaks_every_kind_of_answer(redis: RedisServer) -> None:
    with redis.connect(redis.take_number()) as connection:
        assert connection.command("SET", "name", "Ünal\r\n") == "OK"
        assert connection.command("GET", "name") == "Ünal\r\n"
        assert connection.command("GET", "nothing") is None
        assert connection.command("RPUSH", "list", "a", "b") == 2
        assert connection.command("LRANGE", "list", 0, -1) == ["a", "b"]
        with pytest.raises(RedisError, match="WRONGTYPE"):
            connection.command("GET", "list")


def test_a_wrong_password_is_refused_by_redis(redis: RedisServer) -> None:
    stranger = RedisServer(redis.host, redis.port, "guess", redis.databases, redis.log, redis.version)

    with pytest.raises(RedisError, match="WRONGPASS"):
        stranger.connect()


def test_the_administrator_is_not_the_platform(server: Server) -> None:
    assert server.passwords[ADMIN] != server.passwords[PLATFORM]
