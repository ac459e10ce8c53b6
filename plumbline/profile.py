"""A target's profile: which platform, how to start it, and what its words for things are.

The dataclasses below are the whole vocabulary; pydantic validates a file against them, so that all errors are
reported at once. What a profile leaves out is as on the reference platform.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from string import Formatter
from typing import Any, ClassVar, Literal

from plumbline.catalogue import CAPABILITIES
from plumbline.shelf import Shelf

STRICT: dict[str, str] = {"extra": "forbid"}

FILLED_IN_COMMANDS = ("python", "today", "fault")
"""The placeholders of commands."""

FILLED_IN_ENVIRONMENT = ("port", "database_url", "redis_url", "secret", "release", "start_deadline")
"""The placeholders of the environment's values."""


class ProfileError(Exception):
    """The profile cannot be used; the message names file, key and remedy."""


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
    """What goes over the socket at `/ws`: text, or a table that is sent as JSON and looked for in the answer's."""

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


def load(path: Path, kept_in: Path | None = None) -> Profile:
    """Reads a profile; ProfileError, naming each wrong key and its remedy, where it cannot be used.

    `kept_in` keeps profiles that were found right, by the hash of their text and of this file: importing
    pydantic costs each run 100 ms. A wrong one is never kept.
    """
    try:
        text = path.read_text("utf-8")
        shelf = Shelf(kept_in, text) if kept_in else None
        known = shelf.kept() if shelf else None
        if isinstance(known, Profile):
            return known
        profile = validated(tomllib.loads(text), path)
        if shelf:
            shelf.keep(profile)
    except FileNotFoundError:
        raise ProfileError(f"{path}: there is no such profile") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError(f"{path}: cannot be read: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{path}: not TOML: {error}") from None
    return profile


def validated(data: dict[str, Any], path: Path) -> Profile:
    """The profile that `data` describes; ProfileError with all that is wrong in it."""
    from pydantic import TypeAdapter, ValidationError

    try:
        profile = TypeAdapter(Profile).validate_python(data)
    except ValidationError as error:
        lines = [_explained(problem) for problem in error.errors()]
        raise ProfileError("\n".join(f"{path}: {line}" for line in lines)) from None
    wrong = [f"{path}: {line}" for line in _unusable(profile)]
    if wrong:
        raise ProfileError("\n".join(wrong))
    return profile


def _unusable(profile: Profile) -> Iterator[str]:
    """What is wrong in a profile whose keys and types are right."""
    for word in profile.offers:
        if word not in CAPABILITIES:
            yield f"offers: {word!r} is no capability{meant(word, CAPABILITIES)}"
    if not profile.commands.serve:
        yield "commands.serve: is missing; add the command that starts the platform, as a list of words"
        for name in (name for name, account in profile.accounts.items() if account.password):
            yield f"accounts.{name}.password: is for a platform that the run starts; name a variable in password_env"
    for section in ("commands", "faults"):
        for name, value in vars(getattr(profile, section)).items():
            for text in value if isinstance(value, tuple) else ():
                yield from _misfilled(f"{section}.{name}", text, FILLED_IN_COMMANDS)
    for name, text in profile.environment.items():
        yield from _misfilled(f"environment.{name}", text, FILLED_IN_ENVIRONMENT)


def _misfilled(key: str, text: str, filled_in: tuple[str, ...]) -> Iterator[str]:
    """What is wrong with the placeholders of a text."""
    try:
        names = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    except ValueError as error:
        yield f"{key}: {error} in {text!r}; write a brace that is meant as {{{{ or }}}}"
        return
    for name in names:
        if name not in filled_in:
            yield f"{key}: nothing is filled in for {{{name}}}{meant(name, filled_in)}"


def _explained(problem: Any) -> str:  # noqa: ANN401 - pydantic's ErrorDetails
    place = tuple(part for part in problem["loc"] if isinstance(part, str | int))
    key = ".".join(str(part) for part in place)
    if problem["type"] == "unexpected_keyword_argument":
        return f"{key}: there is no such key{meant(str(place[-1]), _keys_beside(place))}"
    if problem["type"] in {"missing", "missing_argument"}:
        return f"{key}: is missing; add it"
    return f"{key}: {problem['msg'][0].lower()}{problem['msg'][1:]} (it is {problem['input']!r})"


def _keys_beside(place: tuple[str | int, ...]) -> list[str]:
    """The keys that could stand where `place` ends."""
    kind: Any = Profile
    for part in place[:-1]:
        named = {f.name: f for f in fields(kind)} if is_dataclass(kind) else {}
        kind = _KINDS.get(str(part), kind) if str(part) in named or kind is Profile else kind
    return [f.name for f in fields(kind)] if is_dataclass(kind) else []


_KINDS: dict[str, Any] = {
    "commands": Commands, "faults": FaultCommands, "accounts": Account, "login": Login, "statuses": Statuses,
    "health": Health, "session": SessionStore, "socket": Socket, "makes": Made,
}  # fmt: skip


def meant(word: str, choices: list[str] | tuple[str, ...]) -> str:
    """The end of a message about a word that is none of `choices`: the nearest one, or all of them."""
    close = difflib.get_close_matches(word, choices, n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; there are: {', '.join(choices)}"
