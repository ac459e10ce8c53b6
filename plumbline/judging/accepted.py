"""`[[accepted]]` of a profile: known defects of the target, each with its issue and last day.

Their checks still run. While an entry lasts their red counts as `accepted`; afterwards it is red again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbline.judging.catalogue import CatalogueError
from plumbline.judging.quarantine import Entry, Expected
from plumbline.profile_file import ProfileError

if TYPE_CHECKING:
    from pathlib import Path

    from plumbline.judging.catalogue import Catalogue
    from plumbline.profile import Accepted, Profile

WORD = "accepted"
PLACE = "[[accepted]]"

JUDGED = frozenset({"assertion", "breach", "deadline", "server-error"})
"""How a known defect shows. A check that could not be set up, or met what nobody foresaw, is red as ever."""


def accepted(profile: Profile, path: Path, catalogue: Catalogue) -> Expected:
    """The profile's entries; ProfileError where one cannot be: it names the entry and the remedy."""
    entries: dict[tuple[str, str | None], Entry] = {}
    for one in profile.accepted:
        entry = _entry(one, path, catalogue)
        if (entry.row, entry.half) in entries:
            raise ProfileError(f"{path}: accepted: {entry.title} stands there twice; take one out")
        entries[entry.row, entry.half] = entry
    return Expected(entries)


def _entry(one: Accepted, path: Path, catalogue: Catalogue) -> Entry:
    entry = Entry(one.row, one.half or None, one.issue, one.until, one.reason or "a known defect", PLACE, WORD)
    try:
        row = catalogue.row(entry.row, entry.half)
    except CatalogueError as error:
        raise ProfileError(f"{path}: accepted: {error}") from None
    if row.planned:
        raise ProfileError(f"{path}: accepted: {entry.title} has no check yet; take it out")
    if row.area == "preflight":
        raise ProfileError(f"{path}: accepted: all other checks stand on {entry.title}; take it out and mend it")
    if not one.issue.strip():
        raise ProfileError(f"{path}: accepted: {entry.title} names no issue; say where the defect is being mended")
    return entry
