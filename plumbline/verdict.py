"""GO or NO-GO, with the reasons: the last line of every run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from plumbline.record import WORDS, Record, by_check


@dataclass(frozen=True)
class Verdict:
    """What the records of a run come to. `exit_status` is pytest's; `seconds` the whole command's."""

    records: Sequence[Record]
    target: str
    release: str
    seconds: float
    exit_status: int

    @property
    def go(self) -> bool:
        """Whether the release may go: everything that was asked ran and nothing is red."""
        return self.exit_status == 0 and self.counts["pass"] > 0

    @property
    def counts(self) -> Counter[str]:
        """How many checks ended in each word."""
        return Counter(record.word for record in by_check(self.records))

    @property
    def red_rows(self) -> list[str]:
        """The rows that failed, in the order in which they ran, each once."""
        return list(dict.fromkeys(record.row for record in by_check(self.records) if record.word == "fail"))

    def line(self) -> str:
        """`GO target=reference release=dev pass=13 fail=0 … seconds=2.1 []`."""
        numbers = " ".join(f"{word}={self.counts[word]}" for word in WORDS)
        rows = f" [{' '.join(self.red_rows)}]" if self.red_rows else ""
        answer = "GO" if self.go else "NO-GO"
        return (
            f"{answer} target={self.target} release={self.release or 'unknown'} {numbers}"
            f" seconds={self.seconds:.1f}{rows}"
        )
