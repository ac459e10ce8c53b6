"""What `--explain` says: of each check whether it runs, or why not, area by area, and how many there are of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import fill
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from plumbline.judging.catalogue import Row

RUNS, NOT_ASKED = "runs", "not asked"
WORDS = (RUNS, NOT_ASKED, "unsupported", "not possible")
WIDTH = 120
LATER = (
    "What only shows while a check runs is not known here: a route or an operation that the platform lacks, a log-in"
    " that fails, a server that does not answer."
)


@dataclass(frozen=True)
class Told:
    """One check: what would become of it, and the reason, or what else is to be known of it."""

    check: str
    row: Row
    word: str
    reason: str = ""


def each_once(told: Iterable[Told]) -> list[Told]:
    """One a check: of a parametrised check's cases the first that runs, else the first."""
    found: dict[str, Told] = {}
    for one in told:
        known = found.get(one.check)
        if known is None or (one.word == RUNS != known.word):
            found[one.check] = one
    return list(found.values())


def explained(rows: Iterable[Row], told: Iterable[Told], named: Mapping[str, str]) -> Iterator[str]:
    """The table, a line a check and below it the reason, the planned rows of each area, and the counts.

    `named` gives each check's name as a sentence.
    """
    every, checks = list(rows), each_once(told)
    for area in dict.fromkeys(row.area for row in every):
        lines = [*_of_area([row for row in every if row.area == area], checks, named)]
        yield from [area, *lines, ""] if lines else []
    yield _counts(checks, sum(row.planned for row in every))
    yield fill(LATER, WIDTH)


def _of_area(rows: Sequence[Row], checks: Sequence[Told], named: Mapping[str, str]) -> Iterator[str]:
    for row in rows:
        for one in checks:
            if one.row == row:
                yield f"  {row.title:<18}{one.word:<14}{named[one.check]}"
                if one.reason and one.word != NOT_ASKED:  # its reason stands beside the count
                    yield fill(one.reason, WIDTH, initial_indent=" " * 34, subsequent_indent=" " * 34)
    planned = [row.title for row in rows if row.planned]
    if planned:
        yield fill(", ".join(planned), WIDTH, initial_indent=f"  {'planned':<18}", subsequent_indent=" " * 20)


def _counts(checks: Sequence[Told], planned: int) -> str:
    parts = [_count(word, [one for one in checks if one.word == word]) for word in WORDS]
    rows = f"; {planned} planned rows have no check yet" if planned else ""
    return f"{len(checks)} checks: {', '.join(filter(None, parts))}{rows}"


def _count(word: str, checks: Sequence[Told]) -> str:
    if word == RUNS:
        return f"{len(checks)} run"
    why = f" ({'; '.join(dict.fromkeys(one.reason for one in checks))})" if word == NOT_ASKED else ""
    return f"{len(checks)} {word}{why}" if checks else ""
