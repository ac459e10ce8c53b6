"""One run: its name, its folder (in memory where there is room), its rendezvous, and how it is cleared away.

The folder's name, `plumbline-<pid>-<start time>-<random>`, says who owns it. A watchdog ends what is left of
the run when its controller is gone; the next run clears what a run and its watchdog both left.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from plumbline.deadlines import wait_until
from plumbline.standing import processes
from plumbline.standing.outliving import start_watchdog
from plumbline.standing.strays import end_strays

ROOM = 512 * 1024 * 1024
MEMORY = Path("/dev/shm")  # noqa: S108 - Linux's shared memory; the folder made in it is 0700
WATCHDOG = Path(__file__).with_name("watchdog.sh")
NAME = re.compile(r"plumbline-(?P<pid>\d+)-(?P<start>[\w:]+)-[0-9a-f]+")


class NotReached(RuntimeError):
    """What the controller starts is not there: its own message, or that it did not come in time."""


class Rendezvous:
    """Where the controller says what it has started, one JSON object for all processes of the run.

    The controller writes it aside and renames it, so that a reader never sees half of it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._changed = threading.Condition()
        self._written: dict[str, object] = {}

    def write(self, **facts: object) -> None:
        """Add facts, each a JSON value under its name."""
        with self._changed:
            known = self._written = {**self._written, **facts}
            aside = self.path.with_suffix(".aside")
            aside.touch(mode=0o600)
            aside.write_text(json.dumps(known), "utf-8")
            aside.replace(self.path)
            self._changed.notify_all()

    def fail(self, name: str, message: str) -> None:
        """Say that ``name`` will not come; whoever reads it gets `NotReached` with this message."""
        self.write(**{f"{name} failed": message})

    def read(self, name: str, within: float) -> dict[str, str]:
        """The facts under ``name``, awaited at most ``within`` seconds. Raises `NotReached`."""
        seen: dict[str, object] = {}

        def there() -> bool:
            seen.update(self._written or self._now())
            return name in seen or f"{name} failed" in seen

        if not (self._wait_here(there, within) if self._written else wait_until(there, within=within)):
            raise NotReached(
                f"{name} did not start within {within:g} s; so far there is: {', '.join(seen) or 'nothing'}"
            )
        facts = seen.get(name)
        if not isinstance(facts, dict):
            raise NotReached(str(seen[f"{name} failed"]))
        return facts

    def _wait_here(self, there: Callable[[], bool], within: float) -> bool:
        """In the process that writes: told at once, where polling would take turns from threads that import."""
        with self._changed:
            return self._changed.wait_for(there, timeout=within)

    def _now(self) -> dict[str, object]:
        try:
            found: dict[str, object] = json.loads(self.path.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        return found


@dataclass(frozen=True)
class Place:
    """Where temporary things go, and why there."""

    path: Path
    why: str


class Run:
    """A run of the suite. The controller begins and ends it; its workers join it by its folder."""

    def __init__(self, folder: Path, place: Place) -> None:
        self.folder = folder
        self.id = folder.name.removeprefix("plumbline-")
        self.pid, self.started = self.id.split("-")[:2]
        self.short = self.id.rpartition("-")[2]
        self.place = place
        self.rendezvous = Rendezvous(folder / "rendezvous.json")
        self._watch: int | None = None
        self._watchdog: subprocess.Popen[bytes] | None = None

    @classmethod
    def begin(cls) -> Run:
        """Make the run's folder, set its watchdog, and clear away what dead runs have left."""
        place = choose_place()
        start = processes.start_time(os.getpid())
        folder = place.path / f"plumbline-{os.getpid()}-{start}-{os.urandom(4).hex()}"
        folder.mkdir(mode=0o700)
        run = cls(folder, place)
        (folder / "tmp").mkdir(mode=0o700)
        (folder / "world").write_text(world(), "utf-8")
        run._set_watchdog()
        sweep()  # before TMPDIR is the run's own
        run._belong()
        return run

    @classmethod
    def join(cls, folder: Path) -> Run:
        """Belong to the run of this folder, in a worker; what is started here is the run's."""
        run = cls(folder, Place(folder.parent, "chosen by the controller"))
        run._belong()
        return run

    def end(self) -> None:
        """End what was started here. In the controller the folder goes too, and the watchdog is let go."""
        processes.end_all()
        if self._watch is None or self._watchdog is None:
            return
        end_strays(self.id, spared=self._watchdog.pid)
        import shutil

        shutil.rmtree(self.folder, ignore_errors=True)
        if not self.folder.exists():
            os.write(self._watch, b"done\n")
        os.close(self._watch)
        self._watch = None
        self._watchdog.wait()

    def _belong(self) -> None:
        # In the environment too, for what others start for the run: xdist its workers, Playwright its driver.
        os.environ.update(PLUMBLINE_RUN=self.id, TMPDIR=str(self.folder / "tmp"))
        tempfile.tempdir = None
        processes.belong_to(self.id, self.folder)

    def _set_watchdog(self) -> None:
        reading, self._watch = os.pipe()
        self._watchdog = _clear(self.folder, self.id, reading)
        os.close(reading)


def choose_place() -> Place:
    """Memory where at least 512 MB are free and may be written, else the folder for temporary things."""
    try:
        room = os.statvfs(MEMORY)
        free = room.f_bavail * room.f_frsize
        if free >= ROOM and os.access(MEMORY, os.W_OK | os.X_OK):
            return Place(MEMORY, f"in memory ({MEMORY}, {free >> 20} MB free)")
        reason = (
            f"{MEMORY} has {free >> 20} MB free, {ROOM >> 20} are needed" if free < ROOM else f"{MEMORY} is read-only"
        )
    except OSError:
        reason = f"there is no {MEMORY}"
    place = Path(tempfile.gettempdir())
    return Place(place, f"on disk ({place}): {reason}; runs are slower for it")


def started_seconds_ago() -> float:
    """How long ago this process started, imports included; where that is unknown, the time it computed."""
    start = processes.start_time(os.getpid())
    if not processes.LINUX or start is None:
        return time.process_time()
    return time.clock_gettime(time.CLOCK_BOOTTIME) - int(start) / os.sysconf("SC_CLK_TCK")


def sweep() -> list[Path]:
    """Clear what dead runs of this user left, processes and folders, in the background; which folders."""
    left = [folder for folder in _folders() if _is_dead(folder)]
    for folder in left:
        if not _same_boot(folder):  # a pid and start time of another boot may be anybody's by now
            (folder / "processes").unlink(missing_ok=True)
        _clear(folder, folder.name.removeprefix("plumbline-"), subprocess.DEVNULL)
    return left


def _folders() -> Iterator[Path]:
    for place in {MEMORY, Path(tempfile.gettempdir())}:
        try:
            found = [entry for entry in place.iterdir() if NAME.fullmatch(entry.name)]
        except OSError:
            continue
        yield from found


def _is_dead(folder: Path) -> bool:
    """Whether the owner of a folder is gone; in doubt it is not (another user's, another pid namespace's)."""
    try:
        if folder.is_symlink() or folder.stat().st_uid != os.getuid():
            return False
    except OSError:
        return False
    return not _same_boot(folder) or is_gone(folder.name.removeprefix("plumbline-"), _world_of(folder))


def is_gone(run_id: str, where: str) -> bool:
    """Whether the run of this id, in this `world`, has ended; in doubt (another world) it has not."""
    named = NAME.fullmatch(f"plumbline-{run_id}")
    return named is not None and where == world() and processes.start_time(int(named["pid"])) != named["start"]


def _same_boot(folder: Path) -> bool:
    return _world_of(folder).split()[0] == world().split()[0]


def _world_of(folder: Path) -> str:
    try:
        return (folder / "world").read_text("utf-8") or world()
    except OSError:
        return world()


def world() -> str:
    """Which boot and which space of pids this is: only within one does a pid mean anything."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("utf-8").strip()
        return f"{boot} {Path('/proc/self/ns/pid').stat().st_ino}"
    except OSError:
        return "unknown unknown"


def _clear(folder: Path, run_id: str, reading: int) -> subprocess.Popen[bytes]:
    """Start the watchdog: it waits for the end of ``reading``, then clears what is left of the run."""
    return start_watchdog(["sh", str(WATCHDOG), str(folder), run_id], reading)
