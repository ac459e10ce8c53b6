"""The two processes that outlive the one that starts them: a run's watchdog, and what `make up` keeps."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

_watchdogs: list[subprocess.Popen[bytes]] = []
"""Held, or Python warns that they were forgotten."""


def start_watchdog(argv: Sequence[str], reading: int) -> subprocess.Popen[bytes]:
    """Start what clears up after this process, reading a pipe: no parent-death signal, no name of the run."""
    watchdog = subprocess.Popen(
        argv,
        stdin=reading,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"PATH": os.environ.get("PATH", os.defpath)},
        cwd="/",
        start_new_session=True,
    )
    _watchdogs.append(watchdog)
    return watchdog


def start_keeper(argv: Sequence[str], *, log: Path, cwd: Path) -> subprocess.Popen[bytes]:
    """Start what a person keeps after this command and its terminal have ended; its output goes to ``log``."""
    with log.open("wb") as output:
        return subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={name: value for name, value in os.environ.items() if name != "PLUMBLINE_RUN"},
            cwd=cwd,
            start_new_session=True,
        )
