"""How well-known libraries keep their sessions: what `[session] store = "…"` stands for.

Read in the libraries' own sources, in the versions named, and moved as their own lookups read it:

- connect-pg-simple 10 (`table.sql`, `index.js`): `sid, sess json, expire timestamp(6)`, found while
  `expire >= to_timestamp(now)`: by the clock of the connection's zone. `sess.cookie.expires` is a copy.
- connect-redis 9 (`RedisStore.get`): `sess:<sid>`, JSON with `cookie.expires`; found as long as the key lives.
- Django 5.2 (`contrib/sessions/backends`): `django_session.expire_date timestamptz`; in the cache a pickle below
  `<prefix>:<version>:django.contrib.sessions.cache<key>`, or `…cached_db<key>`, which is asked before the table.
- Flask-Session 0.8 (`sqlalchemy.py`, `redis.py`): `sessions.expiry timestamp`, in UTC (`datetime.utcnow`); in Redis
  msgpack below `session:<sid>`, which lives as long as its key.
- Better Auth 1.7 (`db/internal-adapter.ts`, `@better-auth/redis-storage`): `session."expiresAt"`, timestamptz or, by
  an ORM, timestamp in UTC; in secondary storage `better-auth:<token>`, JSON with `session.expiresAt`, instead of the
  row or besides it. Its `cookieCache`, off unless asked for, is a copy that only the browser has: nothing moves it.
- jwt-row: the row to which a claim points; no library, so the profile names table and column.
- stateless: nothing is kept, and an end is reached by waiting for it (`life_setting`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from plumbline.profile import SessionStore

Place = Literal["rows", "keys"]

END = "(clock_timestamp() + make_interval(secs => %(seconds)s))"
"""The new end of a session, in SQL."""

EPOCH = f"extract(epoch FROM {END})"
SECONDS = 100_000_000_000
"""Numbers above it are milliseconds since the epoch."""

NUMBERS = {"bigint", "integer", "numeric", "double precision"}
"""Types of a column that holds seconds or milliseconds."""

ISO = f"""to_char({END} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')"""


@dataclass(frozen=True)
class Kept:
    """Where sessions are, and in what form their end stands there."""

    table: str = ""
    column: str = ""
    zone: Literal["UTC", "server"] = "UTC"
    """Whose clock a column without a zone goes by."""
    document: str = ""
    """A JSON column with a second copy of the end, at `cookie.expires`."""
    keys: str = ""
    """Pattern of Redis keys."""
    expires: str = ""
    """Dotted path of the end in the JSON of such a key."""
    ends_with_key: bool = True
    """Whether a key that names an end is moved itself as well; not where rows lead, so that its end is looked at."""
    needs: tuple[Place, ...] = ()
    """Where a session must have been found to be moved; empty: in one of both."""


PRESETS: dict[str, Kept] = {
    "connect-pg-simple": Kept("session", "expire", zone="server", document="sess", needs=("rows",)),
    "django-db": Kept("django_session", "expire_date", needs=("rows",)),
    "django-cache": Kept(keys="*:django.contrib.sessions.cache*", needs=("keys",)),
    "django-cached-db": Kept(
        "django_session", "expire_date", keys="*:django.contrib.sessions.cached_db*", needs=("rows", "keys")
    ),
    "flask-session-redis": Kept(keys="session:*", needs=("keys",)),
    "flask-session-sqlalchemy": Kept("sessions", "expiry", needs=("rows",)),
    "express-session-redis": Kept(keys="sess:*", expires="cookie.expires", needs=("keys",)),
    "better-auth": Kept("session", "expiresAt", keys="better-auth:*", expires="session.expiresAt"),
    "jwt-row": Kept(needs=("rows",)),
    "stateless": Kept(),
}


def kept(store: SessionStore) -> Kept:
    """What the profile says of its store: the preset, with what stands beside it put first."""
    preset = PRESETS.get(store.store)
    if preset is None:
        rows = bool(store.table or store.move_expiry)
        return Kept(store.table, store.column, keys=store.cached, expires=store.expires or "cookie.expires",
                    ends_with_key=not rows, needs=("rows",) if rows else ("keys",))  # fmt: skip
    return Kept(
        store.table or preset.table, store.column or preset.column, preset.zone, preset.document,
        store.cached or preset.keys, store.expires or preset.expires, preset.ends_with_key, preset.needs,
    )  # fmt: skip


def unusable(store: SessionStore) -> Iterator[str]:
    """What is wrong in a profile's [session], each with its remedy."""
    found = kept(store)
    if store.store == "jwt-row" and not (found.table and found.column) and not store.move_expiry:
        yield "session.table: is missing; name the table to which the token's claim points, and the column of its end"
    elif bool(found.table) != bool(found.column):
        lacks, has = ("column", "table") if found.table else ("table", "column")
        yield f"session.{lacks}: is missing; {has} says where sessions are only together with it"
    if store.store == "stateless" and any((store.table, store.column, store.move_expiry, store.cached)):
        yield "session.store: 'stateless' keeps no session that could be moved; take out table, column and statement"


def move_expiry(found: Kept, kind: str) -> str | None:
    """The statement that moves every end to `%(seconds)s` from now, for a column of this type; None for others."""
    column = quoted(found.column)
    value = _end(found, kind, column)
    if value is None:
        return None
    sets = [f"{column} = {value}", *([_document(quoted(found.document))] if found.document else [])]
    return f"UPDATE {quoted(found.table)} SET {', '.join(sets)}"  # noqa: S608 - names of the profile, quoted


def seconds_left(found: Kept, kind: str) -> str | None:
    """The expression for the seconds from now to an end, for a column of this type; None for others."""
    column, now = quoted(found.column), "clock_timestamp()"
    if kind == "timestamp with time zone":
        return f"extract(epoch FROM {column} - {now})"
    if kind == "timestamp without time zone":
        zoned = f"{now} AT TIME ZONE 'UTC'" if found.zone == "UTC" else f"{now}::timestamp"
        return f"extract(epoch FROM {column} - ({zoned}))"
    if kind in NUMBERS:
        return f"{column} / CASE WHEN {column} > {SECONDS} THEN 1000 ELSE 1 END - extract(epoch FROM {now})"
    return None


def quoted(name: str) -> str:
    """A name as SQL has to have it; a schema may stand before a dot."""
    return ".".join('"' + part.replace('"', '""').replace("%", "%%") + '"' for part in name.split("."))


def _end(found: Kept, kind: str, column: str) -> str | None:
    if kind == "timestamp with time zone":
        return END
    if kind == "timestamp without time zone":
        return f"{END} AT TIME ZONE 'UTC'" if found.zone == "UTC" else f"{END}::timestamp"
    if kind in NUMBERS:
        return f"{EPOCH} * CASE WHEN {column} > {SECONDS} THEN 1000 ELSE 1 END"
    return None


def _document(column: str) -> str:
    """Moves the copy in a JSON column; one that names no end stays as it is."""
    place = "'{cookie,expires}'"
    moved = f"jsonb_set({column}::jsonb, {place}, to_jsonb({ISO}))"
    says = f"jsonb_typeof({column}::jsonb #> {place}) = 'string'"
    return f"{column} = CASE WHEN {says} THEN {moved} ELSE {column}::jsonb END"
