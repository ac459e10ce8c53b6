"""The processes beside which a platform's own one serves, and whether one of them has died."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

from plumbline.deadlines import wait_until
from plumbline.standing.below import Below, below, program_of

TAKES_OVER = 2.0
"""Seconds in which a new worker shows in place of one that has died."""

LISTENS = "0A"
SOCKET = re.compile(r"socket:\[(\d+)\]")


class Workers:
    """Those that serve at a port below a process: they listen there, or execute what their parent does."""

    def __init__(self, pid: int, port: int) -> None:
        self._pid = pid
        everybody = below(pid)
        self._known = {one.pid for one in everybody}
        doors = _doors(port) if everybody else set()
        self._listening = [one for one in everybody if doors & _sockets(one.pid)]
        self._alike = [one for one in everybody if one.program and one.program == program_of(one.parent)]

    @property
    def died(self) -> list[int]:
        """The pids of those that have died: one that does not listen is missed only where a new one has taken over."""
        gone = [one for one in self._listening if not one.lives]
        others = [one for one in self._alike if not one.lives and one not in gone]
        if others and wait_until(lambda: any(self._takes_over(one) for one in others), within=TAKES_OVER, every=0.05):
            gone += others
        return [one.pid for one in gone]

    def _takes_over(self, gone: Below) -> bool:
        return any(
            (one.parent, one.program) == (gone.parent, gone.program) and one.pid not in self._known
            for one in below(self._pid)
        )


def _doors(port: int) -> set[str]:
    """The sockets that listen at a port, by their number."""
    lines = [line.split() for kind in ("tcp", "tcp6") for line in _lines(Path("/proc/net", kind))]
    return {words[9] for words in lines if words[3] == LISTENS and words[1].endswith(f":{port:04X}")}


def _lines(table: Path) -> list[str]:
    return table.read_text("utf-8").splitlines()[1:] if table.exists() else []


def _sockets(pid: int) -> set[str]:
    found = set()
    with suppress(OSError):
        for entry in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                found.update(SOCKET.findall(str(entry.readlink())))
    return found
