"""Reads a profile's file: pydantic validates it, so that all errors are reported at once, each with its remedy."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from string import Formatter
from typing import Any, get_args, get_type_hints

from plumbline.catalogue import CAPABILITIES
from plumbline.nearest import meant
from plumbline.profile import Profile
from plumbline.shelf import Shelf

FILLED_IN_COMMANDS = ("python", "today", "fault", "suite")
"""The placeholders of commands."""

FILLED_IN_ENVIRONMENT = ("port", "database_url", "redis_url", "secret", "release", "start_deadline")
"""The placeholders of the environment's values."""


class ProfileError(Exception):
    """The profile cannot be used; the message names file, key and remedy."""


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
        profile = TypeAdapter(Profile).validate_python(_with_signs(data))
    except ValidationError as error:
        lines = [_explained(problem) for problem in error.errors()]
        raise ProfileError("\n".join(f"{path}: {line}" for line in lines)) from None
    wrong = [f"{path}: {line}" for line in _unusable(profile)]
    if wrong:
        raise ProfileError("\n".join(wrong))
    return profile


def _with_signs(data: dict[str, Any]) -> dict[str, Any]:
    """The same with each plain status of [statuses] as a table, so that a wrong one is told in one line."""
    statuses = data.get("statuses")
    if not isinstance(statuses, dict):
        return data

    def signs(entry: Any) -> Any:  # noqa: ANN401 - whatever stands there is judged afterwards
        if not isinstance(entry, list):
            return entry
        return [sign if isinstance(sign, dict) else {"status": sign} for sign in entry]

    return {**data, "statuses": {said: signs(entry) for said, entry in statuses.items()}}


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
    if problem["type"] == "tuple_type" and isinstance(problem["input"], str | int):
        return f"{key}: give a list, such as {json.dumps([problem['input']])}"
    return f"{key}: {problem['msg'][0].lower()}{problem['msg'][1:]} (it is {problem['input']!r})"


def _keys_beside(place: tuple[str | int, ...]) -> list[str]:
    """The keys that could stand where `place` ends."""
    kind: Any = Profile
    for part in place[:-1]:
        hint = get_type_hints(kind).get(str(part)) if is_dataclass(kind) else None
        kind = _table_in(hint) or kind  # an entry of a list or a mapping: it is in that table already
    return [f.name for f in fields(kind)] if is_dataclass(kind) else []


def _table_in(hint: Any) -> Any:  # noqa: ANN401 - a type, or what is made of types
    """The table that a key's type is, or is a list or a mapping of; None where it is none."""
    if is_dataclass(hint):
        return hint
    return next(filter(None, map(_table_in, get_args(hint))), None)
