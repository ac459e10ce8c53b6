"""`make.x(…)`: a record of a check's own, through ledger and permission, removed again after the check.

A column's value is what the check says, else what the profile says, else what the factory makes up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from plumbline.database import Database
from plumbline.ledger import Entry, Ledger
from plumbline.permission import Level, PermissionRefused
from plumbline.profile import Made
from plumbline.record import NotPossibleHere
from plumbline.target import Target

COLUMN = re.compile(r"%\((\w+)\)[sbt]")
"""Where a statement takes a value."""

MakeUp = Callable[[str], Mapping[str, Any]]
"""A kind → values for its columns."""


class Make:
    """Makes records of the kinds that the profile says how to make and to remove: `make.closing_schedule(…)`."""

    def __init__(self, target: Target, database: Database, ledger: Ledger, make_up: MakeUp) -> None:
        self._target = target
        self._database = database
        self._ledger = ledger
        self._make_up = make_up
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
        told = self._completed(kind, how, values)
        entry = self._ledger.make(kind, lambda: self._database.ask(how.insert, **told))
        self._made.append((entry, how))
        return entry

    def _completed(self, kind: str, how: Made, values: dict[str, Any]) -> dict[str, Any]:
        """A value for each column; the factory is asked only where neither the check nor the profile says one."""
        columns = set(COLUMN.findall(how.insert))
        if unknown := sorted(values.keys() - columns):
            raise TypeError(f"make.{kind} takes no {', '.join(unknown)}; it takes {', '.join(sorted(columns))}")
        said = {**how.values, **values}
        told = {**self._make_up(kind), **said} if columns - said.keys() else said
        if lacking := sorted(columns - told.keys()):
            raise NotPossibleHere(
                f"make.{kind} lacks {', '.join(lacking)}: say it in [makes.{kind}.values] of {self._target.path}"
            )
        return told

    def _remove(self, how: Made, made: Any) -> None:  # noqa: ANN401 - whatever the database calls an id
        self._database.execute(how.delete, id=made)
