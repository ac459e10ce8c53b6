"""Whole commands, timed from outside: smoke, floor, collection, and one more check by the slope."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from plumbline import bytecode, processes
from plumbline.catalogue import Catalogue
from plumbline.chromium import SETTING, Chromium, find
from plumbline.processes import Process, last_lines

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 120.0
"""Seconds after which a command has failed."""

CHEAP = "suites/routes/test_closing_schedules.py::test_closing_schedules_are_listed_with_the_one_that_has_no_date"
"""A check with one request, recorded and held to the contract."""

FEW, MANY = 10, 210
"""Copies of the cheap check in the two runs between which the slope is taken."""


class CommandFailed(RuntimeError):
    """A command that is measured did not end with 0; the text has the end of what it said."""


@dataclass
class Commands:
    """Runs commands of the bench in a folder of its own; all of them end with it."""

    folder: Path
    """Whether the floor forks its platforms: stricter than the goals ask."""

    def __post_init__(self) -> None:
        self._numbers = count(1)

    def seconds(self, command: Sequence[str], **more: str) -> float:
        """Seconds that a whole command takes. CommandFailed where it does not end with 0."""
        return self.watched(command, lambda _: None, **more)

    def watched(self, command: Sequence[str], look: Callable[[Process], None], **more: str) -> float:
        """The same, with a look at its process about every 100 ms (`look` may take its time)."""
        log = self.folder / f"command-{next(self._numbers)}.log"
        env = {**os.environ, "PLUMBLINE_REPORTS": str(self.folder / "reports"), **more}
        started = time.monotonic()
        process = processes.spawn(command, name="bench", log=log, env=env, cwd=ROOT)
        while process.wait(0.1) is None:
            if time.monotonic() - started > LIMIT:
                process.kill()
                raise CommandFailed(f"{' '.join(command)} did not end within {LIMIT:g} s")
            look(process)
        spent = time.monotonic() - started
        if process.poll():
            raise CommandFailed(f"{' '.join(command)} ended with {process.poll()}\n{last_lines(log, 30)}")
        return spent

    def smoke(self, *words: str, browser: Chromium | None = None) -> float:
        """Seconds of one smoke, as a person types it."""
        return self.seconds([*SMOKE, *words], **({SETTING: str(browser.executable)} if browser else {}))

    def floor(self, browser: Chromium | None, *, forked: bool = False) -> float:
        """Seconds of the floor script; without a browser where there is none given."""
        words = ["--browser", str(browser.executable)] if browser else []
        folder = self.folder / f"floor-{next(self._numbers)}"
        folder.mkdir()
        command = [
            sys.executable,
            "-m",
            "bench.floor",
            "--folder",
            str(folder),
            *words,
            *(["--forked"] if forked else []),
        ]
        return self.seconds(command, PYTHONDONTWRITEBYTECODE="", **bytecode.environment())

    def copies(self, number: int) -> float:
        """Seconds of a run with so many copies of the cheap check."""
        return self.seconds([*PYTEST, "-p", "bench.copies", CHEAP], BENCH_COPIES=str(number))

    def one_more_check(self) -> float:
        """Milliseconds of one more check: the slope between a run with many copies of it and one with few."""
        few = self.copies(FEW)
        return (self.copies(MANY) - few) * 1000 / (MANY - FEW)


PYTEST = (sys.executable, "-m", "pytest", "-q")
SMOKE = (*PYTEST, "-m", "smoke")
COLLECTION = (*PYTEST, "--collect-only")
IMPORT = (sys.executable, "-c", "import pytest")


def without_browser() -> tuple[str, str]:
    """The words that take the pages out of the smoke: every other row of it by name."""
    catalogue = Catalogue.load(ROOT / "contract" / "regressions")
    rows = {row.id for row in catalogue.rows if row.smoke == "yes" and not row.planned}
    return "--rows", ",".join(sorted(row for row in rows if not row.startswith("BRW")))


def browsers() -> list[Chromium]:
    """The browser of a run here, and the full one where that is another."""
    usual, full = find(), find(headed=True)
    return [each for each in dict.fromkeys((usual, full)) if each is not None]


def peak_memory(commands: Commands) -> float:
    """Megabytes at the peak of the sum of PSS over the smoke's process tree, looked at every 100 ms."""
    sums: list[int] = []

    def look(process: Process) -> None:
        sums.append(sum(pss(pid) for pid in tree(process.pid)))

    commands.watched(SMOKE, look)
    return max(sums) / 1024


def tree(root: int) -> set[int]:
    """A process and all that descend from it."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_bytes().rpartition(b") ")[2].split()[1])
            except OSError:
                continue
    found = {root}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def pss(pid: int) -> int:
    """Kilobytes that a process has of memory, shared pages by its share; 0 when it is gone."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8")
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")), 0)
