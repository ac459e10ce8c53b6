"""What the suite has made, written down before it is made, so that exactly that can be removed again.

A line a step: `about to make`, `made` with its id, `removed`. What was begun and has no id is reported, never
searched for by a name. The file outlives the run, is readable to its owner only, and holds no secret.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Entry:
    """A record that was made and is not removed yet."""

    number: int
    kind: str
    id: Any
    origin: str


class Ledger:
    """The ledger of one process of a run, at `path`."""

    def __init__(self, path: Path, origin: str, mark: str) -> None:
        self.path = path
        self.origin = origin
        self.mark = mark
        self._numbers = count(1)
        self._open: dict[int, Entry] = {}

    def make(self, kind: str, making: Callable[[], Any]) -> Entry:
        """Writes down what is about to be made, makes it (`making` returns its id), and writes down the id."""
        number = next(self._numbers)
        self._write(step="about to make", number=number, kind=kind)
        entry = Entry(number, kind, making(), self.origin)
        self._write(step="made", number=number, kind=kind, id=entry.id)
        self._open[number] = entry
        return entry

    def remove(self, entry: Entry, removing: Callable[[Any], None]) -> None:
        """Removes what the ledger holds, once."""
        if entry.number in self._open:
            removing(entry.id)
            self._write(step="removed", number=entry.number, kind=entry.kind, id=entry.id)
            del self._open[entry.number]

    def close(self) -> None:
        """Takes the file away when everything in it is removed again; else it stays for the next clean-up."""
        if not self._open:
            self.path.unlink(missing_ok=True)

    def _write(self, **line: object) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            text = json.dumps({"origin": self.origin, "mark": self.mark, **line})
            os.write(descriptor, text.encode() + b"\n")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
