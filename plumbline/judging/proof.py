"""What a run of a row's checks on a faulty platform proves: caught, missed, void or false red, never mixed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from plumbline.judging.catalogue import Row
    from plumbline.judging.record import Record

Outcome = Literal["caught", "missed", "void", "false red", "not possible here"]

FIRES = {"assertion", "deadline"}
"""The kinds of failure by which a check catches a fault."""

FIRES_AS_SERVER_ERROR = {"breach", "server-error"}
"""Those by which it does only where the row says `server_error = true`: any crash would bring them about."""


@dataclass(frozen=True)
class Fault:
    """A fault as a platform's `list` command tells of it. `canary` is the outcome that it must have, or None."""

    name: str
    brings_back: tuple[str, ...]
    doc: str
    canary: str | None = None

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Fault:
        """The fault that a line of `list` describes."""
        canary = data.get("canary")
        return cls(data["name"], tuple(data["brings_back"]), data["doc"], canary or None)

    @property
    def row_ids(self) -> list[str]:
        """The ids of its rows, without their halves."""
        return list(dict.fromkeys(title.partition(" ")[0] for title in self.brings_back))


@dataclass(frozen=True)
class Finding:
    """One row under one fault: the outcome, the check, and the assertion that fired or what happened instead."""

    fault: str
    row: str
    outcome: Outcome
    check: str = ""
    said: str = ""

    def line(self) -> str:
        """`caught  sessions-in-memory  SES-5  test_…: assert …`."""
        check = self.check.rpartition("::")[2]
        return f"{self.outcome:<8} {self.fault:<32} {self.row:<14} {check}{': ' if check else ''}{self.said}"


def judge(fault: str, row: Row, faulty: Sequence[Record], healthy: Sequence[Record]) -> Finding:
    """What the records of a row's checks, with the fault and without, say of it."""
    sound, broken = _of(row, healthy), _of(row, faulty)
    for record in sound:
        if record.word in {"fail", "blocked"}:
            return Finding(fault, row.title, "false red", record.nodeid, record.fired or record.reason)
    if not broken or not sound:
        return Finding(fault, row.title, "void", said="no check of the row ran")
    catching = FIRES | (FIRES_AS_SERVER_ERROR if row.server_error else set())
    for record in broken:
        if record.word == "fail" and record.kind in catching:
            return Finding(fault, row.title, "caught", record.nodeid, record.fired)
    return _not_caught(fault, row, broken)


def _not_caught(fault: str, row: Row, broken: Sequence[Record]) -> Finding:
    for record in broken:
        if record.word in {"fail", "blocked", "disabled", "accepted"}:
            said = f"{record.kind or record.word}: {record.fired or record.reason}"
            return Finding(fault, row.title, "void", record.nodeid, said)
    lacking = [record for record in broken if record.word == "not-possible"]
    if len(lacking) == len(broken):
        return Finding(fault, row.title, "not possible here", lacking[0].nodeid, lacking[0].reason)
    return Finding(fault, row.title, "missed", broken[0].nodeid, "every check of the row stayed green")


def _of(row: Row, records: Iterable[Record]) -> list[Record]:
    return [record for record in records if record.title == row.title]
