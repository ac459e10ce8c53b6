"""What the platform's answers mean: statuses and other signs, health, sockets, the names of fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from plumbline.profile.strict import Strict


@dataclass(frozen=True)
class Sign(Strict):
    """An answer's status together with what tells it from others of that status."""

    status: int
    location: str = ""
    """The path to which it redirects, whatever its query."""
    text: str = ""
    """What stands in its body."""


Signs = tuple[Sign, ...]
"""In a profile a plain status will do."""


@dataclass(frozen=True)
class Statuses(Strict):
    """The answers by which the platform says these things: statuses, or `{ status = 200, text = "Wrong password" }`."""

    not_logged_in: Signs = (Sign(401),)
    """Of whatever is no page."""
    page_not_logged_in: Signs = (Sign(302), Sign(303), Sign(307))
    """Of pages; a plain redirect counts when it leads to the login page."""
    login_refused: Signs = (Sign(401),)
    """To a wrong name or password."""
    forbidden: Signs = (Sign(403),)
    """To somebody of another role."""
    not_found: Signs = (Sign(404),)
    """To an id or path that does not exist."""
    unavailable: Signs = (Sign(503),)
    """While a server behind the platform is away."""


@dataclass(frozen=True)
class Health(Strict):
    """Where health's fields stand in its answer, as dotted paths; empty: the platform has no such field."""

    path: str = "/api/system/health"
    """Ours, `paths` maps it; empty: the platform has no health, and `page` is asked in its place."""
    page: str = "/login"
    """What is asked where there is no health: well is what answers 200, or redirects."""
    liveness: str = ""
    """Another path, which says that the process lives, whatever else is away; empty: there is none."""
    account: str = ""
    """Who has to ask, where health is not for everybody: an account's name."""
    status: str = "status"
    """The field that says how it is; empty: the HTTP status alone does."""
    healthy: tuple[str | bool, ...] = ("ok",)
    """What that field says when all is well."""
    database: str = "databaseConnected"
    """Whether the database answers."""
    timestamp: str = "timestamp"
    """The time of the answer."""
    storage: str = "storage"
    """Where it says where sessions are kept."""
    stored: str = "pg"
    """What stands there for the database."""
    release: str = "release"
    """Which release runs."""
    migrations: str = "migrations"
    """Whether all migrations have run: `current`, or anything else."""
    ready_without_database: bool = False
    """Whether it is meant that the platform calls itself ready while its database is away."""
    banner: str = "Database Disconnected"
    """What the banner of its pages says while the database is away, in whatever case."""
    banner_place: str = ""
    """CSS selector of the banner, where its words stand elsewhere on the pages too."""


@dataclass(frozen=True)
class Socket(Strict):
    """What goes over the socket at `/ws`: text, or a table that is sent as JSON and looked for in the answer's.

    `{id}` in both stands for the ping's number, where a pong tells which ping it answers.
    """

    ping: str | Mapping[str, str | int] = field(default_factory=lambda: {"type": "ping"})
    """What is sent."""
    pong: str | Mapping[str, str | int] = field(default_factory=lambda: {"type": "pong"})
    """What has to come back."""
    refused_with: tuple[int, ...] = (1008, 4401)
    """The codes that close a socket whose caller is not logged in."""


@dataclass(frozen=True)
class Body(Strict):
    """How one path's JSON differs from the contract's."""

    items: str = ""
    """Dotted path of the list, where the answer is no list itself."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Our field → the platform's, in the answer or in each of its list."""


@dataclass(frozen=True)
class Routes(Strict):
    """The platform's own GET routes, where it has no OpenAPI document: with these, the contract's are not asked."""

    guarded: tuple[str, ...] = ()
    """Paths, examples in place of parameters, that want a login."""
    public: tuple[str, ...] = ()
    """Paths for whoever asks."""
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Path → the accounts that may ask for it, where not everybody may."""
    critical: tuple[str, ...] = ()
    """Those whose answer has to be quick ([budgets])."""
