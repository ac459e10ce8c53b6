"""Speed, each figure beside its floor, in turns, in one run: `python -m bench [--only NAME] [--runs N]`.

Prints a table and ends with one line; exit 1 where a goal of the project is missed.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NoReturn

from bench.commands import COLLECTION, IMPORT, CommandFailed, Commands, browsers, peak_memory, without_browser
from bench.instances import eight_more, restarted, started
from bench.keeping import Keeping
from bench.measure import EXPLAINED, HEAD, Measure
from bench.parts import Parts
from plumbline.run import Run
from plumbline.standing.processes import ProcessFailed

if TYPE_CHECKING:
    from plumbline.browsing.chromium import Chromium

KNOWN_FLOORS = {
    "cold, with browser": "1.70 / 2.14",
    "cold, without browser": "1.06 / 1.83",
    "warm, with browser": "0.66 / 0.96",
    "warm, without browser": "0.09 / 0.11",
}
"""Seconds of the floor, min / median, where the project's goals were set: two shared cores, November 2026."""

RUNS = 5


@dataclass
class Bench:
    """What is measured in one run of the bench."""

    run: Run

    @cached_property
    def commands(self) -> Commands:
        """Whole commands."""
        return Commands(self.run.folder)

    @cached_property
    def kept(self) -> Keeping:
        """What `make up` would keep, brought up with the first warm measure."""
        kept = Keeping.begin(self.run.folder)
        for _ in range(2):  # the first run on a home makes what later ones find
            self.commands.smoke(kept=kept)
        return kept

    @cached_property
    def parts(self) -> Parts:
        """Parts of a run."""
        return Parts.of(self.run)

    def measures(self) -> list[Measure]:
        """Every line of the table, in order."""
        return [*self._cold(), *self._warm(), *self._small(), *self._instances(), *self._whole()]

    def end(self) -> None:
        """Ends what was started."""
        if "parts" in self.__dict__:
            self.parts.end()
        if "kept" in self.__dict__:
            self.kept.end()

    def _cold(self) -> list[Measure]:
        commands, found = self.commands, browsers()

        def floor() -> float:
            return commands.floor(found[-1])  # the full browser

        with_browser = []
        for chromium in found:
            name = f"cold, with browser ({chromium.executable.name})"
            goal = 1.5 if chromium is found[-1] and len(found) > 1 else 1.2  # the floor has the full browser
            figure = _smoke_in(commands, chromium)
            with_browser.append(Measure(name, "s", figure, floor, ratio_goal=goal))
        words = without_browser()
        bare = Measure(
            "cold, without browser",
            "s",
            lambda: commands.smoke(*words),
            lambda: commands.floor(None),
            ratio_goal=1.3,
        )
        return [*with_browser, bare, *self._stricter(found[-1])]

    def _stricter(self, chromium: Chromium) -> list[Measure]:
        """The same beside a floor that forks its platforms from one that has imported, as the suite does.

        No goal was set for it; it shows how much of the ratios above is that trick.
        """
        commands = self.commands
        return [
            Measure(
                "cold, with browser, beside a forking floor", "s", commands.smoke,
                lambda: commands.floor(chromium, forked=True),
            ),
            Measure(
                "cold, without, beside a forking floor", "s", lambda: commands.smoke(*without_browser()),
                lambda: commands.floor(None, forked=True),
            ),
        ]  # fmt: skip

    def _warm(self) -> list[Measure]:
        commands, found = self.commands, browsers()
        with_browser = []
        for chromium in found:
            name = f"warm, with browser ({chromium.executable.name})"
            goal = 2.3 if chromium is found[-1] and len(found) > 1 else 2  # the floor has the full browser
            figure = _smoke_in(commands, chromium, lambda: self.kept)
            with_browser.append(
                Measure(name, "s", figure, lambda: commands.warm_floor(found[-1], self.kept), ratio_goal=goal)
            )
        words = without_browser()
        bare = Measure(
            "warm, without browser", "s", lambda: commands.smoke(*words, kept=self.kept),
            lambda: commands.warm_floor(None, self.kept), ratio_goal=8,
        )  # fmt: skip
        return [*with_browser, bare]

    def _small(self) -> list[Measure]:
        return [
            Measure(
                "one more API check", "ms", self.commands.one_more_check, self._part("bare_request"), ratio_goal=4
            ),
            Measure(
                "own database", "ms", self._part("own_database"), self._part("bare_clone"),
                ratio_goal=1.2, rounds=4,
            ),
            Measure(
                "own instance", "ms", self._part("own_instance"), self._part("bare_fork"),
                ratio_goal=1.6, rounds=4,
            ),
            Measure(
                "one more page", "ms", self._part("own_page"), self._part("bare_page"),
                ratio_goal=1.2, rounds=5,
            ),
        ]  # fmt: skip

    def _instances(self) -> list[Measure]:
        """What the failures of a session are found on; their goals are a person's patience and a small machine."""
        return [
            Measure("own instance, up", "s", lambda: started(self.parts), median_goal=1, rounds=2),
            Measure("own instance, restarted", "s", lambda: restarted(self.parts), median_goal=1, rounds=2),
            Measure("eight own instances more", "MB", lambda: eight_more(self.parts), goal=400),
        ]

    def _part(self, name: str) -> Callable[[], float]:
        """A method of `Parts`, which are started with the first call."""
        return lambda: float(getattr(self.parts, name)())

    def _whole(self) -> list[Measure]:
        commands = self.commands
        return [
            Measure(
                "collection (floor: import pytest)", "s", lambda: commands.seconds(COLLECTION),
                lambda: commands.seconds(IMPORT), ratio_goal=3.8,  # half a second where the import takes 0.13
            ),
            Measure(
                "evidence (floor: the smoke without)", "s", commands.smoke, lambda: commands.smoke("--evidence=none"),
                ratio_goal=1.1,
            ),
            Measure("memory", "MB", lambda: peak_memory(commands), goal=500),
        ]  # fmt: skip


def _smoke_in(
    commands: Commands, chromium: Chromium, kept: Callable[[], Keeping | None] = lambda: None
) -> Callable[[], float]:
    return lambda: commands.smoke(browser=chromium, kept=kept())


def main(argv: list[str]) -> int:
    """Measures what was asked for; 0, 1 where something is over, 4 where nothing has the name asked for."""
    asked = arguments().parse_args(argv)
    signal.signal(signal.SIGTERM, _interrupt)
    run = Run.begin()
    bench = Bench(run)
    try:
        chosen = [measure for measure in bench.measures() if asked.only in measure.name]
        if not chosen:
            names = ", ".join(measure.name for measure in bench.measures())
            print(f"--only {asked.only}: there are: {names}", file=sys.stderr)
            return 4
        return measured(bench, chosen, asked.runs)
    except (CommandFailed, ProcessFailed) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("bench: interrupted", file=sys.stderr)
        return 130
    finally:
        bench.end()
        run.end()


def measured(bench: Bench, chosen: list[Measure], runs: int) -> int:
    """Takes `runs` rounds of each measure and prints the table; the exit code."""
    started = time.monotonic()
    bench.commands.smoke()  # the first run on a machine makes what later ones find
    print(f"{runs} rounds on {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print(f"{EXPLAINED}\n{HEAD}", flush=True)
    for measure in chosen:
        for _ in range(runs * measure.rounds):
            measure.take()
        print(measure.line(), flush=True)
    for name, known in KNOWN_FLOORS.items():
        for measure in (each for each in chosen if each.name.startswith(name)):
            here = measure.floors.shown("s")
            print(f"floor of {measure.name}: {here} s here, {known} s where the goals were set")
    over = [measure.name for measure in chosen if measure.over]
    spent = time.monotonic() - started
    print(f"bench: {len(chosen) - len(over)} of {len(chosen)} within their goals, {spent:.0f} s"
          + (f"; over: {', '.join(over)}" if over else ""))  # fmt: skip
    return 1 if over else 0


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", default="", metavar="NAME", help="only measures with this in their name")
    parser.add_argument("--runs", type=int, default=RUNS, metavar="N", help=f"rounds (default {RUNS})")
    return parser


def _interrupt(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
