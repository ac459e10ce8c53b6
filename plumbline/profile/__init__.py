"""A target's profile: which platform, how to start or reach it, and what its words for things are.

The dataclasses of this package are the whole vocabulary; `plumbline/profile_file.py` reads a file against them. What a
profile leaves out is as on the reference platform.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from string import Formatter

from plumbline.profile.answers import Body, Health, Routes, Sign, Socket, Statuses
from plumbline.profile.callers import Account, Login, Logout, Me, Step, Take
from plumbline.profile.people import Disabling, PasswordChange, Register
from plumbline.profile.remote import Accepted, Declaration, Limits, Release, Remote
from plumbline.profile.running import Commands, FaultCommands
from plumbline.profile.stores import Made, SessionStore
from plumbline.profile.strict import Strict

__all__ = [
    "Accepted", "Account", "Body", "Commands", "Declaration", "Disabling", "FaultCommands", "Health", "Limits", "Login",
    "Logout", "Made", "Me", "PasswordChange", "Profile", "Register", "Release", "Remote", "Routes", "SessionStore",
    "Sign", "Socket", "Statuses", "Step", "Strict", "Take",
]  # fmt: skip


@dataclass(frozen=True)
class Profile(Strict):
    """One target."""

    name: str
    """The word for it in the verdict, such as `staging`."""
    offers: tuple[str, ...] = ()
    """What it offers to checks; the rest of them is not possible here, and counted so."""
    unsupported: Mapping[str, str] = field(default_factory=dict)
    """Row or area → the reason why the platform has no such feature."""
    contract: str = "none"
    """closed: every answer is held to `contract/openapi`; none: to the fields that a check names; else the path of the
    platform's own OpenAPI document, from the profile's folder: answers are held to that, and its GETs are asked."""
    known: str = ""
    """The file of the records that the target starts with, from the profile's folder; empty: `seeds/known.toml`."""
    pages: str = ""
    """The file of its pages, like `contract/pages.toml`, from the profile's folder; empty: that one."""
    schema: str = ""
    """The file of its tables, like `contract/schema.toml`, from the profile's folder; empty: that one where `contract`
    is closed, else none."""
    database_role: str = ""
    """The database role as which its routes ask; empty: the user of the connection that it is given."""
    remote: Remote = field(default_factory=Remote)
    headers: Mapping[str, str] = field(default_factory=dict)
    """Headers that go with each request; `$NAME` is read from the environment, and is a secret."""
    commands: Commands = field(default_factory=Commands)
    faults: FaultCommands = field(default_factory=FaultCommands)
    environment: Mapping[str, str] = field(default_factory=dict)
    """The whole environment of an instance; `{database_url} {redis_url} {port} {secret} {release}` are filled in.

    `{env:NAME}` is the variable as the run was given it, empty where it was not: never when the template is filled.
    """
    settings: Mapping[str, str] = field(default_factory=dict)
    """Each setting without which the platform cannot work → where to set it."""
    modes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Mode of the platform → the variables that switch it on: `modes.production` is what checks of production take.

    On top of that: `behind_proxy` tells it of a proxy with TLS, `plain_cookies` has it let people in over http,
    `two_hosts` tells it that its pages and its API are asked under two host names.
    Filled in are `{proxy}`, the address of the proxy that is to be trusted, `{domain}`, the Domain that the session
    cookie is to have, `{page_origin} {page_host}`, where pages are asked, and `{api_origin} {api_host}`, where the API.
    """
    accounts: Mapping[str, Account] = field(default_factory=dict)
    login: Login = field(default_factory=Login)
    cookie: str = "connect.sid"
    """The session cookie's name."""
    me: Me = field(default_factory=Me)
    logout: Logout = field(default_factory=Logout)
    register: Register = field(default_factory=Register)
    password_change: PasswordChange = field(default_factory=PasswordChange)
    disabling: Disabling = field(default_factory=Disabling)
    statuses: Statuses = field(default_factory=Statuses)
    health: Health = field(default_factory=Health)
    session: SessionStore = field(default_factory=SessionStore)
    socket: Socket = field(default_factory=Socket)
    makes: Mapping[str, Made] = field(default_factory=dict)
    seeded: Mapping[str, str] = field(default_factory=dict)
    """Kind of `seeds/known.toml` → the statement that lists its records, columns named like the records' keys."""
    paths: Mapping[str, str] = field(default_factory=dict)
    """Our path → the platform's."""
    answers: Mapping[str, Body] = field(default_factory=dict)
    """Our path → how its JSON differs from the contract's."""
    routes: Routes = field(default_factory=Routes)
    accepted: tuple[Accepted, ...] = ()
    budgets: Mapping[str, float] = field(default_factory=dict)
    """What is measured → the most it may be, where it is not what the row says: `critical_route` in milliseconds,
    `banner`, which has to come and to go once health says so, in seconds."""
    required: tuple[str, ...] = ()
    """Rows, areas and capabilities; a run of theirs in which one is missing or not judged is a NO-GO."""
    absent: tuple[str, ...] = ()
    """Paths of the contract that the platform does not have."""
    never: tuple[str, ...] = ()
    """Paths that are not asked, whatever finds them."""

    @property
    def managed(self) -> bool:
        """Whether the run starts the platform itself; otherwise it is reached at [remote] origins."""
        return not self.remote.origins

    @property
    def passed_on(self) -> list[str]:
        """The variables of the run's own environment that the platform gets."""
        places = [place for text in self.environment.values() for place in Formatter().parse(text)]
        return [variable for _, name, variable, _ in places if name == "env" and variable]

    @property
    def uses_servers(self) -> bool:
        """Whether its instances get a Postgres and a Redis of the suite's, of which one alone is never started."""
        return self.managed and not {"database", "redis"}.isdisjoint(self.offers)

    @property
    def doors(self) -> set[str]:
        """The paths at which its accounts log in."""
        return {account.login for account in self.accounts.values()}

    def path(self, ours: str) -> str:
        """The platform's own path for one of the contract's."""
        return self.paths.get(ours, ours)
