"""Each preset moves the end of a session where, and in the form in which, its library looks for it.

Tables, keys and values are what the libraries make; the questions are those that they ask.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from plumbline.database import Database
from plumbline.profile import SessionStore
from plumbline.profile_file import ProfileError, validated
from plumbline.record import NotPossibleHere
from plumbline.run import choose_place
from plumbline.services.embedded import EmbeddedPostgres, EmbeddedRedis
from plumbline.sessions import Sessions
from plumbline.stores.postgres import ADMIN, Server
from plumbline.stores.redis import RedisServer

FAR = "clock_timestamp() + interval '14 days'"
SESS = '{"cookie": {"originalMaxAge": 86400000, "expires": "2999-01-31T10:00:00.000Z", "path": "/"}, "user": 1}'


@dataclass(frozen=True)
class Library:
    """What a library makes, and how it asks for a live session."""

    preset: str
    makes: str = ""
    writes: str = ""
    asks: str = ""
    key: str = ""
    value: bytes = b"\x80\x05\x95 a pickle"
    more: dict[str, str] = field(default_factory=dict)
    """What else the profile says."""
    called: str = ""

    def made_in(self, database: Database) -> None:
        """Makes its table, and a session in it that ends in two weeks."""
        database.execute(self.makes)
        database.execute(self.writes.replace("FAR", FAR).replace("SESS", SESS))

    @property
    def name(self) -> str:
        """A name for its test."""
        return " ".join(["own" if not self.preset else self.preset, *self.more.values(), self.called])


TABLES = [
    Library(
        "connect-pg-simple",
        'CREATE TABLE "session" (sid varchar NOT NULL COLLATE "default", sess json NOT NULL, expire timestamp(6))',
        "INSERT INTO session (sess, expire, sid) SELECT 'SESS', FAR, 'a'",
        "SELECT count(*) FROM session WHERE expire >= to_timestamp(extract(epoch FROM clock_timestamp())::int)",
    ),
    Library(
        "django-db",
        "CREATE TABLE django_session (session_key varchar(40) NOT NULL PRIMARY KEY, session_data text NOT NULL,"
        " expire_date timestamp with time zone NOT NULL)",
        "INSERT INTO django_session VALUES ('a', '.eJxVjMEOwiAQRP:1', FAR)",
        "SELECT count(*) FROM django_session WHERE expire_date > clock_timestamp()",
    ),
    Library(
        "flask-session-sqlalchemy",
        "CREATE TABLE sessions (id serial PRIMARY KEY, session_id varchar(255) UNIQUE, data bytea,"
        " expiry timestamp without time zone)",
        "INSERT INTO sessions (session_id, data, expiry) VALUES ('session:a', '\\x81', (FAR) AT TIME ZONE 'UTC')",
        "SELECT count(*) FROM sessions WHERE NOT expiry <= clock_timestamp() AT TIME ZONE 'UTC'",
    ),
    Library(
        "better-auth",
        'CREATE TABLE "session" (id text PRIMARY KEY, "expiresAt" timestamptz NOT NULL, token text NOT NULL UNIQUE,'
        ' "createdAt" timestamptz NOT NULL, "updatedAt" timestamptz NOT NULL, "userId" text NOT NULL)',
        "INSERT INTO session VALUES ('a', FAR, 't', now(), now(), 'u')",
        'SELECT count(*) FROM session WHERE NOT "expiresAt" < clock_timestamp()',
    ),
    Library(
        "better-auth",
        'CREATE TABLE public."Session" (id text PRIMARY KEY, "expiresAt" timestamp(3) NOT NULL)',
        """INSERT INTO "Session" VALUES ('a', (FAR) AT TIME ZONE 'UTC')""",
        """SELECT count(*) FROM "Session" WHERE NOT "expiresAt" < clock_timestamp() AT TIME ZONE 'UTC'""",
        more={"table": "public.Session"},
    ),
    Library(
        "jwt-row",
        "CREATE TABLE logins (jti uuid, ends bigint)",
        "INSERT INTO logins VALUES (NULL, extract(epoch FROM FAR) * 1000)",
        "SELECT count(*) FROM logins WHERE ends > extract(epoch FROM clock_timestamp()) * 1000",
        more={"table": "logins", "column": "ends"},
    ),
    Library(
        "",
        "CREATE TABLE logins (jti uuid, ends integer)",
        "INSERT INTO logins VALUES (NULL, extract(epoch FROM FAR))",
        "SELECT count(*) FROM logins WHERE ends > extract(epoch FROM clock_timestamp())",
        more={"table": "logins", "column": "ends"},
    ),
]

KEYS = [
    Library("django-cache", key=":1:django.contrib.sessions.cachek3j4h5"),
    Library("flask-session-redis", key="session:Zk3sT0vQ8m", value=b"\x82\xaa_permanent\xc3"),
    Library("express-session-redis", key="sess:Zk3sT0vQ8m", value=SESS.encode()),
    Library("express-session-redis", key="sess:Zk3sT0vQ8m", value=b'{"cookie": {"expires": null}}', called="endless"),
    Library("express-session-redis", key="shop:1", value=SESS.encode(), more={"cached": "shop:*"}),
    Library("better-auth", key="better-auth:Zk3s", value=b'{"session": {"expiresAt": "2999-01-31T10:00:00.000Z"}}'),
]


@dataclass
class Own:
    """What Sessions asks of a check's own platform."""

    store: dict[str, str]
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
        Sessions(self).expire_in(seconds)  # type: ignore[arg-type]

    def command(self, *words: str | int | bytes) -> Any:  # noqa: ANN401 - Redis' answer
        """Asks its Redis."""
        server, number = self.redis
        with server.connect(number) as connection:
            return connection.command(*words)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Where the servers live."""
    path = Path(tempfile.mkdtemp(prefix="presets-test-", dir=choose_place().path))
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    """A Postgres."""
    postgres = EmbeddedPostgres(folder, folder / "home", "presets", lambda _: None)
    yield postgres.start()
    assert postgres.process is not None
    postgres.process.kill()


@pytest.fixture(scope="module")
def redis(folder: Path) -> Iterator[RedisServer]:
    """A Redis."""
    valkey = EmbeddedRedis(folder)
    yield valkey.start()
    assert valkey.process is not None
    valkey.process.kill()


@pytest.fixture
def database(server: Server) -> Iterator[Database]:
    """An empty database, whose clock is far from UTC."""
    name = server.create_empty("plumbline_presets")
    with server.administer() as connection:
        connection.execute(f"ALTER DATABASE {name} SET timezone TO 'Asia/Tokyo'".encode())
    opened = Database(server.url(name, ADMIN), readonly=False)
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
    if library.preset == "better-auth":
        database.execute(TABLES[3].makes)
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
