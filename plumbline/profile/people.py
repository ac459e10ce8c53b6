"""How people come to be users of the platform, change their passwords, and are shut out."""

from __future__ import annotations

from dataclasses import dataclass

from plumbline.profile.answers import Sign, Signs
from plumbline.profile.callers import Step
from plumbline.profile.strict import Strict


@dataclass(frozen=True)
class Register(Strict):
    """How somebody new registers, of whom nobody has heard before: the steps that it takes, the last one answers."""

    steps: tuple[Step, ...] = ()
    """`{email} {name} {password} {origin}` and what earlier steps took are filled in; none: this is not said."""
    like: str = "admin"
    """The account that logs in where whoever has registered does, in the same fields."""
    registered: Signs = (Sign(201),)
    """What the last answer says to somebody new: statuses or signs, as in [statuses]."""
    taken: Signs = (Sign(409),)
    """And where somebody has that e-mail."""
    any_case: bool = True
    """Whether an e-mail that differs in capital letters alone is the same one."""
    id: str = "user.id"
    """Dotted path, in the last answer, of the id by which [makes.user] removes the user."""
    find: str = ""
    """The statement instead that selects it for `%(email)s`, where the answer does not tell."""


@dataclass(frozen=True)
class PasswordChange(Strict):
    """How somebody who is logged in changes their password: the steps that it takes, in that browser."""

    steps: tuple[Step, ...] = ()
    """`{username} {password} {new_password} {origin}` and what earlier steps took are filled in; none: not said."""


@dataclass(frozen=True)
class Disabling(Strict):
    """How a user is disabled: by an administrator's steps, or by SQL where the flag is read at each request."""

    steps: tuple[Step, ...] = ()
    """`{username} {id} {origin}` and what earlier steps took are filled in; `{id}` is at `me.id`; none: not said."""
    account: str = "admin"
    """Who takes them: an account's name."""
    sql: str = ""
    """The statement instead, for the user `%(username)s`; sessions that the platform's own way ends live on by it."""
