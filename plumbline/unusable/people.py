"""What is wrong in how people register, change their passwords, and are disabled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from plumbline.elsewhere.addresses import somebodys
from plumbline.unusable.answers import told_apart
from plumbline.unusable.callers import sends, steps
from plumbline.unusable.spelling import SELECTS

if TYPE_CHECKING:
    from plumbline.profile import Profile

OF_REGISTER = ("email", "name", "password", "origin")
OF_CHANGE = ("username", "password", "new_password", "origin")
OF_DISABLING = ("username", "id", "origin")


def wrong(profile: Profile) -> Iterator[str]:
    """[register], [password_change], [disabling]."""
    yield from _register(profile)
    change = profile.password_change.steps
    yield from steps("password_change.steps", change, OF_CHANGE)
    if change and not sends("{new_password}", change):
        yield "password_change.steps: no step sends {new_password}; write it into the form or json of the one that does"
    yield from _disabling(profile)


def _register(profile: Profile) -> Iterator[str]:
    how = profile.register
    yield from steps("register.steps", how.steps, OF_REGISTER)
    texts = [text for step in how.steps for text in (step.call[1], *step.json.values(), *step.form.values())]
    for text in map(str, texts):
        for address in somebodys(re.sub(r"\{\w+\}", "x", text.replace("{email}", "x@example.invalid"))):
            yield f"register.steps: {text!r} is {address}, which may be somebody's; send {{email}}, which is nobody's"
    for placeholder in ("{email}", "{password}"):
        if how.steps and not sends(placeholder, how.steps):
            yield f"register.steps: no step sends {placeholder}; write it into the form or json of the one that does"
    if how.steps and how.like not in profile.accounts:
        yield f"register.like: there is no account {how.like!r}; name one that logs in where whoever registers does"
    if how.steps and "user" not in profile.makes:
        yield "register.steps: whoever registers has to go again; add [makes.user], which says how a user is removed"
    yield from told_apart("register.registered", how.registered, good=True)
    yield from told_apart("register.taken", how.taken)
    plain = {sign.status for sign in how.registered if not (sign.text or sign.location)}
    for status in sorted(plain & {sign.status for sign in how.taken}):
        yield f"register.registered: {status} may be taken's as well; give a text that stands in this one alone"
    if how.find and not SELECTS.match(how.find):
        yield "register.find: selects nobody; give a SELECT of the id"
    elif how.find and "%(email)s" not in how.find:
        yield "register.find: means nobody; write %(email)s where the e-mail belongs"


def _disabling(profile: Profile) -> Iterator[str]:
    how = profile.disabling
    yield from steps("disabling.steps", how.steps, OF_DISABLING)
    if how.steps and how.account not in profile.accounts:
        yield f"disabling.account: there is no account {how.account!r}; add [accounts.{how.account}], or name another"
    if how.steps and how.sql:
        yield "disabling: has steps and sql; take one of them out"
    elif how.sql and "%(username)s" not in how.sql:
        yield "disabling.sql: means nobody; write %(username)s where the name belongs"
    elif how.sql and "database" not in profile.offers:
        yield "disabling.sql: needs 'database' in offers; add it, or give steps"
