"""What is wrong in how somebody logs in and out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from plumbline.profile.callers import METHODS
from plumbline.unusable import spelling

if TYPE_CHECKING:
    from plumbline.profile import Account, Profile, Step, Take

OF_LOGIN = ("username", "password", "login", "origin")
"""The placeholders of a log-in's steps, besides what earlier ones took."""

OF_LOGOUT = ("origin", "username")
SOURCES = ("css", "pattern", "cookie", "json", "header")


def wrong(profile: Profile) -> Iterator[str]:
    """Accounts, log-in, who is logged in, log-out."""
    for name, account in profile.accounts.items():
        yield from _account(f"accounts.{name}", account, managed=profile.managed)
        if account.ours and not profile.logout.everywhere:
            yield f"accounts.{name}.ours: its sessions are ended by logout.everywhere; name that, or take this out"
    yield from steps("login.steps", profile.login.steps, OF_LOGIN)
    yield from steps("logout.steps", profile.logout.steps, OF_LOGOUT)
    if profile.login.steps and not sends("{password}", profile.login.steps):
        yield "login.steps: no step sends {password}; write it into the form or json of the one that logs in"
    if profile.me.text and "{username}" not in profile.me.text:
        yield f"me.text: {profile.me.text!r} names nobody; write {{username}} where the page says the name"
    yield from spelling.path("logout.everywhere", profile.logout.everywhere)
    if not spelling.TOKEN.fullmatch(profile.cookie):
        yield f"cookie: {profile.cookie!r} is no cookie's name; write what stands before its ="


def _account(key: str, account: Account, *, managed: bool) -> Iterator[str]:
    yield from spelling.path(f"{key}.login", account.login)
    yield from spelling.variable(f"{key}.password_env", account.password_env)
    if account.password and not managed:
        yield f"{key}.password: is for a platform that the run starts; name a variable in password_env"
    elif account.password and account.password_env:
        yield f"{key}: has password and password_env; take one of them out"
    elif not account.password and not account.password_env:
        yield f"{key}: has no password; name the variable that holds it in password_env"
    elif account.password.startswith("$"):
        yield f"{key}.password: is no variable, but the text itself; name the variable in password_env, without $"


def sends(placeholder: str, steps: tuple[Step, ...]) -> bool:
    """Whether one of these steps sends it."""
    return any(placeholder in str(text) for step in steps for text in (*step.form.values(), *step.json.values()))


def steps(key: str, taken: tuple[Step, ...], known: tuple[str, ...]) -> Iterator[str]:
    """What is wrong in steps that are taken one after the other; `known` are the placeholders that they may use."""
    for number, step in enumerate(taken):
        place = f"{key}.{number}"
        if len(given := [method for method in METHODS if getattr(step, method)]) != 1:
            said = f"both {' and '.join(given)}" if given else "neither get and post"
            yield f"{place}: {said}; a step is one request: give one of them"
        if step.get and (step.form or step.json):
            yield f"{place}.get: sends a form or json; write post"
        if step.form and step.json:
            yield f"{place}: sends form and json; take one of them out"
        for name in METHODS:
            text = getattr(step, name)
            yield from spelling.filled(f"{place}.{name}", text, known)
            if not text.startswith("{"):
                yield from spelling.path(f"{place}.{name}", text)
        for table in ("form", "json", "headers"):
            for name, text in getattr(step, table).items():
                yield from spelling.filled(f"{place}.{table}.{name}", str(text), known)
        for name, take in step.take.items():
            yield from _take(f"{place}.take.{name}", name, take)
        known = (*known, *step.take)


def _take(key: str, name: str, take: Take) -> Iterator[str]:
    if not re.fullmatch(r"[\w-]+", name):
        yield f"{key}: {name!r} cannot be written in braces; name it with letters, digits, _ and -"
    given = [source for source in SOURCES if getattr(take, source)]
    if len(given) != 1:
        there = (
            f"{' and '.join(given)}: take all but one out" if given else f"nothing; give one of {', '.join(SOURCES)}"
        )
        yield f"{key}: is taken from {there}"
    if take.pattern:
        yield from _pattern(f"{key}.pattern", take.pattern)
    if take.css:
        yield from _selector(f"{key}.css", take.css)


def _pattern(key: str, text: str) -> Iterator[str]:
    try:
        groups = re.compile(text).groups
    except re.error as error:
        yield f"{key}: {text!r} is no regular expression: {error}; write a character that is meant with \\ before it"
        return
    if not groups:
        yield f"{key}: {text!r} has no group; put what is the value in ( )"


def _selector(key: str, text: str) -> Iterator[str]:
    import soupsieve  # late: only a profile that takes something out of HTML needs it

    try:
        soupsieve.compile(text)
    except soupsieve.SelectorSyntaxError as error:
        yield f"{key}: {text!r} is no CSS selector: {str(error).splitlines()[0]}; write it as input[name=_csrf]"
