"""Reads a profile's file: pydantic validates it, so that all errors are reported at once, each with its remedy."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any

from plumbline.profile import Profile, Statuses
from plumbline.shelf import Shelf
from plumbline.unusable import by_itself, files

OF_SIGNS = {
    "statuses": [key.name for key in fields(Statuses)],
    "register": ["registered", "taken"],
}
"""Table → its keys that hold signs."""


class ProfileError(Exception):
    """The profile cannot be used; the message names file, key and remedy."""


def load(path: Path, kept_in: Path | None = None) -> Profile:
    """Reads a profile; ProfileError, naming each wrong key and its remedy, where it cannot be used.

    `kept_in` keeps profiles that were found right, by the hash of their text and of what judges them:
    importing pydantic costs each run 100 ms. A wrong one is never kept.
    """
    try:
        text = path.read_text("utf-8")
        shelf = Shelf(kept_in, text) if kept_in else None
        known = shelf.kept() if shelf else None
        profile = known if isinstance(known, Profile) else validated(tomllib.loads(text), path)
        if shelf and profile is not known:
            shelf.keep(profile)
    except FileNotFoundError:
        raise ProfileError(f"{path}: there is no such profile") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError(f"{path}: cannot be read: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{path}: not TOML: {error}") from None
    _stop_at(path, files.wrong(profile, path.parent))
    return profile


def validated(data: dict[str, Any], path: Path) -> Profile:
    """The profile that `data` describes; ProfileError with all that is wrong in it."""
    from pydantic import TypeAdapter, ValidationError

    from plumbline.unusable.wording import told

    try:
        profile = TypeAdapter(Profile).validate_python(_with_signs(data))
    except ValidationError as error:
        _stop_at(path, map(told, error.errors()))
        raise
    _stop_at(path, by_itself(profile))
    return profile


def _stop_at(path: Path, wrong: Iterable[str]) -> None:
    """ProfileError with all that is wrong, a line each; nothing where nothing is."""
    if lines := [f"{path}: {line}" for line in wrong]:
        raise ProfileError("\n".join(lines)) from None


def _with_signs(data: dict[str, Any]) -> dict[str, Any]:
    """The same with each plain status as a table, where signs may stand, so that a wrong one is told in one line."""

    def signs(entry: Any) -> Any:  # noqa: ANN401 - whatever stands there is judged afterwards
        if not isinstance(entry, list):
            return entry
        return [sign if isinstance(sign, dict) else {"status": sign} for sign in entry]

    tables = {name: data[name] for name in OF_SIGNS if isinstance(data.get(name), dict)}
    return data | {
        name: {key: signs(entry) if key in OF_SIGNS[name] else entry for key, entry in table.items()}
        for name, table in tables.items()
    }
