"""Kills the suite in the middle, N times without workers and N times with two, and looks for what it left.

    python -m bench.kill_test 10

Each time `pytest -m smoke` is started, its process tree watched, and its controller killed by SIGKILL at a
moment that was seen, not guessed. Two seconds later nothing of it may be left: no process, run folder,
System V segment or temporary file.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from plumbline.deadlines import wait_until
from plumbline.standing.below import start_time

ROOT = Path(__file__).parents[1]
SHARED = Path("/dev/shm")
LIMIT = 2.0
"""Seconds within which everything has to be gone."""
STRAY = ("playwright", ".org.chromium", "org.chromium", ".com.google", "chromium-")
"""How things begin that programs put into the machine's own folder when they ignore TMPDIR."""


@dataclass
class Tree:
    """Every process seen to descend from one, by pid and start time, also after its parent ended."""

    root: int
    seen: dict[int, str] = field(default_factory=dict)
    commands: dict[int, list[str]] = field(default_factory=dict)

    def look(self) -> None:
        """Look once at all processes of the machine."""
        parents = _parents()
        for pid in parents:
            line = [pid]
            while line[-1] > 1 and line[-1] != self.root and line[-1] not in self.seen and line[-1] in parents:
                line.append(parents[line[-1]])
            if line[-1] == self.root or line[-1] in self.seen:
                for member in line:
                    start = self.seen.get(member) or start_time(member)
                    if start:
                        self.seen[member] = start
                        self.commands[member] = _command(member)

    def alive(self) -> list[str]:
        """Those of the tree, or of its run, that still live."""
        self.look()
        mark = f"PLUMBLINE_RUN={self.root}-".encode()
        place = f"plumbline-{self.root}-"
        found = {pid for pid, start in self.seen.items() if start_time(pid) == start}
        for pid in _parents():
            if pid != os.getpid() and (mark in _bytes(pid, "environ") or place in " ".join(_command(pid))):
                found.add(pid)
        return [f"{pid} {' '.join(_command(pid))[:90]}" for pid in sorted(found)]

    def runs(self, name: str) -> bool:
        """Whether a process of the tree runs a program with this in the name of its file."""
        return any(name in Path(command[0]).name for command in self.commands.values() if command)


@dataclass
class Victim:
    """One run of the suite, about to be killed."""

    process: subprocess.Popen[bytes]
    tree: Tree
    workers: bool

    @property
    def folder(self) -> Path | None:
        """The run's folder, once there is one."""
        return next(iter(_folders(self.process.pid)), None)

    def recorded(self) -> list[str]:
        """The names of the processes that the run has started, in order."""
        try:
            lines = (self.folder / "processes").read_text("utf-8").splitlines() if self.folder else []
        except OSError:
            return []
        return [line.split(" ", 3)[3] for line in lines]


def in_initdb(victim: Victim) -> bool:
    return victim.tree.runs("initdb")


def in_the_copy(victim: Victim) -> bool:
    return victim.tree.runs("cp")


def in_the_launch_of_a_browser(victim: Victim) -> bool:
    return victim.tree.runs("chrom") or victim.tree.runs("headless")


def in_a_restart(victim: Victim) -> bool:
    names = victim.recorded()
    return any(names.count(name) > 1 for name in set(names) - MACHINERY)


def in_a_check_with_a_platform_of_its_own(victim: Victim) -> bool:
    """A worker, or without workers the controller, is inside a check that takes long."""
    return bool(set(victim.recorded()) - MACHINERY)


def at_random(_: Victim) -> bool:
    return False


MACHINERY = {"namespaces", "postgres", "redis", "warm", "platform", "initdb", "copy", "migrate", "seed"}
MOMENTS: dict[str, Callable[[Victim], bool]] = {
    "initdb": in_initdb,
    "copy": in_the_copy,
    "browser launch": in_the_launch_of_a_browser,
    "restart": in_a_restart,
    "inside a long check": in_a_check_with_a_platform_of_its_own,
    "random": at_random,
}


@dataclass(frozen=True)
class Left:
    """What one killed run left behind; a moment that never came is a failure too."""

    processes: list[str]
    folders: list[Path]
    segments: list[int]
    temporary: list[Path]
    seconds: float
    missed: bool

    @property
    def nothing(self) -> bool:
        """Whether the kill came when it should and left nothing."""
        return not (self.processes or self.folders or self.segments or self.temporary or self.missed)


def kill(moment: str, *, workers: bool, scratch: Path, longest: float) -> Left:
    """Start a run, kill its controller at the moment, and look; ``longest`` seconds for a random one."""
    temporary = Path(tempfile.mkdtemp(dir=scratch))
    before, segments = _temporary(temporary), _segments()
    victim = start(temporary, workers=workers, fresh=moment == "initdb")
    within = random.uniform(0.05, longest) if moment == "random" else 60.0  # noqa: S311 - no secret

    def come() -> bool:
        victim.tree.look()
        return victim.process.poll() is not None or MOMENTS[moment](victim)

    wait_until(come, within=within, every=0.005)
    missed = victim.process.poll() is not None
    victim.process.send_signal(signal.SIGKILL)
    victim.process.wait()
    started = os.times().elapsed
    gone = wait_until(lambda: not victim.tree.alive() and not _folders(victim.process.pid), within=LIMIT, every=0.01)
    seconds = os.times().elapsed - started
    return Left(
        processes=[] if gone else victim.tree.alive(),
        folders=_folders(victim.process.pid),
        segments=sorted(_abandoned(_segments().keys() - segments.keys())),
        temporary=sorted(_temporary(temporary) - before),
        seconds=seconds,
        missed=missed,
    )


def start(temporary: Path, *, workers: bool, fresh: bool = False) -> Victim:
    """Start the smoke; ``fresh`` gives it an empty PLUMBLINE_HOME, so that it has to prepare its server."""
    (temporary / "tmp").mkdir()
    environment = {**os.environ, "TMPDIR": str(temporary / "tmp"), "PLUMBLINE_FRESH": "1"}
    environment.pop("PLUMBLINE_RUN", None)
    if fresh:
        environment["PLUMBLINE_HOME"] = str(temporary / "home")
    argv = [sys.executable, "-m", "pytest", "-m", "smoke", *(["-n", "2"] if workers else [])]
    with (temporary / "output").open("wb") as output:
        # Not by plumbline.standing.processes: that would end what the killed controller leaves in its group.
        process = subprocess.Popen(argv, cwd=ROOT, env=environment, stdout=output, stderr=output, process_group=0)
    return Victim(process, Tree(process.pid), workers)


def _parents() -> dict[int, int]:
    parents = {}
    for entry in Path("/proc").glob("[0-9]*"):
        fields = _bytes(int(entry.name), "stat").rpartition(b") ")[2].split()
        if len(fields) > 1 and fields[0] != b"Z":
            parents[int(entry.name)] = int(fields[1])
    return parents


def _bytes(pid: int, what: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{what}").read_bytes()
    except OSError:
        return b""


def _command(pid: int) -> list[str]:
    return _bytes(pid, "cmdline").decode("utf-8", "replace").rstrip("\0").split("\0")


def _folders(pid: int) -> list[Path]:
    places = {SHARED, Path(tempfile.gettempdir())}
    return [found for place in places for found in place.glob(f"plumbline-{pid}-*")]


def _segments() -> dict[int, int]:
    """The System V segments of the machine and the pids that made them."""
    lines = Path("/proc/sysvipc/shm").read_text("utf-8").splitlines()[1:]
    return {int(fields[1]): int(fields[4]) for fields in map(str.split, lines)}


def _abandoned(new: set[int]) -> list[int]:
    """Of new segments, those whose maker is gone; others of this machine's users come and go."""
    makers = _segments()
    return [segment for segment in new if segment in makers and start_time(makers[segment]) is None]


def _temporary(own: Path) -> set[Path]:
    """What lies in the run's TMPDIR, and what looks like ours where programs ignore TMPDIR."""
    places = [Path(tempfile.gettempdir()), SHARED]
    inside = {path for place in places for path in place.iterdir() if path.name.startswith(STRAY)}
    return inside | (set((own / "tmp").iterdir()) if (own / "tmp").exists() else set())


def report(moment: str, number: int, left: Left, *, workers: bool) -> None:
    """One line a kill, and what it left."""
    how = "-n 2" if workers else "    "
    state = f"gone in {left.seconds:.2f} s" if left.nothing else "NOT gone"
    print(f"{number:3}  {how}  killed at {moment:20} {state}", flush=True)
    if left.missed:
        print("       the run ended before that moment came")
    for thing in (*left.processes, *left.folders, *left.segments, *left.temporary):
        print(f"       left: {thing}")


def prepare(scratch: Path) -> float:
    """One whole run, so that a prepared data directory is there to be copied; its seconds."""
    temporary = Path(tempfile.mkdtemp(dir=scratch))
    victim = start(temporary, workers=False)
    started = os.times().elapsed
    code = victim.process.wait()
    seconds = os.times().elapsed - started
    last = (temporary / "output").read_text("utf-8", "replace").strip().splitlines()[-1:]
    print(*last, flush=True)
    if code not in {0, 1}:
        sys.exit(f"the smoke does not run here (exit {code}): the kills would prove nothing")
    return seconds


def main(times: int) -> int:
    """Kill that often without and with workers; 0 when nothing was ever left."""
    scratch = Path(tempfile.mkdtemp(prefix="kill-test-"))
    try:
        longest = prepare(scratch) * 0.8
        all_left: list[Left] = []
        for workers in (False, True):
            for number in range(times):
                moment = list(MOMENTS)[number % len(MOMENTS)]
                left = kill(moment, workers=workers, scratch=scratch, longest=longest)
                report(moment, len(all_left) + 1, left, workers=workers)
                all_left.append(left)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    gone = sum(not left.processes and not left.missed for left in all_left)
    folders, segments, temporary = (
        sum(len(getattr(left, kind)) for left in all_left) for kind in ("folders", "segments", "temporary")
    )
    print(f"{gone}/{len(all_left)} gone, {folders} folders, {segments} segments, {temporary} temporary")
    return 0 if all(left.nothing for left in all_left) else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10))
