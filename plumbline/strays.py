"""Processes that others started for the run: Playwright its driver and browser. Killed, not closed, at the end."""

from __future__ import annotations

import os
import signal

from plumbline.processes import LINUX


def end_strays(run_id: str, spared: int) -> None:
    """End what others started for the run, Playwright its driver and browser: whatever names it at its start.

    ``spared`` is the watchdog's pid. Linux only; elsewhere the watchdog alone does it.
    """
    mark = f"PLUMBLINE_RUN={run_id}\0".encode()
    for entry in os.listdir("/proc") if LINUX else ():
        if entry.isdigit() and int(entry) not in {spared, os.getpid()}:
            try:
                with open(f"/proc/{entry}/environ", "rb") as environ:
                    if mark in environ.read():
                        os.kill(int(entry), signal.SIGKILL)
            except OSError:
                continue  # gone meanwhile, or not ours to read
