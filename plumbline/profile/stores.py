"""Where sessions live, and how records are made and removed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from plumbline.profile.strict import Strict

Preset = Literal[
    "", "connect-pg-simple", "django-db", "django-cache", "django-cached-db", "flask-session-redis",
    "flask-session-sqlalchemy", "express-session-redis", "better-auth", "jwt-row", "stateless",
]  # fmt: skip


@dataclass(frozen=True)
class SessionStore(Strict):
    """Where sessions live, for checks that move an expiry: a preset, a table and its column, or a statement.

    `plumbline/standing/session_presets.py` says what each preset stands for.
    """

    store: Preset = ""
    """How a well-known library keeps them; what else is said here goes before it."""
    table: str = ""
    """The table that holds them."""
    column: str = ""
    """The column of the table that holds the expiry: a timestamp (in UTC, where it names no zone) or a number."""
    move_expiry: str = ""
    """The statement instead, where it takes more than that: `%(seconds)s` is added to now."""
    cached: str = ""
    """Pattern of the Redis keys that hold sessions."""
    expires: str = ""
    """Dotted path to the ISO 8601 expiry in the JSON of such a key; empty: the preset's, else `cookie.expires`."""
    life: float = 604_800
    """Seconds that a session's cookie should live; 0: it ends with the browser."""
    update_age: float = 0
    """Seconds after which a session that is used is extended, in its store and in the browser; 0: nobody has said."""
    boot_line: str = ""
    """What the log says at a start of where sessions are kept; empty: it says nothing."""
    life_setting: str = ""
    """The setting of the platform that says how many seconds a session lives."""
    memory_setting: str = ""
    """The setting of the platform that keeps sessions in memory where it is `true`."""


@dataclass(frozen=True)
class Made(Strict):
    """A kind of record that a check may make, by SQL or by the API; each way names how it is read and removed again.

    SQL: `insert` returns the id, `read` lists the texts of the record %(id)s, `delete` removes it.
    API: `create`, `found` and `undo` are `POST /path`, `GET /path/{id}`, `DELETE /path/{id}`; `id` is the dotted path
    of the id in the answer of `create`. `values` are columns, or fields of the body.
    """

    insert: str = ""
    """SQL that makes a record; it returns the id."""
    read: str = ""
    """SQL that lists the texts of the record `%(id)s`."""
    delete: str = ""
    """SQL that removes it."""
    create: str = ""
    """Or the operation that makes it: `POST /path`."""
    found: str = ""
    """The one that reads it: `GET /path/{id}`."""
    undo: str = ""
    """The one that removes it: `DELETE /path/{id}`."""
    id: str = "id"
    """Dotted path of the id in the answer of `create`."""
    account: str = "admin"
    """As whom the API is asked."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Our field → the API's."""
    values: Mapping[str, str | int | float | bool | None] = field(default_factory=dict)
    """Columns, or fields of the body, with their values."""
