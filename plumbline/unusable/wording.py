"""What pydantic finds wrong in a profile's keys and types, said so that its writer knows what to do."""

from __future__ import annotations

import difflib
import json
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints

from plumbline.nearest import meant
from plumbline.profile import Profile

Place = tuple[str | int, ...]

LEFT_UNTOLD = ("password", "headers", "environment", "database_url_env")
"""Keys whose values may be secrets, or have them below."""

PLAIN = {
    "string": "give a text, in quotes",
    "int": "give a whole number, without quotes",
    "float": "give a number, without quotes",
    "bool": "give true or false, without quotes",
    "date": "give a day, such as 2026-12-31",
    "tuple": "give a list, in [ ]",
}
"""How the names of pydantic's errors begin → what to do."""

NO_TABLE = {"dataclass_type", "mapping_type", "dict_type"}


def told(problem: Any) -> str:  # noqa: ANN401 - pydantic's ErrorDetails
    """The key, what is wrong with it, and the remedy."""
    place: Place = tuple(part for part in problem["loc"] if isinstance(part, str | int))
    return f"{'.'.join(map(str, place))}: {_why(problem, place)}"


def _why(problem: Any, place: Place) -> str:  # noqa: ANN401 - see `told`
    kind, given = problem["type"], problem["input"]
    if kind == "unexpected_keyword_argument":
        return f"there is no such key{_meant(place)}"
    if kind in {"missing", "missing_argument"}:
        return "is missing; add it"
    if kind in NO_TABLE or isinstance(given, dict | list):
        return _bracketed(kind, given, ".".join(str(part) for part in place if isinstance(part, str)))
    if kind == "tuple_type" and isinstance(given, str | int):
        of_words = isinstance(given, str) and place[0] in {"commands", "faults"}
        return f"give a list, such as {json.dumps(str(given).split() if of_words else [given])}"
    if kind == "literal_error":
        words = problem["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
        return f"{given!r} is none of its words{meant(str(given), [word for word in words if word])}"
    plain = _plain(kind) or problem["msg"].lower()
    return plain if {*LEFT_UNTOLD} & {*place} else f"{plain} (it is {given!r})"


def _bracketed(kind: str, given: object, key: str) -> str:
    """Lists of tables, tables and plain values are told apart by brackets."""
    if isinstance(given, dict) and kind == "tuple_type":
        return f"is a list of tables; write [[{key}]], with two brackets, above each"
    if isinstance(given, list) and kind in NO_TABLE:
        return f"is one table; write [{key}], with one bracket"
    if kind in NO_TABLE:
        return f"is a table; write [{key}], and its keys below"
    return _plain(kind) or "give one value, no list"


def _plain(kind: str) -> str | None:
    return next((remedy for name, remedy in PLAIN.items() if kind.startswith(f"{name}_")), None)


def _meant(place: Place) -> str:
    """Which key may be meant; TOML counts to a table whatever follows its head, so one may only be too far below."""
    name, beside = str(place[-1]), _keys_beside(place)
    if difflib.get_close_matches(name, beside, n=1, cutoff=0.8):
        return meant(name, beside)
    top = [field.name for field in fields(Profile)]
    if len(place) > 1 and name in top:
        return f"; there is one outside of [{place[0]}]: write it above the first table"
    tables = [table for table in top if table != place[0] and name in _keys_beside((table, name))]
    return f"; there is one in [{tables[0]}]" if tables else meant(name, beside)


def _keys_beside(place: Place) -> list[str]:
    """The keys that could stand where `place` ends."""
    kind: Any = Profile
    for part in place[:-1]:
        hint = get_type_hints(kind).get(str(part)) if is_dataclass(kind) else None
        kind = _table_in(hint) or kind  # an entry of a list or a mapping: it is in that table already
    return [field.name for field in fields(kind)] if is_dataclass(kind) else []


def _table_in(hint: Any) -> Any:  # noqa: ANN401 - a type, or what is made of types
    """The table that a key's type is, or is a list or a mapping of; None where it is none."""
    if is_dataclass(hint):
        return hint
    return next(filter(None, map(_table_in, get_args(hint))), None)
