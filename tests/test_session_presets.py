"""Each preset moves the end of a session where, and in the form in which, its library looks for it.

What the libraries make and ask is in `libraries.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from plumbline.asking.client import Client
from plumbline.database import Database
from plumbline.elsewhere.permission import Level
from plumbline.judging.record import Blocked, NotPossibleHere
from plumbline.profile import SessionStore
from plumbline.profile_file import ProfileError, validated
from plumbline.standing.sessions import COPY, FOR_EVER, KEY, ROW, Sessions, kept_past_their_end
from plumbline.stores.postgres import ADMIN, Server
from plumbline.stores.redis import RedisServer
from tests import servers
from tests.libraries import KEYS, SESS, TABLES, Library
from tests.made_up import target


@dataclass
class Own:
    """What Sessions asks of a check's own platform."""

    store: dict[str, str | float]
    database: Database
    redis: tuple[RedisServer, int]
    offers: tuple[str, ...] = ("database", "redis")
    restarted: list[str] = field(default_factory=list)
    logged_in: tuple[()] = ()

    @property
    def profile(self) -> Any:  # noqa: ANN401 - of a profile only this is asked
        """The two words that matter."""
        return SimpleNamespace(session=SessionStore(**self.store), offers=self.offers)  # type: ignore[arg-type]

    def restart(self, **settings: str) -> None:
        """Notes it."""
        self.restarted += settings

    def expire_in(self, seconds: int) -> None:
        """As a check does."""
        self.sessions.expire_in(seconds)

    @property
    def sessions(self) -> Sessions:
        """As a check has them."""
        return Sessions(self)  # type: ignore[arg-type]

    def command(self, *words: str | int | bytes) -> Any:  # noqa: ANN401 - Redis' answer
        """Asks its Redis."""
        server, number = self.redis
        with server.connect(number) as connection:
            return connection.command(*words)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A Postgres."""
    with servers.postgres() as started:
        yield started


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisServer]:
    """A Redis."""
    with servers.redis() as started:
        yield started


@pytest.fixture
def database(server: Server) -> Iterator[Database]:
    """An empty database, whose clock is far from UTC."""
    name = server.create_empty("plumbline_presets")
    with server.administer() as connection:
        connection.execute(f"ALTER DATABASE {name} SET timezone TO 'Asia/Tokyo'".encode())
    opened = Database(server.url(name, ADMIN), Level.DISRUPTIVE)
    yield opened
    opened.close()
    server.drop(name)


@pytest.fixture
def number(redis: RedisServer) -> Iterator[tuple[RedisServer, int]]:
    """A Redis space."""
    taken = redis.take_number()
    yield redis, taken
    redis.give_back(taken)


@pytest.mark.parametrize("library", TABLES, ids=lambda one: one.name)
def test_in_a_table(library: Library, database: Database, number: tuple[RedisServer, int]) -> None:
    library.made_in(database)
    own = Own({"store": library.preset, **library.more}, database, number)

    own.expire_in(60)
    assert database.ask(library.asks) == 1, "a minute before its end"

    own.expire_in(-60)
    assert database.ask(library.asks) == 0, "a minute after its end"

    own.expire_in(60)
    assert database.ask(library.asks) == 1, "and back again"
    assert own.restarted == []


def test_the_copy_in_connect_pg_simples_json_goes_along(database: Database, number: tuple[RedisServer, int]) -> None:
    TABLES[0].made_in(database)
    database.execute("""INSERT INTO session VALUES ('b', '{"cookie": {"expires": null}}', now())""")

    Own({"store": "connect-pg-simple"}, database, number).expire_in(-60)

    ends = [row["end"] for row in database.rows("SELECT sess #>> '{cookie,expires}' AS end FROM session ORDER BY sid")]
    assert ends[1] is None
    assert database.ask("SELECT abs(extract(epoch FROM now() - %(end)s::timestamptz) - 60) < 5", end=ends[0])


@pytest.mark.parametrize("library", KEYS, ids=lambda one: one.name)
def test_in_redis(library: Library, database: Database, number: tuple[RedisServer, int]) -> None:
    own = Own({"store": library.preset, "life_setting": "LIFE", **library.more}, database, number)
    own.command("SET", library.key, library.value, "EX", 1209600)
    own.command("SET", "theirs:1", "x", "EX", 1209600)

    own.expire_in(60)
    assert 0 < own.command("TTL", library.key) <= 60, "a minute before its end"
    kept = own.command("GET", library.key)
    assert "2999" not in kept
    assert kept.startswith("{") == library.value.startswith(b"{")
    assert not library.called or kept == library.value.decode(), "what names no end is left alone"

    own.expire_in(-60)
    assert own.command("EXISTS", library.key) == 0, "a minute after its end"
    assert own.command("TTL", "theirs:1") > 60
    assert own.restarted == []


def test_a_key_that_was_made_to_live_for_ever_is_left_to(database: Database, number: tuple[RedisServer, int]) -> None:
    own = Own({"store": "express-session-redis", "life_setting": "LIFE"}, database, number)
    own.command("SET", "sess:Zk3sT0vQ8m", SESS)

    own.expire_in(-60)

    assert own.command("TTL", "sess:Zk3sT0vQ8m") == FOR_EVER
    assert own.restarted == []


def test_a_cookie_is_sent_past_its_end() -> None:
    client = Client(target(), "http://127.0.0.1:1", "ada", lambda _: None)
    client.set_cookie("sid", "a-session")
    for cookie in client.http.cookies.jar:
        cookie.expires = 1

    kept_past_their_end(client)

    assert client.http.build_request("GET", client.url).headers["Cookie"] == "sid=a-session"


def test_djangos_cached_row_is_moved_in_both_places(database: Database, number: tuple[RedisServer, int]) -> None:
    TABLES[1].made_in(database)
    own = Own({"store": "django-cached-db"}, database, number)
    own.command("SET", ":1:django.contrib.sessions.cached_dba", b"\x80", "EX", 1209600)

    own.expire_in(-60)

    assert database.ask(TABLES[1].asks) == 0
    assert own.command("DBSIZE") == 0


def test_a_cache_that_nobody_reaches_leaves_only_waiting(database: Database, number: tuple[RedisServer, int]) -> None:
    TABLES[1].made_in(database)
    own = Own({"store": "django-cached-db", "life_setting": "SESSION_COOKIE_AGE"}, database, number)

    own.expire_in(-60)

    assert own.restarted == ["SESSION_COOKIE_AGE"]


def test_stateless_sessions_end_by_waiting_or_not_at_all(database: Database, number: tuple[RedisServer, int]) -> None:
    own = Own({"store": "stateless", "life_setting": "TOKEN_LIFE"}, database, number)

    own.expire_in(60)
    assert own.restarted == []
    own.expire_in(-60)
    assert own.restarted == ["TOKEN_LIFE"]

    with pytest.raises(NotPossibleHere, match=r"session\.life_setting"):
        Own({"store": "stateless"}, database, number).expire_in(-60)


def test_a_table_that_is_not_there_is_named_with_the_remedy(
    database: Database, number: tuple[RedisServer, int]
) -> None:
    with pytest.raises(
        NotPossibleHere, match=r"django_session\.expire_date .* not in the database: set session\.table"
    ):
        Own({"store": "django-db"}, database, number).expire_in(60)


def test_a_column_of_another_type_is_named_with_the_remedy(database: Database, number: tuple[RedisServer, int]) -> None:
    database.execute("CREATE TABLE logins (ends text)")

    with pytest.raises(NotPossibleHere, match=r"logins\.ends .* of type text: .* session\.move_expiry"):
        Own({"table": "logins", "column": "ends"}, database, number).expire_in(60)


@pytest.mark.parametrize("library", TABLES, ids=lambda one: one.name)
def test_an_end_is_read_as_it_was_moved(library: Library, database: Database, number: tuple[RedisServer, int]) -> None:
    library.made_in(database)
    own = Own({"store": library.preset, **library.more}, database, number)

    own.expire_in(3600)

    assert own.sessions.ends()[ROW] == pytest.approx(3600, abs=60)


@pytest.fixture
def copied(database: Database, number: tuple[RedisServer, int]) -> Own:
    """A session that was used an hour ago, in a table with a copy in Redis."""
    TABLES[0].made_in(database)
    store: dict[str, str | float] = {"table": "session", "column": "expire", "cached": "sess:*", "update_age": 600}
    own = Own(store, database, number)
    own.command("SET", "sess:a", SESS, "EX", 1209600)
    own.expire_in(7200)
    own.sessions.grow_older(3600)
    return own


def test_a_place_that_names_another_end_is_told(copied: Own) -> None:
    whole = dict.fromkeys((ROW, COPY, KEY), 3600.0)
    assert copied.sessions.ends() == pytest.approx(whole, abs=60)
    assert copied.sessions.unlike(whole) == {}

    copied.command("EXPIRE", "sess:a", 1800)
    assert copied.sessions.unlike(whole) == {KEY: "ends in 0.5 h, not in 1.0 h"}

    copied.command("DEL", "sess:a")
    assert copied.sessions.unlike(whole) == {}, "a copy need not be there"
    copied.database.execute("DELETE FROM session")
    assert copied.sessions.unlike(whole) == {ROW: "is gone"}
    with pytest.raises(Blocked, match="SES-6"):
        copied.sessions.grow_older(60)


def test_a_row_that_is_written_again_is_another_version(copied: Own) -> None:
    before = copied.sessions.versions()
    assert copied.sessions.versions() == before

    copied.database.execute("UPDATE session SET expire = expire")

    assert copied.sessions.versions().isdisjoint(before)


def test_the_places_that_a_logout_left_as_they_were_are_told(copied: Own) -> None:
    logged_in = copied.sessions.held()
    assert copied.sessions.untouched({}, logged_in) == [ROW, COPY]
    copied.command("SET", "sess:a", "somebody else's")
    assert copied.sessions.untouched({}, logged_in) == [ROW]
    copied.database.execute("UPDATE session SET expire = expire")
    assert copied.sessions.untouched({}, logged_in) == []


def test_sessions_in_redis_alone_need_not_do_without_it(copied: Own) -> None:
    copied.sessions.not_in_redis_alone()
    copied.store = {"store": "flask-session-redis"}
    with pytest.raises(NotPossibleHere, match="here it alone holds them"):
        copied.sessions.not_in_redis_alone()


def test_what_a_profile_must_say_of_renewals_is_named(copied: Own) -> None:
    copied.store = {"move_expiry": "UPDATE session SET expire = now() + make_interval(secs => %(seconds)s)"}

    with pytest.raises(NotPossibleHere, match=r"session\.update_age .* \[unsupported\]"):
        _ = copied.sessions.update_age
    with pytest.raises(NotPossibleHere, match=r"session\.table and session\.column"):
        copied.sessions.ends()


@pytest.mark.parametrize(
    ("session", "said"),
    [
        ({"store": "jwt-row"}, "session.table: is missing; name the table"),
        ({"table": "logins"}, "session.column: is missing"),
        ({"column": "ends"}, "session.table: is missing"),
        ({"store": "stateless", "table": "a", "column": "b"}, "session.store: 'stateless' keeps no session"),
    ],
)
def test_a_store_that_says_too_little_or_too_much_is_an_error(session: dict[str, str], said: str) -> None:
    with pytest.raises(ProfileError) as wrong:
        validated({"name": "a", "commands": {"serve": ["x"]}, "session": session}, Path("a.toml"))

    assert f"a.toml: {said}" in str(wrong.value)
