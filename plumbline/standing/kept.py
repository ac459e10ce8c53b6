"""What `make up` keeps running, as the next run finds it: whether it may be used, and how it is lent.

It may be used while nothing that it was made of has changed: an old build reused is a green that says nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plumbline.run import NotReached
from plumbline.services.choice import WHEELS, Wanted
from plumbline.standing import processes
from plumbline.standing.suite import files_of

if TYPE_CHECKING:
    from plumbline.target import Target

MADE_OF = ("plumbline", "requirements")
"""What the kept servers depend on besides the target: the machinery itself, and the versions of its libraries."""

PATIENCE = 60.0
"""Seconds that the keeper may need to have a platform ready."""

ANSWER = 5.0
"""Seconds that it may need to answer at all: one that hangs must not hold a run."""

Stamp = tuple[int, int, str]
"""A file's time of change in ns (of its inode, which nobody sets back), its size, and the hash of its content."""


@dataclass(frozen=True)
class Made:
    """What kept services and platform were made of: files by their content, settings by their value."""

    files: Mapping[str, Stamp]
    settings: Mapping[str, str]
    services: str = WHEELS
    """How Postgres and Redis were made (`Choice.made`)."""

    @classmethod
    def of(cls, target: Target, services: str = WHEELS) -> Made:
        """As things are now."""
        return cls({str(file): _stamp(file) for file in _files(target)}, _settings(target), services)

    def difference(self, target: Target, wanted: Wanted | None = None) -> str | None:
        """The first thing that is no longer as it was, in words; None where all is. Reads only what was touched."""
        if wanted is not None and not wanted.suits(self.services):
            return f"{self.services} are not what was asked for"
        settings = _settings(target)
        for name, value in self.settings.items():
            if settings.get(name) != value:
                return f"{name} is another"
        files = {str(file): file for file in _files(target)}
        for path in files.keys() ^ self.files.keys():
            return f"{_shown(path, target)} is {'new' if path in files else 'gone'}"
        for path, file in files.items():
            if not _same(file, self.files[path]):
                return f"{_shown(path, target)} has changed"
        return None


def _files(target: Target) -> list[Path]:
    commands = target.profile.commands
    places = [target.workplace / place for place in (*commands.sources, *commands.build)]
    places += [target.root / place for place in MADE_OF]
    return [target.path.resolve(), *(file for place in places for file in files_of(place))]


def _settings(target: Target) -> dict[str, str]:
    return {
        "the target": str(target.path.resolve()),
        "the day of the run": target.today,
        "the Python": f"{sys.executable} {sys.version}",
        **{name: _hashed(os.environ.get(name, "")) for name in target.profile.passed_on},
    }


def _hashed(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()  # it may be a secret, and the note stays on disk


def _stamp(file: Path) -> Stamp:
    seen = file.stat()
    return seen.st_ctime_ns, seen.st_size, hashlib.sha256(file.read_bytes()).hexdigest()


def _same(file: Path, stamp: Stamp) -> bool:
    time, size, digest = stamp
    try:
        seen = file.stat()
        return (seen.st_ctime_ns, seen.st_size) == (time, size) or _stamp(file)[2] == digest
    except OSError:
        return False


def _shown(path: str, target: Target) -> str:
    return str(Path(path).relative_to(target.root)) if Path(path).is_relative_to(target.root) else path


@dataclass(frozen=True)
class Kept:
    """The note that the keeper leaves in ``HOME/up.json``: who it is, where, since when, and what it is made of."""

    pid: int
    started: str
    """The start time of the keeper's process, which tells it from a later one of the same pid."""
    folder: str
    since: str
    made: Made

    @property
    def alive(self) -> bool:
        """Whether the keeper still runs."""
        return processes.start_time(self.pid) == self.started

    @property
    def door(self) -> Path:
        """The keeper's socket."""
        return door_in(Path(self.folder))

    def write(self, note: Path) -> None:
        """Leaves the note, whole or not at all."""
        facts = {**vars(self), "made": vars(self.made)}
        aside = note.with_name(f".{note.name}-{os.getpid()}")
        aside.touch(mode=0o600)
        aside.write_text(json.dumps(facts), "utf-8")
        aside.replace(note)

    @classmethod
    def read(cls, note: Path) -> Kept | None:
        """The keeper that lives; None where there is none, or its note is of another version."""
        try:
            facts = json.loads(note.read_text("utf-8"))
            made = facts["made"]
            files = {path: tuple(stamp) for path, stamp in made["files"].items()}
            settings = {name: str(value) for name, value in made["settings"].items()}
            kept = cls(**{**facts, "made": Made(files, settings, made["services"])})
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        return kept if kept.alive else None

    def lend(self, run: str) -> Loan:
        """Services and a platform for a run, until it gives them back or ends. Raises NotReached."""
        return Loan(self, run)


def note_in(home: Path) -> Path:
    """Where the keeper leaves its note."""
    return home / "up.json"


def door_in(folder: Path) -> Path:
    """Where a keeper with this folder listens."""
    return folder / "keeper.sock"


class Loan:
    """A line to the keeper. When it ends, in whatever way, the keeper clears what the run has left there."""

    def __init__(self, kept: Kept, run: str) -> None:
        self.kept = kept
        self._line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._line.settimeout(ANSWER)
        try:
            self._line.connect(str(kept.door))
            self._heard = self._line.makefile("r", encoding="utf-8")
            self.facts: dict[str, Any] = self._ask({"do": "borrow", "run": run})
        except (OSError, ValueError) as error:
            self.give_back()
            raise NotReached(f"the keeper does not answer: {error}") from error
        if "failed" in self.facts:
            self.give_back()
            raise NotReached(self.facts["failed"])

    def platform(self) -> dict[str, Any]:
        """A platform of this run's own, started in advance: what `suite.started` says of it. Raises NotReached."""
        self._line.settimeout(PATIENCE)
        try:
            answer = self._ask({"do": "platform"})
        except (OSError, ValueError) as error:
            raise NotReached(f"the keeper gave no platform: {error}") from error
        if "failed" in answer:
            raise NotReached(answer["failed"])
        return answer

    def others(self) -> int:
        """How many runs have borrowed from the keeper besides this one."""
        return int(self._ask({"do": "count"})["borrowed"]) - 1

    def give_back(self) -> None:
        """Hangs up."""
        self._line.close()
        if hasattr(self, "_heard"):
            self._heard.close()

    def _ask(self, question: dict[str, str]) -> dict[str, Any]:
        self._line.sendall(json.dumps(question).encode() + b"\n")
        line = self._heard.readline()
        if not line:
            raise ConnectionError("it hung up")
        answer: dict[str, Any] = json.loads(line)
        return answer
