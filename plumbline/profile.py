"""A target's profile: which platform, how to start it, and what its words for things are.

The dataclasses below are the whole vocabulary; `plumbline/profile_file.py` reads a file against them. What a profile
leaves out is as on the reference platform.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

STRICT: dict[str, str] = {"extra": "forbid"}


@dataclass(frozen=True)
class Commands:
    """How to run the platform: argument lists. `{python}`, `{today}` are filled in."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT
    serve: tuple[str, ...] = ()
    migrate: tuple[str, ...] = ()
    seed: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    warm: str = ""
    """`module:main` of a Python platform: its instances are forked from a process that has imported it."""
    ready: str = "/health"
    """Path that answers below 500 as soon as the instance takes requests."""
    deadline: float = 20.0
    """Seconds until an instance that neither answers nor ends counts as hanging."""
    sources: tuple[str, ...] = ()
    """Files and folders that decide what a fresh database holds: the template is named by their hash."""
    build: tuple[str, ...] = ()
    """Files and folders that the platform is made of: what `make up` keeps is refused once one has changed."""


@dataclass(frozen=True)
class FaultCommands:
    """The same commands with a fault switched on: `{fault}` is its name."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT
    list: tuple[str, ...] = ()
    probe: tuple[str, ...] = ()
    serve: tuple[str, ...] = ()
    migrate: tuple[str, ...] = ()
    seed: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    warm: str = ""


@dataclass(frozen=True)
class Account:
    """Somebody who can log in. The password stands in `password` (published demo data) or in the environment.

    Its name in the profile is the contract's word for what it may do; `role` is the platform's own, where that differs.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT
    username: str
    password: str = ""
    password_env: str = ""
    login: str = "/api/auth/login"
    username_field: str = ""
    """What this login calls the two fields, where it is not what [login] says."""
    password_field: str = ""
    role: str = ""


@dataclass(frozen=True)
class Login:
    """How the platform's login wants its two fields."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT
    username: str = "username"
    password: str = "password"  # noqa: S105 - the field's name
    body: Literal["json", "form"] = "json"


@dataclass(frozen=True)
class Statuses:
    """The status codes by which the platform says these things."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT
    not_logged_in: tuple[int, ...] = (401,)
    page_not_logged_in: tuple[int, ...] = (302, 303, 307)
    login_refused: tuple[int, ...] = (401,)
    forbidden: tuple[int, ...] = (403,)
    not_found: tuple[int, ...] = (404,)
    unavailable: tuple[int, ...] = (503,)


@dataclass(frozen=True)
class Health:
    """Where health's fields stand in its answer, as dotted paths; empty: the platform has no such field."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT
    path: str = "/api/system/health"
    status: str = "status"
    healthy: tuple[str | bool, ...] = ("ok",)
    database: str = "databaseConnected"
    timestamp: str = "timestamp"
    storage: str = "storage"
    release: str = "release"
    migrations: str = "migrations"


@dataclass(frozen=True)
class SessionStore:
    """Where sessions live, for checks that move an expiry: a statement for SQL, keys and field for Redis.

    `move_expiry` takes `%(seconds)s`, added to now; `expires` is the dotted path to the cached JSON's ISO 8601 expiry.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT
    move_expiry: str = ""
    cached: str = ""
    expires: str = "cookie.expires"
    life_setting: str = ""


@dataclass(frozen=True)
class Socket:
    """What goes over the socket at `/ws`: text, or a table that is sent as JSON and looked for in the answer's.

    `{id}` in both stands for the ping's number, where a pong tells which ping it answers.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT
    ping: str | Mapping[str, str | int] = field(default_factory=lambda: {"type": "ping"})
    pong: str | Mapping[str, str | int] = field(default_factory=lambda: {"type": "pong"})
    refused_with: tuple[int, ...] = (1008, 4401)
    """The codes that close a socket whose caller is not logged in."""


@dataclass(frozen=True)
class Made:
    """A kind of record that a check may make by SQL: how it is made (returning its id), and removed again."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT
    insert: str
    delete: str
    values: Mapping[str, str | int | float | bool | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Profile:
    """One target."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT
    name: str
    offers: tuple[str, ...] = ()
    unsupported: Mapping[str, str] = field(default_factory=dict)
    """Row or area → the reason why the platform has no such feature."""
    contract: Literal["closed", "none"] = "none"
    """closed: every answer is held to `contract/openapi`; none: to the fields that a check names."""
    commands: Commands = field(default_factory=Commands)
    faults: FaultCommands = field(default_factory=FaultCommands)
    environment: Mapping[str, str] = field(default_factory=dict)
    """The whole environment of an instance; `{database_url} {redis_url} {port} {secret} {release}` are filled in."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Each setting without which the platform cannot work → where to set it."""
    modes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    accounts: Mapping[str, Account] = field(default_factory=dict)
    login: Login = field(default_factory=Login)
    cookie: str = "connect.sid"
    user: str = "user.username"
    """Dotted path of the user's name in the answers of login and `/api/auth/me`."""
    role: str = "user.role"
    """Dotted path of the user's role in the same answers; empty: the platform does not tell."""
    statuses: Statuses = field(default_factory=Statuses)
    health: Health = field(default_factory=Health)
    session: SessionStore = field(default_factory=SessionStore)
    socket: Socket = field(default_factory=Socket)
    makes: Mapping[str, Made] = field(default_factory=dict)
    seeded: Mapping[str, str] = field(default_factory=dict)
    """Kind of `seeds/known.toml` → the statement that lists its records, columns named like the records' keys."""
    paths: Mapping[str, str] = field(default_factory=dict)
    """Our path → the platform's."""
    required: tuple[str, ...] = ()
    """Rows, areas and capabilities; a run of theirs in which one is missing or not judged is a NO-GO."""
    absent: tuple[str, ...] = ()
    """Paths of the contract that the platform does not have."""
    never: tuple[str, ...] = ()

    def path(self, ours: str) -> str:
        """The platform's own path for one of the contract's."""
        return self.paths.get(ours, ours)
