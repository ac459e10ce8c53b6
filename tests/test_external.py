"""Servers of others are used only where they say that they are disposable, and get back what they had."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from plumbline.elsewhere.permission import Level
from plumbline.judging.record import NotPossibleHere
from plumbline.profile_file import load
from plumbline.services import ServiceUnavailable
from plumbline.services.external import MARKER, Ledger, check
from plumbline.standing.instance import Ground
from plumbline.standing.links import Links
from plumbline.standing.mistakes import mistaken, must_be_refused
from plumbline.standing.processes import start_time
from plumbline.stores.postgres import ADMIN, Server
from plumbline.stores.redis import RedisServer
from plumbline.target import Target
from tests import servers as embedded
from tests.whole_runs import ROOT, pytest_run

DEAD = "1-1-0badcafe"
"""The id of a run whose owner, process 1 with another start time, is gone."""


@dataclass
class Others:
    """A Postgres and a Redis of somebody else, with things of theirs on it."""

    postgres: Server
    redis: RedisServer

    @property
    def urls(self) -> tuple[str, str]:
        """Of both, as their administrator."""
        return self.postgres.url("postgres", ADMIN), self.redis.url(0)

    def holds(self) -> tuple[object, object]:
        """Databases and keys, to be compared before and after."""
        with self.postgres.administer() as connection:
            databases = connection.execute("SELECT datname FROM pg_database ORDER BY 1").fetchall()
        with self.redis.connect() as redis:
            keys = [redis.command("SELECT", number) and redis.command("KEYS", "*") for number in range(9)]
        return databases, keys

    def mark(self, *, postgres: bool = True, redis: bool = True) -> None:
        """Says that nobody needs what is on them."""
        if postgres:
            self.execute(f"CREATE DATABASE {MARKER}")
        if redis:
            with self.redis.connect() as connection:
                connection.command("SET", MARKER, "yes")

    def execute(self, statement: str) -> None:
        """One statement, as the administrator."""
        with self.postgres.administer() as connection:
            connection.execute(statement.encode())


@pytest.fixture(scope="module")
def servers() -> Iterator[Others]:
    with embedded.postgres() as postgres, embedded.redis() as redis:
        yield Others(postgres, redis)


@pytest.fixture
def others(servers: Others) -> Iterator[Others]:
    """The servers, with a database and a key of their owner's; without a marker."""
    servers.execute("CREATE DATABASE theirs")
    with servers.redis.connect(1) as redis:
        redis.command("SET", "theirs", "1")
    yield servers
    servers.execute(f"DROP DATABASE IF EXISTS {MARKER}")
    servers.execute("DROP DATABASE theirs")
    for number in range(9):
        with servers.redis.connect(number) as redis:
            redis.command("FLUSHDB")


@pytest.mark.parametrize("marked", [{"postgres": False}, {"redis": False}])
def test_a_server_without_the_marker_is_refused_and_untouched(others: Others, marked: dict[str, bool]) -> None:
    others.mark(**marked)
    before = others.holds()

    with pytest.raises(ServiceUnavailable, match=rf"does not say that it is disposable.*{MARKER}.*nothing was touched"):
        check(*others.urls)

    assert others.holds() == before


def test_a_user_who_may_not_create_databases_is_told(others: Others) -> None:
    others.mark()
    others.execute("CREATE ROLE guest LOGIN PASSWORD 'of-a-guest'")
    guest = others.urls[0].replace(f"{ADMIN}:{others.postgres.passwords[ADMIN]}", "guest:of-a-guest")

    with pytest.raises(ServiceUnavailable, match="may not create databases: ALTER ROLE guest CREATEDB"):
        check(guest, others.urls[1])

    others.execute("DROP ROLE guest")


def test_a_wrong_password_is_one_message_without_it(others: Others) -> None:
    postgres, redis = others.urls
    with pytest.raises(ServiceUnavailable, match=r"PLUMBLINE_POSTGRES_URL: .* does not let the user") as refused:
        check(postgres.replace(others.postgres.passwords[ADMIN], "not-the-word"), redis)
    assert "not-the-word" not in str(refused.value)

    others.mark()
    with pytest.raises(ServiceUnavailable, match=r"PLUMBLINE_REDIS_URL: .* cannot be used: WRONGPASS"):
        check(postgres, redis.replace(others.redis.password, "not-the-word"))


def test_a_server_that_lets_anybody_in_is_no_place_for_a_wrong_password(others: Others) -> None:
    right = others.urls[0]
    must_be_refused(mistaken(right, "password"))

    with pytest.raises(NotPossibleHere, match=r"that asks for passwords: .* as `trust` in its pg_hba\.conf"):
        must_be_refused(right)  # to this server it is what any password is to one that trusts


def test_a_link_to_a_server_whose_name_is_verified_is_not_possible(others: Others, tmp_path: Path) -> None:
    path = ROOT / "targets" / "reference.toml"
    target = Target(load(path), path, ROOT, Level.DISRUPTIVE, "run-1", "2026-01-31")
    verified = replace(others.postgres, options="?sslmode=verify-full")

    with pytest.raises(NotPossibleHere, match="needs a URL of database without sslmode=verify-full"):
        Links(Ground(target, tmp_path, "secret", verified)).to("database", may_make=True)


@pytest.mark.parametrize("password", ["", "a", "otto", "secret"])
def test_a_wrong_password_is_another_one(password: str) -> None:
    wrong = urlsplit(mistaken(f"postgresql://ada:{password}@127.0.0.1:5432/deals", "password"))

    assert wrong.password not in {password, ""}


def test_only_numbers_that_are_empty_are_taken_and_claims_do_not_stay(others: Others) -> None:
    others.mark()
    before = others.holds()
    ours, second = check(*others.urls).for_run("aaaa"), check(*others.urls).for_run("bbbb")

    assert [ours.redis.take_number(), second.redis.take_number(), ours.redis.take_number()] == [2, 3, 4]
    second.redis.give_back(2)  # not its own: nothing happens
    ours.clear()
    assert ours.redis.take_number() == 2

    ours.clear()
    second.clear()
    assert others.holds() == before


def test_what_a_dead_run_left_is_cleared_by_the_next_as_far_as_the_ledger_names_it(
    others: Others, tmp_path: Path
) -> None:
    others.mark()
    before = others.holds()
    lender, ledger = check(*others.urls), Ledger(tmp_path)
    dead, stranger = lender.for_run("0badcafe"), lender.for_run("5ca1ab1e")
    ledger.write(DEAD, lender)
    dead.postgres.create_empty("plumbline_0badcafe_template")
    others.execute("ALTER DATABASE plumbline_0badcafe_template IS_TEMPLATE true")
    with dead.redis.connect(dead.redis.take_number()) as redis:
        redis.command("SET", "sess:1", "left")
    stranger.postgres.create_empty("plumbline_5ca1ab1e_1")

    assert ledger.sweep(lender) == [DEAD]
    assert ledger.sweep(lender) == []
    stranger.clear()

    assert others.holds() == before


def test_a_run_that_lives_is_not_cleared(others: Others, tmp_path: Path) -> None:
    others.mark()
    lender, ledger = check(*others.urls), Ledger(tmp_path)
    living = f"{os.getpid()}-{start_time(os.getpid())}-0badcafe"
    ledger.write(living, lender)

    assert ledger.sweep(lender) == []
    assert (tmp_path / f"{living}.json").exists()


def test_a_run_of_an_ordinary_user_judges_and_leaves_what_was_there(others: Others, tmp_path: Path) -> None:
    others.mark()
    others.execute("CREATE ROLE tester LOGIN CREATEDB PASSWORD 'of-a-tester'")
    before = others.holds()
    with psycopg.connect(others.postgres.url("theirs", ADMIN)) as theirs:
        postgres = f"postgresql://tester:of-a-tester@127.0.0.1:{others.postgres.port}"
        environ = {"PLUMBLINE_POSTGRES_URL": postgres, "PLUMBLINE_REDIS_URL": others.urls[1]}
        ended = pytest_run(tmp_path, "--services=external", "--rows=PRE-2,SES-8,HLT-9", environ=environ)

        assert theirs.execute("SELECT 1").fetchone() == (1,)
    assert ended.code == 0, ended.output
    assert f"services: Postgres and Redis of others, at 127.0.0.1:{others.postgres.port}" in ended.output
    assert "of-a-tester" not in ended.output
    assert others.holds() == before
    others.execute("DROP ROLE tester")
