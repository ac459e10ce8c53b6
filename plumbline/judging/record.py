"""What became of one check: the record from which every report and the verdict are made."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

WORDS = ("pass", "fail", "unsupported", "disabled", "not-possible", "blocked", "accepted")
"""How a check can end, in the order of the verdict's last line; the last stands there only where there are some."""

SERIOUSNESS = ("fail", "blocked", "accepted", "disabled", "not-possible", "unsupported", "pass")
"""Of a parametrised check's parts the first of these is the check's."""


class Blocked(Exception):
    """The check cannot be judged because another row is red."""

    word = "blocked"

    def __init__(self, row: str, why: str) -> None:
        super().__init__(f"blocked by {row}: {why}")
        self.row = row
        self.why = why


class NotPossibleHere(Exception):
    """The check cannot run on this machine or target; the message says what is missing and the remedy."""

    word = "not-possible"


class Unsupported(Exception):
    """The profile says that the platform has no such feature."""

    word = "unsupported"


class ContractBreach(AssertionError):
    """An answer that the contract does not allow."""


class NotStarted(AssertionError):
    """A check's own platform did not come up at its first start: red, but nothing that the check has judged."""


@dataclass(frozen=True)
class Attachment:
    """A piece of evidence: what it is called, where it lies below the run's folder, and its media type."""

    label: str
    path: str
    media_type: str


@dataclass(frozen=True)
class Record:
    """One check's end. `kind` says how it failed: assertion, breach, deadline, server-error, other, set-up.

    `fired` is the assertion (or the exception) in one line; `row` is the id, `half` its half or None.
    """

    nodeid: str
    row: str
    half: str | None
    word: str
    kind: str = ""
    fired: str = ""
    reason: str = ""
    seconds: float = 0.0
    worker: str = ""
    repeat: str = ""
    exchange: str = ""
    """The last exchange of a red check, in a line, and below it the command that asks the same again."""
    curl: str = ""
    began: float = 0.0
    """When its call began, in seconds since 1970 (UTC)."""
    line: int = 0
    """The line of the check in its file."""
    blocked_by: str = ""
    """The red row without which it could not be judged."""
    issue: str = ""
    until: str = ""
    """Of a check whose red is expected: where that is told, and the last day (ISO 8601) on which it may be red."""
    entry: str = ""
    entered_in: str = ""
    """The row or half that is entered, and the place: quarantine.toml, or [[accepted]] of the profile."""
    measured: Mapping[str, float] = field(default_factory=dict)
    """What the check has measured → the value."""
    attachments: tuple[Attachment, ...] = ()

    @property
    def title(self) -> str:
        """`SES-8`, or `SES-8 everywhere`."""
        return f"{self.row} {self.half}" if self.half else self.row

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Record:
        """The record that `to_dict` wrote."""
        return cls(**{**data, "attachments": tuple(Attachment(**one) for one in data.get("attachments", ()))})

    def to_dict(self) -> dict[str, Any]:
        """JSON's own types only, so that xdist can carry it."""
        return asdict(self)


def by_check(records: Iterable[Record]) -> list[Record]:
    """One record a check: of a parametrised check's parts the most serious."""
    worst: dict[str, Record] = {}
    for record in records:
        check = record.nodeid.partition("[")[0]
        known = worst.get(check)
        if known is None or SERIOUSNESS.index(record.word) < SERIOUSNESS.index(known.word):
            worst[check] = record
    return list(worst.values())


def write(records: Iterable[Record], path: Path) -> None:
    """Writes a JSON line a record."""
    path.write_text(text(records), "utf-8")


def text(records: Iterable[Record]) -> str:
    """A JSON line a record."""
    return "".join(json.dumps(record.to_dict()) + "\n" for record in records)


def read(path: Path) -> Iterator[Record]:
    """The records that `write` wrote."""
    for line in path.read_text("utf-8").splitlines():
        yield Record.from_dict(json.loads(line))
