"""Whether a target says itself that it may be written to: asked past every cache, each time anew."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING

from plumbline.asking.client import NoAnswer
from plumbline.asking.exchange import dotted, parsed
from plumbline.asking.meaning import SUCCESS
from plumbline.deadlines import DeadlineMissed
from plumbline.harmless import harmless
from plumbline.judging.record import NotPossibleHere

if TYPE_CHECKING:
    from plumbline.asking.client import Client
    from plumbline.asking.exchange import Answer
    from plumbline.profile import Declaration


class NotDeclared(NotPossibleHere):
    """The target does not declare itself disposable; the message says what it answered instead."""

    def __init__(self, why: str) -> None:
        super().__init__(f"the target does not declare itself disposable ({why})")


def installation(client: Client) -> str:
    """Which installation of the platform this is, as it says in the answer that declares it disposable.

    NotDeclared where the declaration is not there, says something else, or may be an old answer's.
    """
    declaration = client.target.profile.remote.declaration
    try:
        answer = client.get(
            f"{declaration.path}?uncached={secrets.token_hex(8)}",
            headers={"Cache-Control": "no-store", "Pragma": "no-cache"},
        )
    except (NoAnswer, DeadlineMissed) as error:
        raise NotDeclared(str(error)) from None
    if said := _said(declaration, answer):
        raise NotDeclared(f"{declaration.path}: {said}")
    found = dotted(parsed(answer.exchange.body), declaration.instance)
    if found is None:
        raise NotDeclared(f"{declaration.path}: no {declaration.instance}, by which an installation is known, in it")
    return harmless(_word(found)).replace("\n", "\\n")  # it is told


def incomplete(declaration: Declaration) -> str:
    """What a profile does not say of its target's declaration, in words; empty where it says all."""
    if bool(declaration.field) == bool(declaration.header):
        return "name one of field and header, in which it stands"
    lacks = [name for name in ("path", "value", "instance") if not getattr(declaration, name)]
    return f"add {', '.join(lacks)}" if lacks else ""


def _said(declaration: Declaration, answer: Answer) -> str:
    """What is wrong with an answer that should declare the target disposable; empty where nothing is."""
    if answer.status not in SUCCESS:
        return f"it answers {answer.status}"
    if answer.headers.get("age", "0") != "0":
        return f"the answer comes from a cache (Age: {answer.headers['age']})"
    if declaration.header:
        place, found = f"header {declaration.header}", answer.headers.get(declaration.header.lower())
    else:
        place, found = declaration.field, dotted(parsed(answer.exchange.body), declaration.field)
    if found is None:
        return f"no {place} in it"
    return "" if _word(found) == declaration.value else f"{place} is {_word(found)!r}, not {declaration.value!r}"


def _word(value: object) -> str:
    """A value of JSON as a profile spells it: true, not True."""
    return value if isinstance(value, str) else json.dumps(value)
