"""How a run behaves towards a target that is not ours: a bounded rate, few logins, and an end when it says "enough"."""

from __future__ import annotations

import threading
import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

from plumbline.elsewhere.permission import PermissionRefused
from plumbline.elsewhere.undisturbed import interruptible
from plumbline.judging.record import Blocked

if TYPE_CHECKING:
    from plumbline.profile import Limits

TOO_MANY = 429
MINUTE = 60.0
MADE_UP = "@example.invalid"
"""Names that end so are nobody's (RFC 2606)."""


class Window:
    """Lets `rate` a second through, as `count` in any `seconds`: a page's few files need not queue."""

    def __init__(self, rate: float, within: float = 1.0) -> None:
        count = max(1, int(rate * within))
        self._seconds = count / rate
        self._lock = threading.Lock()
        self._times: deque[float] = deque(maxlen=count)

    def next(self) -> float:
        """Takes the next place, and tells when it comes (monotonic)."""
        with self._lock:
            full = len(self._times) == self._times.maxlen
            moment = max(time.monotonic(), self._times[0] + self._seconds if full else 0)
            self._times.append(moment)
            return moment


class Pace:
    """What all requests of a run have in common; without `limits` (what the run itself has started) nothing.

    `workers` share the limits evenly, and hear of each other in `folder`.
    """

    def __init__(self, limits: Limits | None = None, workers: int = 1, folder: Path | None = None) -> None:
        self._limits, self._workers, self._folder = limits, workers, folder
        self._requests = Window(limits.requests_per_second / workers) if limits else None
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
        rate = self._limits.logins_per_minute / MINUTE / self._workers
        with interruptible():  # it may be long
            self._wait_for(self._logins.setdefault(username, Window(rate, MINUTE)))

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
