"""`make.x(…)`: a record of a check's own, through ledger and permission, removed again after the check."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from plumbline.database import Database
from plumbline.ledger import Entry, Ledger
from plumbline.permission import Level, PermissionRefused
from plumbline.profile import Made
from plumbline.record import NotPossibleHere
from plumbline.target import Target


class Make:
    """Makes records of the kinds that the profile says how to make and to remove: `make.closing_schedule(…)`."""

    def __init__(self, target: Target, database: Database, ledger: Ledger) -> None:
        self._target = target
        self._database = database
        self._ledger = ledger
        self._made: list[tuple[Entry, Made]] = []

    def __getattr__(self, kind: str) -> Callable[..., Entry]:
        """The maker of a kind; NotPossibleHere where the profile has none."""
        if kind.startswith("_"):
            raise AttributeError(kind)
        how = self._target.profile.makes.get(kind)
        if how is None:
            raise NotPossibleHere(f"no way to make {kind}: add [makes.{kind}] to {self._target.path}")
        return lambda **values: self._make(kind, how, values)

    def undo(self) -> None:
        """Removes what was made, the last first."""
        while self._made:
            entry, how = self._made.pop()
            self._ledger.remove(entry, partial(self._remove, how))

    def _make(self, kind: str, how: Made, values: dict[str, Any]) -> Entry:
        if self._target.level < Level.WRITES:
            raise PermissionRefused(f"make.{kind} needs --allow writes, this run has {self._target.level.word}")
        entry = self._ledger.make(kind, lambda: self._database.ask(how.insert, **{**how.values, **values}))
        self._made.append((entry, how))
        return entry

    def _remove(self, how: Made, made: Any) -> None:  # noqa: ANN401 - whatever the database calls an id
        self._database.execute(how.delete, id=made)
