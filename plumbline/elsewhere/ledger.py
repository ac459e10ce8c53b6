"""What the suite has made, written down before it is made, so that exactly that can be removed again.

A line a step: `about to make`, `made` with its id, `removed`; `logging in`, `logged in`, `logged out`. What was begun
and has no id is reported, never searched for by a name. The file outlives the run where the platform does, is readable
to its owner only, and holds no secret.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from typing import Any

from plumbline.run import world

SESSION = "session"
"""The kind of what a login makes; its id is the account's name in the profile, never its cookie."""


ENDS = frozenset({"removed", "not made", "refused", "logged out", "told"})
"""The steps after which nothing is left to do."""


def signature(mark: str) -> str:
    """What stands in a text of each record of a run."""
    return f"[plumbline {mark}]"


class NotMade(Exception):
    """The platform has refused to make it, so that there is nothing to remove."""


@dataclass(frozen=True)
class Whose:
    """What a record has to agree with before it is removed: where it was made, and for which run."""

    origin: str
    mark: str
    """The run's, which stands in a text of the record itself."""
    installation: str = ""
    """What the platform called itself (remote.declaration.instance); empty where it was not asked."""


@dataclass(frozen=True)
class Entry:
    """Something that was made, or begun (its `id` is None), and is not removed yet."""

    number: int
    kind: str
    id: Any
    whose: Whose


class Ledger:
    """The ledger of one process of a run, at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._numbers = count(1)
        self._open: dict[int, Entry] = {}
        self._sessions: dict[str, int] = {}
        """Cookie or token → the number of its entry; here alone, never in the file."""

    def make(self, kind: str, whose: Whose, making: Callable[[], Any]) -> Entry:
        """Writes down what is about to be made, makes it (`making` returns its id), and writes down the id.

        Where `making` raises NotMade nothing is left; after any other exception nobody knows, and the line stays.
        """
        begun = Entry(next(self._numbers), kind, None, whose)
        self._note("about to make", begun)
        self._open[begun.number] = begun
        try:
            entry = Entry(begun.number, kind, making(), whose)
        except NotMade:
            self.ended(begun, "not made")
            raise
        self._note("made", entry)
        self._open[entry.number] = entry
        return entry

    def login(self, account: str, origin: str) -> Entry:
        """Writes down that somebody is about to log in."""
        entry = Entry(next(self._numbers), SESSION, account, Whose(origin, ""))
        self._note("logging in", entry)
        self._open[entry.number] = entry
        return entry

    def logged_in(self, entry: Entry, session: str) -> None:
        """Writes down what became of a login: `session` is its cookie or token, empty where there is none."""
        if session:
            self._sessions[session] = entry.number
            self._note("logged in", entry)
        else:
            self.ended(entry, "refused")

    def logged_out(self, session: str) -> None:
        """Writes down that the session of this cookie or token has ended."""
        entry = self._open.get(self._sessions.pop(session, 0))
        if entry is not None:
            self.ended(entry, "logged out")

    def ended(self, entry: Entry, step: str = "removed") -> None:
        """Writes down that nothing is left of an entry, once."""
        if self._open.pop(entry.number, None) is not None:
            self._note(step, entry)

    def close(self) -> None:
        """Takes the file away when everything in it is removed again; else it stays for the next clean-up."""
        if not self._open:
            self.path.unlink(missing_ok=True)

    def _note(self, step: str, entry: Entry) -> None:
        note(self.path, step, entry)


def note(path: Path, step: str, entry: Entry) -> None:
    """Appends a step to a ledger; it is on the disk when this returns. OSError where it is a symbolic link."""
    path.parent.mkdir(parents=True, exist_ok=True)
    line = {"step": step, "number": entry.number, "kind": entry.kind, "id": entry.id, **asdict(entry.whose)}
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    try:
        size = os.fstat(descriptor).st_size
        end = b"\n" if size and os.pread(descriptor, 1, size - 1) != b"\n" else b""  # of a line that was cut off
        os.write(descriptor, end + json.dumps({**line, "world": world()}, default=str).encode() + b"\n")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class NoLedger(ValueError):
    """A ledger that somebody has changed; the message says what is wrong with it."""


def read(path: Path) -> Iterator[tuple[str, Entry]]:
    """The last step of each entry that is not ended yet; a line that a crash has cut off says nothing.

    Another clean-up at work may have taken the file away. NoLedger where nobody can tell what is in it.
    """
    open_ones: dict[int, tuple[str, Entry]] = {}
    for number, text in enumerate(_lines(path), 1):
        try:
            line = json.loads(text)
        except ValueError:
            continue
        step, entry = _understood(line, number)
        open_ones[entry.number] = (step, entry)
        if step in ENDS:
            del open_ones[entry.number]
    return iter(open_ones.values())


def _understood(line: Any, number: int) -> tuple[str, Entry]:  # noqa: ANN401 - JSON
    kinds = {"step": str, "number": int, "kind": str, "id": object, "origin": str, "mark": str, "installation": str}
    for name, kind in kinds.items():
        if not isinstance(line, dict) or name not in line or not isinstance(line[name], kind):
            raise NoLedger(f"line {number} has no {name} that the suite has written")
    whose = Whose(line["origin"], line["mark"], line["installation"])
    return line["step"], Entry(line["number"], line["kind"], line["id"], whose)


def _lines(path: Path) -> list[str]:
    """Its lines; none where it is gone."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise NoLedger("it is no file of its own, and a link is not followed")
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), encoding="utf-8", errors="replace") as file:
            return file.read().splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise NoLedger(f"it cannot be read: {error.strerror}") from None


def written_in(path: Path) -> str:
    """The boot and space of pids in which a ledger was written; empty where nothing is in it."""
    try:
        return str(json.loads(_lines(path)[0])["world"])
    except (ValueError, KeyError, IndexError, TypeError):
        return ""
