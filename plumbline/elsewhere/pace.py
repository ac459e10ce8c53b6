"""How a run behaves towards a target that is not ours: a bounded rate, few logins, and an end when it says "enough"."""

from __future__ import annotations

import fcntl
import hashlib
import os
import threading
import time
from array import array
from pathlib import Path
from typing import TYPE_CHECKING

from plumbline.elsewhere.permission import PermissionRefused
from plumbline.elsewhere.undisturbed import interruptible
from plumbline.judging.record import Blocked

if TYPE_CHECKING:
    from plumbline.profile import Limits

TOO_MANY = 429
MINUTE = 60.0
LATE = 0.05
"""Seconds by which a request may arrive later than its place came, and the next so many later not with it."""

MADE_UP = "@example.invalid"
"""Names that end so are nobody's (RFC 2606)."""


class Window:
    """Lets `rate` a second through, as `count` in any `seconds`: a page's few files need not queue.

    In a `file` its places are those of every process that has the same one.
    """

    def __init__(self, rate: float, within: float = 1.0, file: Path | None = None) -> None:
        self._count = max(1, int(rate * within))
        self._seconds = self._count / rate + LATE
        self._lock, self._file = threading.Lock(), file
        self._times = array("d")

    def next(self) -> float:
        """Takes the next place, and tells when it comes (monotonic, which all processes of a machine share)."""
        with self._lock:
            if self._file is None:
                return self._after(self._times)
            with self._file.open("ab+", buffering=0) as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                size = file.seek(0, os.SEEK_END)
                file.seek(max(0, size - self._count * self._times.itemsize))
                moment = self._after(array("d", file.read()))
                file.write(array("d", [moment]))
            return moment

    def _after(self, times: array[float]) -> float:
        full = len(times) >= self._count
        moment = max(time.monotonic(), times[-self._count] + self._seconds if full else 0)
        times.append(moment)
        return moment


class Pace:
    """What all requests of a run have in common; without `limits` (what the run itself has started) nothing.

    The processes of a run have it in common by its `folder`.
    """

    def __init__(self, limits: Limits | None = None, folder: Path | None = None) -> None:
        self._limits, self._folder = limits, folder
        self._requests = self._window("requests", limits.requests_per_second) if limits else None
        self._logins: dict[str, Window] = {}
        self._said: dict[str, str] = {}
        self._stop = threading.Event()

    def take(self) -> None:
        """Returns when a request may go out; Blocked once the target has said that there were too many."""
        if self._requests is not None:
            self._wait_for(self._requests)

    def take_login(self, username: str) -> None:
        """Returns when this account may log in once more."""
        if self._limits is None:
            return
        if username not in self._logins:
            name = f"logins-{hashlib.sha256(username.encode()).hexdigest()[:16]}"
            self._logins[username] = self._window(name, self._limits.logins_per_minute / MINUTE, MINUTE)
        with interruptible():  # it may be long
            self._wait_for(self._logins[username])

    def try_wrong_password(self, username: str) -> None:
        """Returns the first time that a run is about to send a real account a wrong password; else refuses it."""
        if self._limits is not None and not self._first_to_say("wrong password", username):
            raise PermissionRefused(f"a wrong password for {username}: a run sends real accounts one at most")

    def heed(self, status: int, asked: str) -> None:
        """Stops the run where the target says that there were too many requests: nothing is asked again."""
        if self._limits is None or status != TOO_MANY:
            return
        self._first_to_say("enough", f"{asked} was answered {TOO_MANY}: nothing more is asked, nothing is tried again")
        self._stop.set()
        self._go_on()

    @property
    def enough(self) -> str:
        """Why nothing more is asked, by any process of the run; empty while it goes on."""
        if self._limits is None:
            return ""
        if self._folder is None:
            return self._said.get("enough", "")
        place = self._folder / "enough"
        return place.read_text("utf-8") if place.exists() else ""

    def _window(self, name: str, rate: float, within: float = 1.0) -> Window:
        return Window(rate, within, self._folder / f"pace-{name}" if self._folder else None)

    def _go_on(self) -> None:
        if self.enough:
            raise Blocked(str(TOO_MANY), self.enough)

    def _wait_for(self, window: Window) -> None:
        self._stop.wait(max(window.next() - time.monotonic(), 0))
        self._go_on()

    def _first_to_say(self, what: str, text: str) -> bool:
        """Says it to all processes of the run; whether nobody had said it before."""
        if self._folder is None:
            known = what in self._said
            self._said.setdefault(what, text)
            return not known
        try:
            with (self._folder / what.replace(" ", "-")).open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError:
            return False
        return True
