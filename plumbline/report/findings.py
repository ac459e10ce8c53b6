"""Everything that a run's outputs are made of: HTML, verdict.json, CTRF, GitHub's summary and annotations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from plumbline.report.difference import Difference

if TYPE_CHECKING:
    from plumbline.judging.catalogue import Catalogue, Row
    from plumbline.judging.readiness import Item
    from plumbline.judging.record import Record
    from plumbline.judging.verdict import Verdict


@dataclass(frozen=True)
class Shard:
    """One of several parts of a run; `asked` counts the checks of all parts, `cut` is a hash of their names."""

    group: int
    splits: int
    asked: int
    cut: str


@dataclass(frozen=True)
class Findings:
    """A run's verdict and all that explains it. `began` is in seconds since 1970; `chosen` is the header."""

    verdict: Verdict
    catalogue: Catalogue
    folder: Path
    began: float
    chosen: Mapping[str, str]
    command: str
    readiness: Sequence[Item]
    since: Difference | None = None
    shard: Shard | None = None
    shards: int = 1
    """Of how many shards this run is merged."""

    def row(self, record: Record) -> Row | None:
        """The record's row; None where this catalogue has no such row."""
        return next((row for row in self.catalogue if row.title == record.title), None)

    @property
    def planned(self) -> int:
        """How many rows have no check yet."""
        return sum(row.planned for row in self.catalogue)

    @property
    def not_asked(self) -> list[str]:
        """The rows that have a check of which nothing was asked for."""
        told = {record.title for record in self.verdict.records}
        return [row.title for row in self.catalogue if not row.planned and row.title not in told]
