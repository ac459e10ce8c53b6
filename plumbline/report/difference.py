"""What has changed since the last run on this target that was a GO."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from plumbline.judging.record import by_check

if TYPE_CHECKING:
    from plumbline.judging.history import Past
    from plumbline.judging.record import Record


RED = {"fail", "accepted"}


@dataclass(frozen=True)
class Difference:
    """Rows by what became of them since that run, which judged `release` at `began` (seconds since 1970)."""

    release: str
    began: float
    red: tuple[str, ...]
    """Green then, red now."""
    lost: tuple[str, ...]
    """Green then, asked for now and not judged."""
    won: tuple[str, ...]
    """Green now, not then."""
    not_asked: int
    """How many rows were green then and not asked for now."""


def since(last: Sequence[Past], records: Sequence[Record]) -> Difference | None:
    """The difference; None where there has been no GO yet."""
    if not last:
        return None
    then = dict.fromkeys(past.row for past in last if past.word == "pass")
    now: dict[str, set[str]] = {}
    for record in by_check(records):
        now.setdefault(record.title, set()).add(record.word)
    green = [row for row, words in now.items() if words == {"pass"}]
    red = tuple(row for row in then if now.get(row, set()) & RED)
    return Difference(
        release=last[0].release, began=last[0].began, red=red,
        lost=tuple(row for row in then if row in now and row not in green and row not in red),
        won=tuple(row for row in green if row not in then),
        not_asked=sum(row not in now for row in then),
    )  # fmt: skip
