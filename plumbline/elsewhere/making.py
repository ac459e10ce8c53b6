"""`make.x(…)`: a record of a check's own, through ledger and permission, removed again after the check.

A column's value is what the check says, else what the profile says, else what the factory makes up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from plumbline.elsewhere.addresses import somebodys
from plumbline.elsewhere.cleaning import IN_THE_WAY, NotOurs, remove
from plumbline.elsewhere.ledger import Entry, Ledger, NotMade, Whose, signature
from plumbline.elsewhere.permission import Level, PermissionRefused
from plumbline.elsewhere.ways import Way, lacking
from plumbline.judging.record import NotPossibleHere
from plumbline.profile import Made
from plumbline.target import Target

MakeUp = Callable[[str], Mapping[str, Any]]
"""A kind → values for its columns."""


class Make:
    """Makes records of the kinds that the profile says how to make and to remove: `make.closing_schedule(…)`."""

    def __init__(
        self, target: Target, way: Callable[[Made], Way], ledger: Ledger, whose: Whose, make_up: MakeUp
    ) -> None:
        self._target = target
        self._way = way
        self._ledger = ledger
        self._whose = whose
        self._make_up = make_up
        self._made: list[tuple[Entry, Way]] = []

    def __getattr__(self, kind: str) -> Callable[..., Entry]:
        """The maker of a kind; NotPossibleHere where the profile has none, or none whose records can be removed."""
        if kind.startswith("_"):
            raise AttributeError(kind)
        return self.by(kind, lambda way: way)

    def by(self, kind: str, making: Callable[[Way], Way]) -> Callable[..., Entry]:
        """The same, but records are made as `making` says; it is given the profile's way, by which they are removed."""
        how = self._target.profile.makes.get(kind)
        why = lacking(kind, how, managed=self._target.profile.managed)
        if how is None or why:
            raise NotPossibleHere(f"{why} to {self._target.path}" if how is None else f"{why} of {self._target.path}")
        return lambda **values: self._make(kind, how, values, making)

    @property
    def has_made(self) -> bool:
        """Whether there is anything to undo."""
        return bool(self._made)

    def undo(self) -> None:
        """Removes what was made, the last first; what cannot be removed now stays in the ledger for the clean-up."""
        now = replace(self._whose, installation=self._target.declared or "")
        while self._made:
            entry, way = self._made.pop()
            if self._target.profile.managed:
                way.remove(entry.id)
                self._ledger.ended(entry)
                continue
            with suppress(NotOurs, *IN_THE_WAY):
                remove(entry, way, now)
                self._ledger.ended(entry)

    def _make(self, kind: str, how: Made, values: dict[str, Any], making: Callable[[Way], Way]) -> Entry:
        level = self._target.permission.level
        if level < Level.WRITES:
            raise PermissionRefused(f"make.{kind} needs --allow writes, this run has {level.word}")
        way = making(self._way(how))
        told = self._completed(kind, how, way, values)
        self._reach_nobody(kind, told)
        if not self._target.profile.managed and not any(signature(self._whose.mark) in str(v) for v in told.values()):
            raise NotPossibleHere(
                f"make.{kind} has no text with the run's mark, by which it is removed: leave its title to the suite"
            )
        try:
            entry = self._ledger.make(kind, self._whose, lambda: way.make(told))
        except NotMade as refused:
            raise AssertionError(f"make.{kind}: {refused}") from None
        self._made.append((entry, way))
        return entry

    def _completed(self, kind: str, how: Made, way: Way, values: dict[str, Any]) -> dict[str, Any]:
        """A value for each column; the factory is asked only where neither the check nor the profile says one."""
        said = {**how.values, **values}
        columns = way.takes()
        if columns is None:
            return {**self._make_up(kind), **said}
        if unknown := sorted(values.keys() - columns):
            raise TypeError(f"make.{kind} takes no {', '.join(unknown)}; it takes {', '.join(sorted(columns))}")
        told = {**self._make_up(kind), **said} if columns - said.keys() else said
        if missing := sorted(columns - told.keys()):
            raise NotPossibleHere(
                f"make.{kind} lacks {', '.join(missing)}: say it in [makes.{kind}.values] of {self._target.path}"
            )
        return told

    def _reach_nobody(self, kind: str, told: Mapping[str, Any]) -> None:
        """PermissionRefused where a value is an address at which somebody might get a mail."""
        for address in somebodys(" ".join(str(value) for value in told.values())):
            raise PermissionRefused(f"make.{kind}: {address} may be somebody's; made addresses end in example.invalid")
