"""How far a run has come, and how long the rest will take, in one line that fits the terminal."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Mapping
from statistics import fmean

MINUTES_FROM = 100
"""From so many seconds on the time left is told in minutes."""

ROOM = 12
"""Columns that must be free for the check in work to be named."""


class Progress:
    """Counts checks. Times are seconds of one clock, whichever; `known` are the durations of earlier runs."""

    def __init__(self, known: Mapping[str, float]) -> None:
        self.done = 0
        self.red: set[str] = set()
        self.workers = 1
        self._known = known
        self._first_end = 0.0
        self._usual = fmean(known.values()) if known else 0.0
        self._ahead: dict[str, float] = {}
        self._in_work: dict[str, tuple[float, float]] = {}
        self._names: dict[str, str] = {}

    def expect(self, names: Mapping[str, str], keys: Mapping[str, str] | None = None) -> None:
        """Checks that will run: node id → how it is called; `keys` are their names in the known durations."""
        self._names = dict(names)
        self._ahead = {nodeid: self._known.get((keys or {}).get(nodeid, nodeid), self._usual) for nodeid in names}

    def begin(self, nodeid: str, now: float) -> None:
        """A check begins."""
        self._in_work[nodeid] = (now, self._ahead.pop(nodeid, self._usual))

    def end(self, nodeid: str, now: float) -> None:
        """A check has ended."""
        self._in_work.pop(nodeid, None)
        self.done += 1
        if self.done == 1:
            self._first_end = now

    def left(self, now: float) -> float | None:
        """Seconds until the end, by earlier runs, else by the pace so far; None where nothing tells.

        The first check says nothing of the pace: it waits for what is started.
        """
        if self._known and (self.done or self._waiting):
            in_work = sum(max(0.0, usual - (now - began)) for began, usual in self._in_work.values())
            return (in_work + sum(self._ahead.values())) / self.workers
        return (now - self._first_end) / (self.done - 1) * self._waiting if self.done > 1 else None

    @property
    def _waiting(self) -> int:
        return len(self._ahead) + len(self._in_work)

    def line(self, now: float, width: int) -> str:
        """`41/120, 0 red, 38 s left  SES-5 a session survives a restart`; where that is too wide, its end goes."""
        counted = f"{self.done}/{self.done + self._waiting}, {len(self.red)} red"
        left = self.left(now)
        timed = counted if left is None else f"{counted}, {_shown(left)} left"
        newest = next(reversed(self._in_work), "")
        room = width - len(timed) - 2
        if newest and room >= ROOM:
            return f"{timed}  {textwrap.shorten(self._names.get(newest, newest), room, placeholder=' …')}"
        return (timed if len(timed) <= width else counted)[:width]


def waiting_for(names: Iterable[str], seconds: float, width: int) -> str:
    """`starting Postgres, Redis, the platform … 1.2 s`."""
    return f"starting {', '.join(names)} … {seconds:.1f} s"[:width]


def _shown(seconds: float) -> str:
    whole = max(1, math.ceil(seconds))
    return f"{whole} s" if whole < MINUTES_FROM else f"{math.ceil(whole / 60)} min"
