"""Processes that others started for the run: Playwright its driver and browser. Killed, not closed, at the end."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from plumbline.standing.processes import LINUX


def end_strays(run_id: str, spared: int) -> None:
    """End what others started for the run, Playwright its driver and browser: whatever names it at its start.

    ``spared`` is the watchdog's pid. Linux only; elsewhere the watchdog alone does it.
    """
    mark = f"PLUMBLINE_RUN={run_id}\0".encode()
    for entry in Path("/proc").glob("[0-9]*") if LINUX else ():
        if int(entry.name) not in {spared, os.getpid()}:
            try:
                if mark in (entry / "environ").read_bytes():
                    os.kill(int(entry.name), signal.SIGKILL)
            except OSError:
                continue  # gone meanwhile, or not ours to read
