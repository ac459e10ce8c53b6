"""What `make up` keeps, brought up for the bench alone: in a home of its own, ended with it."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bench.family import family, ticks
from bench.target import ROOT, reference
from plumbline.standing import processes
from plumbline.standing.kept import Kept, note_in
from plumbline.standing.processes import Process, ProcessFailed

READY = 150.0
"""Seconds for everything to be up: the first time makes the data directory."""
REST = 0.2
"""Seconds between two looks at whether it is idle."""
IDLE = 1
"""Ticks of processor time that count as nothing."""


@dataclass(frozen=True)
class Keeping:
    """A keeper that runs, and where it left its note. It is our child: whatever ends the bench ends it too."""

    process: Process
    home: Path

    @classmethod
    def begin(cls, folder: Path) -> Keeping:
        """Brings it up. ProcessFailed, with its last words, where it does not come."""
        home, log = folder / "home", folder / "keeper.log"
        home.mkdir()
        command = [sys.executable, "-m", "plumbline", "keep", "--target", "reference"]
        env = {**os.environ, "PLUMBLINE_HOME": str(home)}
        keeping = cls(processes.spawn(command, name="keeper", log=log, env=env, cwd=ROOT), home)
        ends = time.monotonic() + READY
        while keeping.note is None:
            if keeping.process.wait(0.05) is not None or time.monotonic() > ends:
                raise ProcessFailed(f"the keeper did not come up; its log ends:\n{keeping.process.last_lines()}")
        return keeping

    @property
    def note(self) -> Kept | None:
        """What the next run finds; None where there is no keeper yet, or any more."""
        return Kept.read(note_in(self.home))

    def rest(self) -> None:
        """Waits until it has cleared up after the last run and has a platform in stock again.

        ProcessFailed where a run would not use what it keeps: that would be measured as a warm one.
        """
        note = self.note
        changed = note.made.difference(reference()) if note else "the keeper ended"
        if changed:
            raise ProcessFailed(f"{changed} while the bench ran: a warm run would be a cold one")
        ends = time.monotonic() + READY
        last = -READY
        while abs((now := self._ticks()) - last) > IDLE and time.monotonic() < ends:
            last = now
            self.process.wait(REST)

    def _ticks(self) -> int:
        return sum(ticks(pid) for pid in family(self.process.pid))

    def end(self) -> None:
        """Ends it, with all that it keeps."""
        self.process.stop(20)
