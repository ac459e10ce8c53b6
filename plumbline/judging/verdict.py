"""GO or NO-GO, with the reasons: the last line of every run."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from plumbline.judging.record import WORDS, Record, by_check

INTERRUPTED = 2
"""pytest's exit code of a run that somebody stopped."""

ACCEPTED = "accepted"


@dataclass(frozen=True)
class Verdict:
    """What the records of a run come to. `exit_status` is pytest's; `seconds` the whole command's."""

    records: Sequence[Record]
    target: str
    release: str
    seconds: float
    exit_status: int
    missing: Sequence[str] = ()
    """What makes it a NO-GO besides its checks, such as what is required and was not there; a sentence each."""
    withheld: Sequence[str] = ()
    """What holds a secret that could not be masked, and so is in no report, a sentence each."""
    refused: Sequence[str] = ()
    """What pages wanted and this run may not do, a line each."""

    @property
    def go(self) -> bool:
        """Whether the release may go: everything that was asked ran, nothing is red, missing or withheld."""
        return self.exit_status == 0 and self.counts["pass"] > 0 and not self.missing and not self.withheld

    @property
    def answer(self) -> str:
        """`GO` or `NO-GO`."""
        return "GO" if self.go else "NO-GO"

    @property
    def release_word(self) -> str:
        """The release as one word: the platform names it, and who reads it splits at blanks and lines."""
        return re.sub(r"[^\w.+:/@-]", "?", self.release) or "unknown"

    @property
    def counts(self) -> Counter[str]:
        """How many checks ended in each word."""
        return Counter(record.word for record in by_check(self.records))

    @property
    def red_rows(self) -> list[str]:
        """The rows that failed, in the order in which they ran, each once."""
        return list(dict.fromkeys(record.row for record in by_check(self.records) if record.word == "fail"))

    @property
    def _blocking(self) -> list[str]:
        return list(dict.fromkeys(record.blocked_by for record in by_check(self.records) if record.blocked_by))

    def line(self) -> str:
        """`GO target=reference release=dev pass=13 fail=0 … seconds=2.1 [SES-2 …]`, with `accepted=1` before seconds.

        Where no red was accepted that word is left out. The rows are those that failed; where none did, those that
        block others.
        """
        numbers = " ".join(f"{word}={self.counts[word]}" for word in WORDS if word != ACCEPTED or self.counts[word])
        named = self.red_rows or self._blocking
        rows = f" [{' '.join(named)}]" if named else ""
        return (
            f"{self.answer} target={self.target} release={self.release_word} {numbers} seconds={self.seconds:.1f}{rows}"
        )

    def reasons(self) -> Iterator[str]:
        """What else a person has to know, a line each: missing, withheld, refused, not run and why, expected red."""
        yield from self.missing
        yield from self.withheld
        yield from (f"refused: {what}" for what in self.refused)
        yield from folded(self.records)
        yield from passing_again(self.records)
        yield from measured(self.records)
        if self.exit_status == INTERRUPTED:
            yield "interrupted: the rest was not run"


def measured(records: Iterable[Record]) -> Iterator[str]:
    """What checks have measured, a line a check: `measured: seconds until health was well again 0.41 [HLT-3]`."""
    for record in records:
        if record.measured:
            values = ", ".join(f"{what} {value:g}" for what, value in record.measured.items())
            yield f"measured: {values} [{record.title}]"


def folded(records: Iterable[Record]) -> Iterator[str]:
    """What is neither green nor red, folded by why: `blocked by SES-1: 12 checks; I log in and … [SES-2, …]`."""
    kept: dict[str, list[Record]] = {}
    for record in by_check(records):
        if record.word not in {"pass", "fail"}:
            kept.setdefault(record.blocked_by or f"{record.word}: {record.reason}", []).append(record)
    for checks in kept.values():
        titles = ", ".join(dict.fromkeys(record.title for record in checks))
        yield f"{_why(checks)} [{titles}]"


def _why(checks: Sequence[Record]) -> str:
    first, count = checks[0], len(checks)
    reason = first.reason.partition("\n")[0]
    if not first.blocked_by:
        return f"{first.word}: {reason}"
    row = f"blocked by {first.blocked_by}"
    return f"{row}: {count} check{'s' if count > 1 else ''}; {reason.removeprefix(f'{row}: ')}"


def passing_again(records: Sequence[Record]) -> list[str]:
    """`SES-5 passes: take it out of quarantine.toml`, for each entry of which all checks are green."""
    words: dict[tuple[str, str], set[str]] = {}
    for record in by_check(records):
        if record.entry:
            words.setdefault((record.entry, record.entered_in), set()).add(record.word)
    return [f"{title} passes: take it out of {place}" for (title, place), seen in words.items() if seen == {"pass"}]
