"""Which checks run, and why the others do not: one pure function that every report reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from plumbline.elsewhere.permission import Level

if TYPE_CHECKING:
    from plumbline.judging.catalogue import Row

Word = Literal["run", "not asked", "unsupported", "disabled", "not possible"]


@dataclass(frozen=True)
class Terms:
    """What decides: this run's level and rows, and what the target offers.

    `lacking` gives, for a capability that the profile offers and this machine cannot serve, the remedy. `most` is
    what the profile allows any run.
    """

    level: Level
    offers: frozenset[str]
    rows: frozenset[str] | None = None
    unsupported: Mapping[str, str] = field(default_factory=dict)
    lacking: Mapping[str, str] = field(default_factory=dict)
    target: str = "reference"
    most: Level = Level.DISRUPTIVE
    managed: bool = True
    """Whether the run starts the target itself."""


@dataclass(frozen=True)
class Decision:
    """`run`, or the word under which the check is counted, and the reason in a sentence."""

    word: Word
    reason: str = ""


def decide(row: Row, terms: Terms) -> Decision:
    """Whether the check of this row runs under these terms."""
    if terms.rows is not None and row.id not in terms.rows:
        return Decision("not asked")
    reason = terms.unsupported.get(row.id) or terms.unsupported.get(row.id.partition("-")[0])
    if reason:
        return Decision("unsupported", reason)
    refused = _refused(row.level, terms)
    if refused:
        return Decision("not possible", refused)
    for need in row.needs:
        missing = _missing(need.split("|"), terms)
        if missing:
            return Decision("not possible", missing)
    return Decision("run")


def _refused(level: Level, terms: Terms) -> str | None:
    """Why this run may not do so much; None where it may."""
    if level == Level.DISRUPTIVE and not terms.managed:
        return "is disruptive: never on a target that the run does not start"
    if level > terms.most:
        return f'needs `allow = "{level.word}"` in [remote] of the profile, and --allow {level.word}'
    return f"needs --allow {level.word}, this run has {terms.level.word}" if level > terms.level else None


def _missing(alternatives: list[str], terms: Terms) -> str | None:
    """Why none of the alternatives is there; None where one is."""
    lacks = []
    for capability in alternatives:
        if capability not in terms.offers:
            lacks.append(f"needs {capability}, which target {terms.target} does not offer")
        elif capability in terms.lacking:
            lacks.append(terms.lacking[capability])
        else:
            return None
    return "; ".join(lacks)
