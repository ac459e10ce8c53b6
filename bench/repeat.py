"""N whole runs, each with a seed and an order of its own, every second one with two workers: `20/20 GO`.

`make repeat N=20 ROWS=SES-5 LOAD=1 FAULT=name`. The reports of red runs stay in `reports/repeat-…/`.
"""

from __future__ import annotations

import argparse
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from plumbline.places import ROOT, reports_folder

USAGE, INTERRUPTED = 4, 2

LIMIT, LEAVING = 900, 60
"""Seconds after which a run has hung, and those that it then has to clear up."""

KEPT = 10
"""Calls whose red runs keep their reports."""

BUSY = f"""
import os
while os.getppid() == {os.getpid()}:
    for _ in range(1_000_000):
        pass
"""
"""Works without a pause, and ends by itself when nobody is left to end it."""


class Load:
    """Busy processes of normal priority beside the runs; `seconds` of CPU time that they had."""

    def __init__(self, processes: int) -> None:
        # A group of their own: Ctrl-C goes to whoever started them, and ends them in order.
        command = [sys.executable, "-c", BUSY]
        self._busy = [subprocess.Popen(command, process_group=0) for _ in range(processes)]
        self.seconds = 0.0

    def end(self) -> None:
        """Ends them, and sees what they have used."""
        for process in self._busy:
            process.kill()
        for process in self._busy:
            _, process.returncode, used = os.wait4(process.pid, 0)
            self.seconds += used.ru_utime + used.ru_stime
        self._busy = []


@dataclass(frozen=True)
class Ended:
    """One run that has ended, and what it said."""

    arguments: Sequence[str]
    code: int
    seconds: float
    output: str
    reports: Path
    hung: bool = False

    @property
    def go(self) -> bool:
        """Whether its verdict is GO."""
        return self.code == 0 and not self.hung

    @property
    def alone(self) -> bool:
        """Whether it had no workers."""
        return "-n" not in self.arguments

    @property
    def red(self) -> str:
        """The rows that its verdict names; where there is none, the exit code."""
        if self.hung:
            return f"no end within {self.seconds:.0f} s"
        rows = re.search(r"^NO-GO .*(\[.*\])$", self.output, re.MULTILINE)
        return rows[1] if rows else f"exit {self.code}"


def run(arguments: Sequence[str], reports: Path, limit: float) -> Ended:
    """One run to its end, or its limit; its output goes beside its reports. Ctrl-C is handed on: it clears up."""
    reports.mkdir(parents=True)
    log = reports / "output"
    env = {**os.environ, "PLUMBLINE_REPORTS": str(reports)}
    started = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "pytest", *arguments], cwd=ROOT, env=env,
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, process_group=0,
        )  # fmt: skip
        try:
            hung = not _ends(process, limit)
        except KeyboardInterrupt:
            process.send_signal(signal.SIGINT)
            process.wait()
            raise
    spent, said = time.monotonic() - started, log.read_text("utf-8", "replace")
    return Ended(arguments, process.returncode, spent, said, reports, hung)


def _ends(process: subprocess.Popen[bytes], limit: float) -> bool:
    """Whether it ends by itself within so many seconds; afterwards it has ended."""
    try:
        process.wait(limit)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(LEAVING)
        except subprocess.TimeoutExpired:
            process.kill()  # what it has started ends with it: its watchdog stands by
            process.wait()
        return False
    return True


def arguments_of(number: int, asked: argparse.Namespace) -> list[str]:
    """What the run of this number is asked for: the smoke or the rows, by a seed of its own, with workers or alone."""
    what = ["--rows", asked.rows] if asked.rows else ["-m", "smoke"]
    fault = ["--fault", asked.fault] if asked.fault else []
    workers = ["-n", "2"] if number % 2 == 0 else []
    return [*what, *fault, "--shuffle", "--seed", str(secrets.randbelow(1_000_000)), *workers]


def tell(number: int, asked: argparse.Namespace, ended: Ended) -> None:
    """A line a run; below a red one what repeats it and where its reports lie."""
    words = ended.arguments
    workers = "" if ended.alone else "  -n 2"
    answer = "GO" if ended.go else f"NO-GO {ended.red}"
    seed = words[words.index("--seed") + 1]
    print(f"{number}/{asked.runs}  {answer}  {ended.seconds:.1f} s  seed {seed}{workers}", flush=True)
    if not ended.go:
        print(f"    repeat   pytest {' '.join(words)}")
        print(f"    reports  {_shown(ended.reports)}", flush=True)


def repeat(asked: argparse.Namespace, folder: Path) -> list[Ended]:
    """The runs that have ended, all of them unless somebody interrupts; SystemExit where they are asked for wrongly."""
    all_ended: list[Ended] = []
    try:
        for number in range(1, asked.runs + 1):
            ended = run(arguments_of(number, asked), folder / f"{number:03}", asked.limit)
            if ended.code == USAGE:
                print(ended.output.strip(), file=sys.stderr)
                raise SystemExit(USAGE)
            all_ended.append(ended)
            tell(number, asked, ended)
            if ended.go:
                shutil.rmtree(ended.reports)
    except KeyboardInterrupt:
        print(f"interrupted after {len(all_ended)} of {asked.runs} runs")
    finally:
        _keep_red(folder, {ended.reports for ended in all_ended if not ended.go})
    return all_ended


def _keep_red(folder: Path, red: set[Path]) -> None:
    """Of this call's reports those of red runs stay, and of all calls the newest ten."""
    for reports in set(folder.glob("*")) - red:
        shutil.rmtree(reports, ignore_errors=True)
    if folder.is_dir() and not red:
        folder.rmdir()
    for old in sorted(folder.parent.glob("repeat-*"))[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)


def asked_for(words: Sequence[str]) -> argparse.Namespace:
    """The command line; SystemExit with one message where it is wrong."""
    parser = argparse.ArgumentParser(prog="python -m bench.repeat", description="N whole runs: are all of them GO?")
    parser.add_argument("runs", nargs="?", default="20", help="how many [20]")
    parser.add_argument("--rows", default="", help="the checks of these rows; else the smoke")
    parser.add_argument("--fault", default="", help="with this failure brought back")
    parser.add_argument("--load", action="store_true", help="two busy processes beside them")
    parser.add_argument("--limit", type=float, default=LIMIT, help=f"seconds of a run, then it is red [{LIMIT}]")
    asked = parser.parse_args(words)
    if not re.fullmatch("[0-9]{1,6}", asked.runs) or int(asked.runs) == 0:
        print(f"N={asked.runs}: give a whole number from 1 on, as in `make repeat N=20`", file=sys.stderr)
        raise SystemExit(USAGE)
    asked.runs = int(asked.runs)
    return asked


def main(words: Sequence[str]) -> int:
    """The runs, and the last line: 0 when every one was GO."""
    asked = asked_for(words)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a cancelled job ends what it started, too
    folder = reports_folder() / f"repeat-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}"
    load = Load(2 if asked.load else 0)
    try:
        ended = repeat(asked, folder)
    finally:
        load.end()
    if asked.load:
        print(f"load: two busy processes, {load.seconds:.0f} s of CPU time")
    if ended:
        print(took(ended))
    go = sum(run.go for run in ended)
    print(f"{go}/{asked.runs} GO")
    return INTERRUPTED if len(ended) < asked.runs else int(go < asked.runs)


def took(ended: Sequence[Ended]) -> str:
    """How long all of them took, and how long one alone and one with workers takes at the median."""
    kinds = {"alone": [one.seconds for one in ended if one.alone], "-n 2": [e.seconds for e in ended if not e.alone]}
    medians = ", ".join(f"{kind} {median(seconds):.0f} s" for kind, seconds in kinds.items() if seconds)
    return f"took: {sum(one.seconds for one in ended) / 60:.1f} min; at the median {medians}"


def _shown(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
