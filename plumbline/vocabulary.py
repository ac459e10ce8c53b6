"""The words of a profile as data: every key of every table with its type, default and sentence, read from the model."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Any, Literal, get_args, get_origin, get_type_hints

from plumbline import as_toml
from plumbline.profile import Profile, Sign

NAMED = {"accounts": "NAME", "makes": "KIND", "answers": '"/path"', "take": "NAME"}
"""Table of tables → what stands for the name of one of them."""

WORDS: Mapping[Any, str] = {str: "text", int: "whole number", float: "number", bool: "true or false", date: "day"}


@dataclass(frozen=True)
class Key:
    """One key: its type in words, its default as TOML (None where it must be given), and what it says."""

    name: str
    type: str
    default: str | None
    text: str


@dataclass(frozen=True)
class Table:
    """One table: its head as a profile writes it, empty for what stands above all tables; its sentence, its keys."""

    head: str
    text: str
    keys: tuple[Key, ...]


def tables(model: type = Profile, place: str = "", head: str = "") -> Iterator[Table]:
    """A table and those within it, in the order of the model."""
    hints, told = get_type_hints(model), sentences(model)
    own: list[Key] = []
    within: list[tuple[type, str, str]] = []
    for entry in fields(model):
        inner, hint = _table_in(hints[entry.name]), hints[entry.name]
        if inner is None:
            own.append(Key(entry.name, _type(hint), _default(entry), told.get(entry.name, "")))
            continue
        path = f"{place}.{entry.name}".lstrip(".")
        if get_origin(hint) is Mapping:
            path = f"{path}.{NAMED[entry.name]}"
        within.append((inner, path, f"[[{path}]]" if get_origin(hint) is tuple else f"[{path}]"))
    yield Table(head, inspect.cleandoc(model.__doc__ or ""), tuple(own))
    for inner, path, inner_head in within:
        yield from tables(inner, path, inner_head)


@cache
def sentences(model: type) -> Mapping[str, str]:
    """Key of a table → the text that stands below it in the model."""
    tree = ast.parse(inspect.getsource(sys.modules[model.__module__]))
    body = next(node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == model.__name__)
    found = {}
    for above, below in pairwise(body):
        if isinstance(above, ast.AnnAssign) and isinstance(above.target, ast.Name) and isinstance(below, ast.Expr):
            found[above.target.id] = " ".join(ast.literal_eval(below.value).split())
    return found


def _table_in(hint: Any) -> Any:  # noqa: ANN401 - a type, or what is made of types
    """The table that a key is, or is a list or a mapping of; None where it is none. A sign is no table of its own."""
    if is_dataclass(hint):
        return None if hint is Sign else hint
    return next(filter(None, map(_table_in, get_args(hint))), None)


def _type(hint: Any) -> str:  # noqa: ANN401 - see `_table_in`
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Literal:
        return ", ".join(f"`{word}`" for word in inner if word)
    if hint == tuple[Sign, ...]:
        return "statuses, or signs"
    if origin is tuple:
        return f"list of {_several(inner[0])}"
    if origin is Mapping:
        return "table of lists" if get_origin(inner[1]) is tuple else f"table of {_several(inner[1])}"
    if inner:
        return " or ".join(_type(one) for one in inner if one is not type(None))
    return WORDS[hint]


def _several(hint: Any) -> str:  # noqa: ANN401 - see `_table_in`
    if get_origin(hint) is Mapping:
        return "tables"
    return "values" if get_args(hint) else f"{WORDS[hint]}s"


def _default(entry: Field[Any]) -> str | None:
    if entry.default_factory is not MISSING:
        return _written(entry.default_factory())
    return None if entry.default is MISSING else _written(entry.default)


def _written(value: Any) -> str:  # noqa: ANN401 - a value of the model
    """A default as a profile writes it; nothing for an empty one."""
    if isinstance(value, tuple):
        value = [one.status if isinstance(one, Sign) else one for one in value]
    return "" if value in ("", [], {}) else as_toml.value(value)
