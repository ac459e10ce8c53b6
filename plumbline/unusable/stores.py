"""What is wrong in where sessions live, and how records are made and removed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from plumbline.standing.session_presets import unusable
from plumbline.unusable import spelling

if TYPE_CHECKING:
    from plumbline.profile import Made, Profile

CALL = re.compile(r"(GET|POST|PUT|PATCH|DELETE) (/\S*)")


def wrong(profile: Profile) -> Iterator[str]:
    """Its role in the database, [session], [makes], [seeded]."""
    if profile.database_role and "database" not in profile.offers:
        yield 'database_role: nothing asks a database; add "database" to offers, or take this out'
    yield from _session(profile)
    for kind, how in profile.makes.items():
        yield from _made(f"makes.{kind}", how, profile)
    for kind, statement in profile.seeded.items():
        if not spelling.SELECTS.match(statement):
            yield f"seeded.{kind}: lists nothing; give a SELECT whose columns are named like the records' keys"


def _session(profile: Profile) -> Iterator[str]:
    store = profile.session
    yield from unusable(store)
    for name in ("table", "column"):
        text = getattr(store, name)
        if text and not spelling.IDENTIFIER.fullmatch(text):
            yield f"session.{name}: {text!r} is no name of Postgres'; write it as user_sessions, or public.sessions"
    for name in ("life_setting", "memory_setting"):
        yield from spelling.variable(f"session.{name}", getattr(store, name))
    if store.move_expiry and (store.table or store.column):
        yield "session.move_expiry: stands beside table or column; the statement says all: take the others out"
    if store.move_expiry and "%(seconds)s" not in store.move_expiry:
        yield "session.move_expiry: moves nothing; write %(seconds)s where the time from now belongs"
    if store.update_age < 0 or 0 < store.life <= store.update_age:
        yield f"session.update_age: {store.update_age:g} is no part of session.life, {store.life:g}; give seconds"
    if profile.managed and store.cached and "redis" not in profile.offers:
        yield "session.cached: needs 'redis' in offers; add it, or take this out"


def _made(key: str, how: Made, profile: Profile) -> Iterator[str]:
    if bool(how.insert) == bool(how.create):
        both = "both insert and create; take one of them out" if how.insert else "neither insert nor create; give one"
        yield f"{key}: has {both}"
    if how.insert:
        yield from _by_sql(key, how, profile)
    if how.create:
        yield from _by_api(key, how, profile)


def _by_sql(key: str, how: Made, profile: Profile) -> Iterator[str]:
    if not re.match(r"\s*SELECT\b|.*\bRETURNING\b", how.insert, re.IGNORECASE | re.DOTALL):
        yield f"{key}.insert: gives no id; end it with RETURNING id"
    if not how.delete:
        yield f"{key}.delete: is missing; say how what a check makes is deleted, WHERE id = %(id)s"
    if not how.read and not profile.managed:
        yield f"{key}.read: is missing; a record is read before it is removed, to see whose it is: SELECT title …"
    for name in ("read", "delete"):
        if getattr(how, name) and "%(id)s" not in getattr(how, name):
            yield f"{key}.{name}: means no record; write %(id)s where the id belongs"


def _by_api(key: str, how: Made, profile: Profile) -> Iterator[str]:
    if not how.undo:
        yield f"{key}.undo: is missing; what a check makes has to go: DELETE /path/{{id}}"
    if not how.found and not profile.managed:
        yield f"{key}.found: is missing; a record is read before it is removed, to see whose it is: GET /path/{{id}}"
    for name in ("create", "found", "undo"):
        text = getattr(how, name)
        if text and not CALL.fullmatch(text):
            yield f"{key}.{name}: {text!r} is no operation; write it as POST /path"
        elif text and name != "create" and "{id}" not in text:
            yield f"{key}.{name}: {text!r} means no record; write {{id}} where the id belongs"
    if how.account not in profile.accounts:
        yield f"{key}.account: there is no account {how.account!r}; add [accounts.{how.account}], or name another"
