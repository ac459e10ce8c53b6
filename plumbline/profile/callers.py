"""How somebody logs in, who they are then, and how they log out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from plumbline.profile.strict import Strict


@dataclass(frozen=True)
class Account(Strict):
    """Somebody who can log in. The password stands in `password` (published demo data) or in the environment.

    Its name in the profile is the contract's word for what it may do; `role` is the platform's own, where that differs.
    """

    username: str
    password: str = ""
    password_env: str = ""
    login: str = "/api/auth/login"
    username_field: str = ""
    """What this login calls the two fields, where it is not what [login] says."""
    password_field: str = ""
    role: str = ""


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
    json: str = ""
    """Dotted path in a JSON body."""
    header: str = ""


@dataclass(frozen=True)
class Step(Strict):
    """One request of a log-in or log-out, in `get` or `post`: a path of the platform's.

    `{username} {password} {login} {origin}` and what earlier steps took are filled in.
    """

    get: str = ""
    post: str = ""
    form: Mapping[str, str] = field(default_factory=dict)
    json: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    follow: bool = False
    """Whether redirects are followed, within the target's origins: some sessions exist only after them."""
    take: Mapping[str, Take] = field(default_factory=dict)


@dataclass(frozen=True)
class Login(Strict):
    """How the platform's login wants its two fields; or the steps that it takes, of which the last one answers."""

    username: str = "username"
    password: str = "password"  # noqa: S105 - the field's name
    body: Literal["json", "form"] = "json"
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
    text: str = ""
    """What stands in a page that is not JSON: `Logged in as {username}`."""


@dataclass(frozen=True)
class Logout(Strict):
    """How a session is ended: a request to `/api/auth/logout`, or the steps that it takes."""

    method: Literal["POST", "GET", "DELETE"] = "POST"
    steps: tuple[Step, ...] = ()
    everywhere: str = ""
    """Path of the operation (POST) that ends all sessions of whoever asks; empty: there is none."""
