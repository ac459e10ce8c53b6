"""The processes below one that was started; Linux tells of them in /proc, elsewhere nothing is seen."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from plumbline.deadlines import wait_until

LINUX = sys.platform.startswith("linux")


@dataclass(frozen=True)
class Below:
    """A process below another: its pid, when it started, its parent and what it executes."""

    pid: int
    start: str
    parent: int
    program: str

    @property
    def lives(self) -> bool:
        """Whether it still runs; a pid that another has got by now does not count."""
        return start_time(self.pid) == self.start

    def signal(self, number: int) -> None:
        """Sends it a signal, unless it has ended."""
        with suppress(ProcessLookupError):
            if self.lives:
                os.kill(self.pid, number)


def below(pid: int) -> list[Below]:
    """The children of a process, theirs, and so on."""
    children: dict[int, list[int]] = {}
    for place in Path("/proc").glob("[0-9]*") if LINUX else ():
        with suppress(OSError):  # it has ended meanwhile
            parent = int((place / "stat").read_bytes().rpartition(b") ")[2].split()[1])
            children.setdefault(parent, []).append(int(place.name))
    found, parents = [], [pid]
    while parents:
        parent = parents.pop()
        for child in children.get(parent, ()):
            parents.append(child)
            if (start := start_time(child)) is not None:
                found.append(Below(child, start, parent, program_of(child)))
    return found


def end(processes: Sequence[Below], grace: float) -> None:
    """Ends those that still live: asked to at first, then at once."""
    for one in processes:
        one.signal(signal.SIGTERM)
    if not wait_until(lambda: not any(one.lives for one in processes), within=max(grace, 0)):
        for one in processes:
            one.signal(signal.SIGKILL)
        wait_until(lambda: not any(one.lives for one in processes), within=5.0)


def start_time(pid: int) -> str | None:
    """When a process started, as a text that only compares equal with itself; None when it is gone.

    With the pid it names a process for good: a recycled pid has another start time.
    """
    if not LINUX:
        seen = subprocess.run(["/bin/ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
        return "_".join(seen.stdout.split()) or None
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b") ")[2].split()
    except OSError:
        return None
    return None if fields[0] == b"Z" else fields[19].decode()


def program_of(pid: int) -> str:
    """What a process executes; empty where that is not told."""
    with suppress(OSError):
        return str(Path(f"/proc/{pid}/exe").readlink())
    return ""
