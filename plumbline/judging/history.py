"""What became of each check in each run: a JSON line a check and run, oldest first, bounded.

Runs with a fault leave none: they are red on purpose.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from plumbline.places import HOME

LARGEST = 8 * 1024 * 1024
"""Bytes; a longer file is cut to its newer half."""


@dataclass(frozen=True)
class Past:
    """How one check ended in one run; `go` is the verdict of that run, `began` in seconds since 1970."""

    run: str
    began: float
    target: str
    release: str
    go: bool
    row: str
    check: str
    word: str
    seconds: float


def place() -> Path:
    """Where the history of runs lies: beside the reports where PLUMBLINE_REPORTS says so, else in `.plumbline/`."""
    reports = os.environ.get("PLUMBLINE_REPORTS")
    return (Path(reports) if reports else HOME) / "history.jsonl"


def append(lines: Iterable[Past], path: Path) -> None:
    """Adds a run; two runs that end at once wait for each other."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write("".join(json.dumps(asdict(line)) + "\n" for line in lines).encode())
        file.flush()
        if file.tell() > LARGEST:
            file.seek(-LARGEST // 2, os.SEEK_END)
            file.readline()  # what is left of a line
            newer = file.read()
            file.truncate(0)
            file.write(newer)


def read(path: Path) -> Iterator[Past]:
    """Every line, oldest first; one that a full disk has cut is passed over."""
    return _parsed(_lines(path))


def last_go(path: Path, target: str) -> list[Past]:
    """The checks of the newest run on this target that was a GO; empty where there is none."""
    found: list[Past] = []
    for past in _parsed(reversed(_lines(path))):
        if found and past.run != found[0].run:
            break
        if past.go and past.target == target:
            found.append(past)
    return found[::-1]


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8").splitlines()
    except OSError:
        return []


def _parsed(lines: Iterable[str]) -> Iterator[Past]:
    for line in lines:
        try:
            yield Past(**json.loads(line))
        except (ValueError, TypeError):
            continue
