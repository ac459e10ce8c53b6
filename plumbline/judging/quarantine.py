"""`quarantine.toml`: rows that are known to be red and are being mended; each with its issue, reason and last day.

The checks of such a row still run. While the entry lasts their red counts as `disabled`; afterwards it is red again.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plumbline.judging.catalogue import CatalogueError

if TYPE_CHECKING:
    from plumbline.judging.catalogue import Catalogue, Row

FILE = "quarantine.toml"
KEYS = ("issue", "until", "reason")
EXAMPLE = '[SES-5]\nissue = "https://example.com/issues/7"\nuntil = 2026-12-24\nreason = "the cache is being replaced"'


class QuarantineError(Exception):
    """The file cannot be used; the message names the entry and the remedy."""


@dataclass(frozen=True)
class Entry:
    """Why a row, or one half of it, may be red, and the last day on which it may."""

    row: str
    half: str | None
    issue: str
    until: date
    reason: str
    place: str = FILE
    word: str = "disabled"
    """What a red counts as while the entry lasts."""

    @property
    def title(self) -> str:
        """The row as reports name it, with the half where the entry holds for that alone."""
        return f"{self.row} {self.half}" if self.half else self.row

    def expired(self, today: date) -> bool:
        """Whether its last day is over."""
        return today > self.until

    def told(self) -> str:
        """`the cache is being replaced (https://example.com/issues/7, until 2026-12-24)`."""
        return f"{self.reason} ({self.issue}, until {self.until})"


@dataclass(frozen=True)
class Expected:
    """The rows whose red is expected."""

    entries: Mapping[tuple[str, str | None], Entry] = field(default_factory=dict)

    def of(self, row: Row) -> Entry | None:
        """The entry of this half, or of its whole row."""
        return self.entries.get((row.id, row.half)) or self.entries.get((row.id, None))


class Quarantine(Expected):
    """The entries of `quarantine.toml`."""

    @classmethod
    def load(cls, path: Path, catalogue: Catalogue) -> Quarantine:
        """The file's entries; none where there is no file. QuarantineError where one is wrong."""
        try:
            tables = tomllib.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            return cls()
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise QuarantineError(f"{path}: {error}; an entry looks like\n{EXAMPLE}") from None
        found = [entry for name, table in tables.items() for entry in _entries(path, name, table, catalogue)]
        return cls({(entry.row, entry.half): entry for entry in found})


def _entries(path: Path, name: str, table: Any, catalogue: Catalogue) -> Iterator[Entry]:  # noqa: ANN401 - TOML's
    if not isinstance(table, dict):
        raise QuarantineError(f"{path}: {name} stands outside any row; an entry looks like\n{EXAMPLE}")
    halves = {key: value for key, value in table.items() if isinstance(value, dict)}
    own = {key: value for key, value in table.items() if key not in halves}
    for half, keys in ([(None, own)] if own or not halves else []) + list(halves.items()):
        place = f"{path} [{name}.{half}]" if half else f"{path} [{name}]"
        try:
            catalogue.row(name, half)
        except CatalogueError as error:
            raise QuarantineError(f"{place}: {error}") from None
        if name.startswith("PRE-"):
            raise QuarantineError(f"{place}: all other checks stand on the preflight; take the entry out and mend it")
        yield _entry(place, name, half, keys)


def _entry(place: str, name: str, half: str | None, keys: dict[str, object]) -> Entry:
    wrong = [key for key in keys if key not in KEYS]
    missing = [key for key in KEYS if key not in keys]
    if wrong or missing:
        told = f"there is no key {wrong[0]}" if wrong else f"{missing[0]} is missing"
        raise QuarantineError(f"{place}: {told}; an entry looks like\n{EXAMPLE}")
    until, issue, reason = keys["until"], keys["issue"], keys["reason"]
    if type(until) is not date:
        raise QuarantineError(f"{place} until: must be a day such as 2026-12-24, without quotes, is {until!r}")
    if not (isinstance(issue, str) and issue.strip() and isinstance(reason, str) and reason.strip()):
        raise QuarantineError(f"{place}: issue and reason are texts that say something")
    return Entry(name, half, issue, until, reason)
