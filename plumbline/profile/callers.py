"""How somebody logs in, who they are then, and how they log out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from plumbline.profile.strict import Strict

METHODS = ("get", "post", "put", "patch", "delete")
"""The keys of a step that say its path."""


@dataclass(frozen=True)
class Account(Strict):
    """Somebody who can log in. The password stands in `password` (published demo data) or in the environment.

    Its name in the profile is the contract's word for what it may do; `role` is the platform's own, where that differs.
    """

    username: str
    """What is typed in as its name."""
    password: str = ""
    """Published demo data, for a platform that the run starts."""
    password_env: str = ""
    """The variable that holds the password."""
    login: str = "/api/auth/login"
    """The path of the contract at which it logs in."""
    username_field: str = ""
    """What this login calls the two fields, where it is not what [login] says."""
    password_field: str = ""
    """The same for the password."""
    role: str = ""
    """The platform's own word for its role, where that is not its name here."""
    called: str = ""
    """How the platform calls whoever is logged in, where that is not the username."""
    ours: bool = False
    """Whether it is the suite's own: after a killed run the clean-up ends all its sessions (logout.everywhere)."""


@dataclass(frozen=True)
class Take(Strict):
    """Where a step finds a value in its answer: one of these."""

    css: str = ""
    """CSS selector of an element in HTML."""
    attribute: str = "value"
    """The attribute of that element; empty: its text."""
    pattern: str = ""
    """Regular expression whose first group is the value."""
    cookie: str = ""
    """Name of a cookie that the answer sets."""
    json: str = ""
    """Dotted path in a JSON body."""
    header: str = ""
    """Name of a header of the answer."""


@dataclass(frozen=True)
class Step(Strict):
    """One request of a log-in or log-out, in `get` or `post`: a path of the platform's.

    `{username} {password} {login} {origin}` and what earlier steps took are filled in.
    """

    get: str = ""
    """Path to ask for."""
    post: str = ""
    """Or path to send to."""
    put: str = ""
    """Or path to put to."""
    patch: str = ""
    """Or path to patch."""
    delete: str = ""
    """Or path to delete."""
    form: Mapping[str, str] = field(default_factory=dict)
    """Fields that are sent as a form does."""
    json: Mapping[str, str | bool | int] = field(default_factory=dict)
    """Fields that are sent as JSON."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Headers of this request: `Referer`, or one with a CSRF token."""
    follow: bool = False
    """Whether redirects are followed, within the target's origins: some sessions exist only after them."""
    take: Mapping[str, Take] = field(default_factory=dict)

    @property
    def call(self) -> tuple[str, str]:
        """Its method, in capitals, and the path."""
        calls = ((method.upper(), str(getattr(self, method))) for method in METHODS)
        return next((call for call in calls if call[1]), ("GET", ""))


@dataclass(frozen=True)
class Login(Strict):
    """How the platform's login wants its two fields; or the steps that it takes, of which the last one answers."""

    username: str = "username"
    """The name's field."""
    password: str = "password"  # noqa: S105 - the field's name
    """The password's field."""
    body: Literal["json", "form"] = "json"
    """How they are sent."""
    steps: tuple[Step, ...] = ()
    bearer: str = ""
    """Dotted path, in the last answer, of a token that goes with each later request in place of a cookie."""


@dataclass(frozen=True)
class Me(Strict):
    """How the platform says who is logged in, at what `paths` calls `/api/auth/me`."""

    user: str = "user.username"
    """Dotted path of the user's name in the answers of login and of this; empty: the answers do not tell."""
    role: str = "user.role"
    """Dotted path of the user's role in the same answers; empty: the platform does not tell."""
    id: str = "user.id"
    """Dotted path of the user's id in the same answers, for steps that name it."""
    text: str = ""
    """What stands in a page that is not JSON: `Logged in as {username}`."""


@dataclass(frozen=True)
class Logout(Strict):
    """How a session is ended: a request to `/api/auth/logout`, or the steps that it takes."""

    method: Literal["POST", "GET", "DELETE"] = "POST"
    """That of the request."""
    steps: tuple[Step, ...] = ()
    everywhere: str = ""
    """Path of the operation (POST) that ends all sessions of whoever asks; empty: there is none."""
