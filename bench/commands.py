"""Whole commands, timed from outside: smoke, floor, collection, and one more check by the slope."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from bench.family import family, pss
from bench.target import ROOT
from plumbline.browsing.chromium import SETTING, Chromium, find
from plumbline.judging.catalogue import Catalogue
from plumbline.standing import bytecode, processes
from plumbline.standing.processes import Process, last_lines

if TYPE_CHECKING:
    from pathlib import Path

    from bench.keeping import Keeping

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

    def __post_init__(self) -> None:
        self._numbers = count(1)

    def seconds(self, command: Sequence[str], **more: str) -> float:
        """Seconds that a whole command takes. CommandFailed where it does not end with 0."""
        return self.watched(command, lambda _: None, **more)

    def watched(self, command: Sequence[str], look: Callable[[Process], None], **more: str) -> float:
        """The same, with a look at its process about every 100 ms (`look` may take its time)."""
        log = self.folder / f"command-{next(self._numbers)}.log"
        env = {**os.environ, "PLUMBLINE_FRESH": "1", "PLUMBLINE_REPORTS": str(self.folder / "reports"), **more}
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

    def smoke(self, *words: str, browser: Chromium | None = None, kept: Keeping | None = None) -> float:
        """Seconds of one smoke, as a person types it; on what is kept where that is given, else on nothing."""
        env = {SETTING: str(browser.executable)} if browser else {}
        if kept is not None:
            kept.rest()
            env |= {"PLUMBLINE_HOME": str(kept.home), "PLUMBLINE_FRESH": "0"}
        return self.seconds([*SMOKE, *words], **env)

    def floor(self, browser: Chromium | None, *, forked: bool = False) -> float:
        """Seconds of the floor script; without a browser where there is none given."""
        words = ["--folder", str(self._new_folder()), *_in(browser), *(["--forked"] if forked else [])]
        command = [sys.executable, "-m", "bench.floor", *words]
        return self.seconds(command, PYTHONDONTWRITEBYTECODE="", **bytecode.environment())

    def warm_floor(self, browser: Chromium | None, kept: Keeping) -> float:
        """Seconds of the floor on what is kept; without installed packages, which it does not ask for."""
        words = ["--home", str(kept.home), "--folder", str(self._new_folder()), *_in(browser)]
        kept.rest()
        command = [sys.executable, "-S", "-m", "bench.warm_floor", *words]
        return self.seconds(command, PYTHONDONTWRITEBYTECODE="", **bytecode.environment())

    def _new_folder(self) -> Path:
        folder = self.folder / f"floor-{next(self._numbers)}"
        folder.mkdir()
        return folder

    def copies(self, number: int) -> float:
        """Seconds of a run with so many copies of the cheap check."""
        return self.seconds([*PYTEST, "-p", "bench.copies", CHEAP], BENCH_COPIES=str(number))

    def one_more_check(self) -> float:
        """Milliseconds of one more check: the slope between a run with many copies of it and one with few."""
        few = self.copies(FEW)
        return (self.copies(MANY) - few) * 1000 / (MANY - FEW)


def _in(browser: Chromium | None) -> list[str]:
    return ["--browser", str(browser.executable)] if browser else []


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
        sums.append(sum(pss(pid) for pid in family(process.pid)))

    commands.watched(SMOKE, look)
    return max(sums) / 1024
