"""One process that the suite started: whether it runs, how it ends, and how to know it for good."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from signal import Signals

from plumbline.deadlines import wait_until
from plumbline.standing.below import Below, end


class ProcessFailed(RuntimeError):
    """A process did not start, or ended when it should not have; the text has its name and its last lines."""


class NotFilled(ProcessFailed):
    """The platform's own migration or seed failed: no server is to blame."""


class Process:
    """A process that the suite started: its pid (also its group), name, command and log.

    Its group ends with it: what it leaves behind when it ends is ended too.
    """

    def __init__(self, pid: int, name: str, argv: Sequence[str], log: Path, death_signal: Signals) -> None:
        self.pid = pid
        self.name = name
        self.argv = tuple(argv)
        self.log = log
        self.death_signal = death_signal

    def poll(self) -> int | None:
        """The exit code (negative: the signal that ended it), None while it runs."""
        raise NotImplementedError

    def signal(self, number: int, *, group: bool = False) -> None:
        """Send a signal to the process, or to its whole group; nothing happens when it has ended."""
        raise NotImplementedError

    def wait(self, timeout: float) -> int | None:
        """The exit code, waited for at most ``timeout`` seconds; None when it still runs."""
        wait_until(lambda: self.poll() is not None, within=timeout)
        return self.poll()

    def stop(self, grace: float, others: Sequence[Below] = ()) -> int:
        """Ask it to end (SIGTERM), end its whole group after ``grace`` seconds; the exit code.

        ``others`` are below it, and asked too where it ends before them: a shell in front hands no signal on.
        """
        until = time.monotonic() + grace
        self.signal(signal.SIGTERM)
        if others and wait_until(self._is_over, within=grace):
            end(others, until - time.monotonic())
        code = self.wait(max(until - time.monotonic(), 0))
        return self.kill() if code is None else code

    def kill(self, within: float = 5.0) -> int:
        """End it and its group now by its death signal, after ``within`` seconds by SIGKILL; its code."""
        self.signal(self.death_signal, group=True)
        if self.wait(within) is None:
            self.signal(signal.SIGKILL, group=True)
        code = self.wait(60)
        if code is None:
            raise ProcessFailed(f"{self.name} (pid {self.pid}) does not end, not even by SIGKILL")
        return code

    def last_lines(self, count: int = 20) -> str:
        """The end of its log, for messages."""
        return last_lines(self.log, count)

    def _is_over(self) -> bool:
        """Whether it has ended by itself; what it leaves behind may live on."""
        return self.poll() is not None


class Spawned(Process):
    """A child of this process. It is reaped only after its group was ended: till then no one gets its pid."""

    def __init__(
        self, popen: subprocess.Popen[bytes], name: str, argv: Sequence[str], log: Path, death_signal: Signals
    ) -> None:
        super().__init__(popen.pid, name, argv, log, death_signal)
        self._popen = popen
        self._lock = threading.Lock()

    def poll(self) -> int | None:
        """As `Process.poll`."""
        with self._lock:
            if self._popen.returncode is None and _has_ended(self._popen):
                self._signal_group(signal.SIGKILL)
                self._popen.wait()
            return self._popen.returncode

    def signal(self, number: int, *, group: bool = False) -> None:
        """As `Process.signal`."""
        with self._lock:
            if self._popen.returncode is None:
                if group:
                    self._signal_group(number)
                else:
                    os.kill(self.pid, number)

    def _is_over(self) -> bool:
        return self._popen.returncode is not None or _has_ended(self._popen)

    def _signal_group(self, number: int) -> None:
        try:
            os.killpg(self.pid, number)
        except (ProcessLookupError, PermissionError):  # the latter: macOS, for a group of zombies
            return


def _has_ended(popen: subprocess.Popen[bytes]) -> bool:
    if not hasattr(os, "waitid"):  # macOS before Python 3.13
        return popen.poll() is not None
    return os.waitid(os.P_PID, popen.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def last_lines(log: Path, count: int = 20) -> str:
    """The last lines of a log, one text; empty when there is none."""
    try:
        return "\n".join(log.read_text("utf-8", "replace").splitlines()[-count:])
    except OSError:
        return ""
