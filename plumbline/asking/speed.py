"""How soon a platform answers, beside its own quickest answer: a busy machine, or a far one, does not cry wolf."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

from plumbline.asking.exchange import OK

if TYPE_CHECKING:
    from plumbline.asking.client import Client
    from plumbline.asking.exchange import Answer

TURNS = 5
"""How often each route is asked, and once more so often where one of the answers came late."""

LATE_OF_TEN = 3
"""Of twice five answers so many may come late: it takes more to raise the median of one five or the other."""

TIMES = 5
"""The limit grows by so many times what the quickest route takes, to twice itself at most."""


@dataclass
class Route:
    """One that is asked again and again, and what it answered."""

    path: str
    answers: list[Answer] = field(default_factory=list)

    @property
    def seconds(self) -> list[float]:
        """What each answer took."""
        return [answer.exchange.seconds for answer in self.answers]


class Speed:
    """Routes that are asked in turns, one at a time, together with one that has next to nothing to do."""

    def __init__(self, paths: Iterable[str], beside: str, budget: float) -> None:
        """`budget` is in seconds."""
        self.routes = [Route(path) for path in paths]
        self.beside = Route(beside)
        self.budget = budget

    @property
    def limit(self) -> float:
        """What an answer may take, in seconds."""
        return min(self.budget + TIMES * median(self.beside.seconds), 2 * self.budget)

    def late(self, client: Client) -> list[str]:
        """The routes that answer late, or not as they should, a sentence each."""
        self._ask(client, self.routes)
        suspects = [route for route in self.routes if max(route.seconds) > self.limit]
        if suspects:
            self._ask(client, suspects)
        failed = [repr(answer) for route in self.routes for answer in route.answers if answer.meaning != OK]
        return failed + [self._told(route) for route in suspects if self._is_late(route)]

    def _ask(self, client: Client, routes: Sequence[Route]) -> None:
        for _ in range(TURNS):
            for route in (self.beside, *routes):
                route.answers.append(client.get(route.path))

    def _is_late(self, route: Route) -> bool:
        return sum(seconds > self.limit for seconds in route.seconds) > LATE_OF_TEN

    def _told(self, route: Route) -> str:
        took = ", ".join(f"{seconds * 1000:.0f}" for seconds in route.seconds)
        beside = f"{median(self.beside.seconds) * 1000:.0f} ms at {self.beside.path}"
        return f"{route.path} took {took} ms, {self.limit * 1000:.0f} are allowed beside {beside}"
