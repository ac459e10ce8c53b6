"""Which release a url target says that it runs, at each of its origins; waiting for the one that is being deployed."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from plumbline.asking.client import Client, NoAnswer
from plumbline.asking.exchange import OK, dotted
from plumbline.asking.logins import leave, logged_in
from plumbline.deadlines import DeadlineMissed, wait_until
from plumbline.elsewhere.reach import Unreachable, connect
from plumbline.harmless import harmless
from plumbline.judging.record import Blocked, NotPossibleHere

if TYPE_CHECKING:
    from plumbline.target import Target

EVERY = 0.5
"""Seconds between two questions while a deploy is awaited."""

PROGRESS = 10.0
"""Seconds after which a wait is told again, though nothing has changed."""


@dataclass(frozen=True)
class Said:
    """What an origin says of its release: its name, empty where it names none, or why there is no good answer."""

    release: str = ""
    trouble: str = ""

    def __str__(self) -> str:
        return self.trouble or (repr(self.release) if self.release else "no release")


def said_at(target: Target, origin: str) -> Said:
    """What an origin says now, on a connection of its own, past every cache."""
    client = Client(target, origin, "the run", lambda _: None)
    try:
        return _asked(client)
    except (DeadlineMissed, NoAnswer) as error:
        return Said(trouble=_why(target, origin, error))
    except (Blocked, NotPossibleHere) as error:
        return Said(trouble=str(error))
    finally:
        leave(client)


def _asked(client: Client) -> Said:
    fields = client.target.profile.health
    if not fields.path or not fields.release:
        return Said()
    if fields.account:
        logged_in(client, fields.account)
    path = f"{fields.path}?fresh={os.urandom(6).hex()}"
    answer = client.get(path, headers={"Cache-Control": "no-store"})
    if answer.meaning != OK:
        return Said(trouble=f"health answers {answer.status}")
    try:
        named = dotted(answer.json(), fields.release)
    except AssertionError:
        return Said(trouble="health is no JSON")
    return Said(harmless(str(named or "")).replace("\n", " "))


def _why(target: Target, origin: str, error: Exception) -> str:
    """Why an origin gave no answer: what is in the way, else what the platform did."""
    try:
        connect(origin, target.tls_for(origin), within=0)
    except Unreachable as way:
        return str(way).removeprefix(f"{origin}: ")
    return str(error)


def read(target: Target) -> dict[str, Said]:
    """What every origin says."""
    return {origin: said_at(target, origin) for origin in target.profile.remote.origins}


def changed(before: Mapping[str, Said], after: Mapping[str, Said]) -> list[str]:
    """What makes a verdict on the release that was found at first worth nothing, a sentence each."""
    found = []
    for origin, first in before.items():
        last, where = after[origin], f" at {origin}" if len(before) > 1 else ""
        if first.release and last.trouble:
            found.append(f"NO-GO: the release could not be read again at the end{where}: {last.trouble}")
        elif first.release != last.release and not first.trouble:
            now = last.release or "none named"
            found.append(f"NO-GO: the release changed during the run{where}: {first.release} → {now}")
    return found


class Wait:
    """Asks every origin until each has given the wanted release so many times in a row, or it is too late."""

    def __init__(self, target: Target, wanted: str, say: Callable[[str], None]) -> None:
        self._target, self._wanted, self._say = target, wanted, say
        self._in_a_row: Counter[str] = Counter()
        self._last: dict[str, Said] = {}
        self._told: tuple[float, Mapping[str, Said]] = (0.0, {})
        self._began = time.monotonic()

    def over(self) -> str:
        """Empty when the release is there; what is said in its place when it is too late."""
        limits = self._target.profile.remote.release
        if wait_until(partial(self._there, limits.answers), within=limits.within, every=EVERY):
            return ""
        late = [self._late(origin, limits.answers) for origin in self._last]
        return f"NO-GO: {'; '.join(filter(None, late))} after {limits.within:g} s"

    @property
    def release(self) -> str:
        """What the first origin said last."""
        return next(iter(self._last.values()), Said()).release

    def _there(self, answers: int) -> bool:
        for origin in self._target.profile.remote.origins:
            said = self._last[origin] = said_at(self._target, origin)
            self._in_a_row[origin] = self._in_a_row[origin] + 1 if said.release == self._wanted else 0
        self._progress()
        return all(self._in_a_row[origin] >= answers for origin in self._last)

    def _late(self, origin: str, answers: int) -> str:
        if self._in_a_row[origin] >= answers:
            return ""
        said = self._last[origin]
        still = f"{said}, {self._in_a_row[origin]} of {answers} times" if said.release == self._wanted else f"{said}"
        return f"still {still}" + (f" at {origin}" if len(self._last) > 1 else "")

    def _progress(self) -> None:
        told, what = self._told
        now = time.monotonic()
        if what == self._last and now - told < PROGRESS:
            return
        self._told = (now, dict(self._last))
        shown = ", ".join(f"{origin} says {said}" for origin, said in self._last.items())
        self._say(f"waiting for release {self._wanted!r}: {shown} ({now - self._began:.0f} s)")
