"""What well-known libraries make of a session: tables, keys and values, and the question by which each finds it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from plumbline.database import Database

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
