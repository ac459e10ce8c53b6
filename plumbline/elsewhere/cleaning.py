"""Removes what runs have left on a platform that is not ours: only what a ledger holds, and only what agrees.

A record is removed if it was made at this origin, in this installation, and has its run's mark in it; anything else
is reported and kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from plumbline.asking.client import Client, NoAnswer
from plumbline.asking.exchange import OK
from plumbline.asking.logins import leave, logged_in
from plumbline.elsewhere import ledger
from plumbline.elsewhere.declaration import installation
from plumbline.elsewhere.leaving import logged_out
from plumbline.elsewhere.ledger import SESSION, Entry, Whose, signature
from plumbline.elsewhere.permission import PermissionRefused, plain_origin
from plumbline.elsewhere.ways import NotRemoved, Way, lacking
from plumbline.harmless import harmless
from plumbline.judging.record import Blocked, NotPossibleHere, Unsupported
from plumbline.run import is_gone, world

if TYPE_CHECKING:
    from plumbline.profile import Made
    from plumbline.target import Target

IN_THE_WAY = (NotRemoved, NotPossibleHere, Blocked, Unsupported, PermissionRefused, NoAnswer, AssertionError)
"""Why a record of ours may stay for another time; a missed deadline is an AssertionError, as is a step that fails."""


class NotOurs(Exception):
    """A record is not what the ledger says any more; the message says in what it differs."""


@dataclass(frozen=True)
class Left:
    """What the ledger of one process still holds, by the last step of each."""

    path: Path
    run: str
    steps: tuple[tuple[str, Entry], ...]
    ended: bool
    """Whether its run has ended; in doubt it has not."""
    trouble: str = ""
    """Why nobody can tell what it holds."""

    @property
    def origins(self) -> set[str]:
        """Where it was made."""
        return {entry.whose.origin for _, entry in self.steps}

    def sessions(self, origin: str) -> list[Entry]:
        """Those who logged in there and did not log out."""
        return [entry for _, entry in self.steps if entry.kind == SESSION and entry.whose.origin == origin]


@dataclass
class Cleaned:
    """What a clean-up has done and what not, in words."""

    removed: int = 0
    not_ours: list[str] = field(default_factory=list)
    in_the_way: list[str] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)
    to_know: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether nothing was kept, and nothing stays in doubt."""
        return not (self.not_ours or self.in_the_way or self.begun)

    @property
    def anything(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.removed or self.to_know) or not self.whole

    def look_at(self, path: Path) -> None:
        """What the clean-up cannot decide is told each time until somebody has."""
        if (line := f"once you have looked at what is kept here, delete {path}") not in self.to_know:
            self.to_know.append(line)

    def lines(self) -> list[str]:
        """What there is to tell, the sum at the end."""
        kept = [
            f"kept {len(names)}: {why} ({'; '.join(names)})"
            for why, names in (("not ours", self.not_ours), ("in the way", self.in_the_way))
            if names
        ]
        every = self.removed + len(self.not_ours) + len(self.in_the_way)
        told = [*self.to_know, *self.begun, ", ".join([f"removed {self.removed} of {every}", *kept])]
        return [harmless(line).replace("\n", "\\n") for line in told]


def left_in(folder: Path) -> list[Left]:
    """What all ledgers of a folder still hold."""
    found = []
    for path in sorted(folder.glob("*.jsonl")):
        run, where = path.stem.rpartition("-")[0], ledger.written_in(path)
        another_boot = where.split()[:1] != world().split()[:1]
        steps, trouble = _read(path)
        found.append(Left(path, run, steps, another_boot or is_gone(run, where), trouble))
    return found


def _read(path: Path) -> tuple[tuple[tuple[str, Entry], ...], str]:
    """What a ledger holds, or why nobody can tell."""
    try:
        return tuple(ledger.read(path)), ""
    except ledger.NoLedger as why:
        return (), str(why)


def remove(entry: Entry, way: Way, now: Whose) -> None:
    """Removes a record that is ours; NotOurs where something does not agree. What is gone already counts as removed."""
    if entry.whose.installation != now.installation:
        raise NotOurs(f"made in installation {entry.whose.installation}, this is {now.installation}")
    text = way.text(entry.id)
    if text is None:
        return
    if signature(entry.whose.mark) not in text:
        raise NotOurs(f"no mark of run {entry.whose.mark}")
    way.remove(entry.id)


class Cleaner:
    """Cleans one origin of a target; `way` gives how records of a kind are read and removed, as a caller of its own."""

    def __init__(self, target: Target, origin: str, way: Callable[[Made, Callable[[str], Client]], Way]) -> None:
        self._target = target
        self._origin = origin
        self._way = way
        self._callers: dict[str, Client] = {}
        self._installation: str | NotPossibleHere | None = None

    def clean(self, lefts: list[Left], spared: frozenset[str] = frozenset()) -> Cleaned:
        """Removes what these ledgers hold of this origin; the sessions of accounts in `spared` are left alone."""
        cleaned = Cleaned()
        try:
            for left in lefts:
                for step, entry in left.steps:
                    if entry.whose.origin == self._origin and entry.kind != SESSION:
                        self._clean_record(left, step, entry, cleaned)
            self._end_sessions(lefts, spared, cleaned)
        finally:
            self._target.declared = None
            for client in self._callers.values():
                leave(client)
        return cleaned

    def _clean_record(self, left: Left, step: str, entry: Entry, cleaned: Cleaned) -> None:
        name = f"{entry.kind} {entry.id}"
        if step == "about to make":
            where = f"at {self._origin}; look for {signature(entry.whose.mark)}"
            cleaned.begun.append(f"begun, and perhaps made: a {entry.kind} {where}")
            cleaned.look_at(left.path)
            return
        try:
            self._remove(entry)
        except NotOurs as why:
            cleaned.not_ours.append(f"{name}: {why}")
            cleaned.look_at(left.path)
        except IN_THE_WAY as why:
            cleaned.in_the_way.append(f"{name}: {why}")
        else:
            ledger.note(left.path, "removed", entry)
            cleaned.removed += 1

    def _remove(self, entry: Entry) -> None:
        now = Whose(self._origin, "", self._declared())
        how = self._target.profile.makes.get(entry.kind)
        why = lacking(entry.kind, how, managed=False)
        if how is None or why:
            raise NotRemoved(why)
        remove(entry, self._way(how, self._caller), now)

    def _declared(self) -> str:
        """The installation, by a declaration that is read once a clean-up."""
        if self._installation is None:
            client = Client(self._target, self._origin, "clean-up", lambda _: None)
            try:
                self._installation = self._target.declared = installation(client)
            except NotPossibleHere as error:
                self._installation = error
            finally:
                client.close()
        if isinstance(self._installation, NotPossibleHere):
            raise self._installation
        return self._installation

    def _caller(self, account: str) -> Client:
        if account not in self._callers:
            client = self._callers[account] = Client(self._target, self._origin, account, lambda _: None)
            logged_in(client, account)
        return self._callers[account]

    def _end_sessions(self, lefts: list[Left], spared: frozenset[str], cleaned: Cleaned) -> None:
        entries = [(left, entry) for left in lefts for entry in left.sessions(self._origin)]
        for account, number in Counter(str(entry.id) for _, entry in entries).items():
            sessions = f"{number} session{'s' if number > 1 else ''} of {account}"
            if account in spared:
                cleaned.to_know.append(f"{sessions} left alone: another run is at work as {account}")
                continue
            try:
                self._end_all(account)
            except IN_THE_WAY as why:
                cleaned.to_know.append(f"{sessions} may live on until they expire: {why}")
                if not isinstance(why, NoWayOut):
                    continue
            else:
                cleaned.to_know.append(f"{sessions} ended")
            for left, entry in entries:
                if entry.id == account:
                    ledger.note(left.path, "told", entry)

    def _end_all(self, account: str) -> None:
        profile = self._target.profile
        known = profile.accounts.get(account)
        if not profile.logout.everywhere:
            raise NoWayOut(f"{self._target.path} has no logout.everywhere")
        if known is None or not known.ours:
            raise NoWayOut(f"accounts.{account} is not marked as ours = true")
        client = self._caller(account)
        answer = client.post(profile.logout.everywhere)
        if answer.meaning != OK:
            raise NotRemoved(f"{answer!r}")
        for own in client.opened:  # the clean-up's own session has ended too
            logged_out(self._target, OK, str(own))
        client.opened.clear()


class NoWayOut(NotPossibleHere):
    """Nothing that could be done another time either would end these sessions."""


def clean(target: Target, lefts: list[Left], alive: list[Left], way: Callable[..., Way]) -> Cleaned:
    """Cleans every origin of the target; ledgers with nothing left in them go."""
    told = Cleaned()
    for origin in _of(target, lefts):
        busy = frozenset(str(entry.id) for left in alive for entry in left.sessions(origin))
        done = Cleaner(target, origin, way).clean([left for left in lefts if origin in left.origins], busy)
        for name, value in vars(done).items():
            setattr(told, name, getattr(told, name) + value)
    for left in lefts:
        steps, trouble = _read(left.path)
        if trouble:
            told.begun.append(f"kept as it is: {left.path}: {trouble}")
            told.look_at(left.path)
        elif not steps:
            left.path.unlink(missing_ok=True)
    return told


def _of(target: Target, lefts: list[Left]) -> Iterator[str]:
    """Those origins of the target at which something was left."""
    ours = map(plain_origin, target.profile.remote.origins)
    return (origin for origin in ours if any(origin in left.origins for left in lefts))
