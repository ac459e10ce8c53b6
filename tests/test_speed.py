"""What is late is late beside the platform's own quickest answer, and not for one slow answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, cycle, repeat
from typing import TYPE_CHECKING, Any, cast

import pytest

from fixtures.speed import CRITICAL, critical_routes
from plumbline.asking.exchange import NOT_FOUND, OK, Answer
from plumbline.asking.gets import Get, Gets
from plumbline.asking.speed import Speed
from plumbline.judging.record import NotPossibleHere
from plumbline.profile import Health, Routes
from tests.made_up import exchange, target

if TYPE_CHECKING:
    from plumbline.asking.client import Client

Seconds = Callable[[], Iterator[float]]


class Asked:
    """A client that is answered by `/beside` and `/route`, each in its own times."""

    def __init__(self, beside: Iterator[float], route: Iterator[float], meaning: str = OK) -> None:
        self.times = {"/beside": beside, "/route": route}
        self.meaning = meaning

    def get(self, path: str) -> Answer:
        """The next answer."""
        return Answer(exchange(path=path, seconds=next(self.times[path])), self.meaning)


def late(beside: Iterator[float], route: Iterator[float], meaning: str = OK) -> list[str]:
    """What is said of the route, with half a second to spend."""
    return Speed(["/route"], "/beside", 0.5).late(cast("Client", Asked(beside, route, meaning)))


NOT_LATE: dict[str, tuple[float, Seconds]] = {
    "quick": (0.002, lambda: repeat(0.02)),
    "late at first": (0.002, lambda: chain([3.0], repeat(0.02))),
    "late three times of ten": (0.002, lambda: cycle([0.02, 0.02, 2.0])),
    "on a busy machine": (0.06, lambda: repeat(0.7)),
}
LATE: dict[str, tuple[float, Seconds]] = {
    "late": (0.002, lambda: repeat(0.6)),
    "each second time": (0.002, lambda: cycle([0.02, 1.0])),
    "each second time, from the first on": (0.002, lambda: cycle([1.0, 0.02])),
    "on a busy machine": (0.06, lambda: repeat(0.9)),
    "where nothing is quick": (1.0, lambda: repeat(1.01)),
}


@pytest.mark.parametrize(("beside", "route"), NOT_LATE.values(), ids=NOT_LATE)
def test_a_route_may_be_late_now_and_then(beside: float, route: Seconds) -> None:
    assert late(repeat(beside), route()) == []


@pytest.mark.parametrize(("beside", "route"), LATE.values(), ids=LATE)
def test_a_route_may_not_be_late_ever_again(beside: float, route: Seconds) -> None:
    [said] = late(repeat(beside), route())

    assert said.startswith("/route took ")


def test_an_answer_that_is_none_is_told_however_soon_it_comes() -> None:
    assert set(late(repeat(0.002), repeat(0.002), NOT_FOUND)) == {"<GET /route as admin: 200, not found>"}


def critical(**more: Any) -> Speed:  # noqa: ANN401 - fields of Profile
    """The critical routes of a target with some of the contract's."""
    gets = Gets([Get("/api/deals"), Get("/api/funds"), Get("/api/closings")], [])
    return critical_routes.__wrapped__(target(**more), gets)  # type: ignore[attr-defined,no-any-return]


def test_critical_is_what_the_profile_names_else_what_the_target_has_of_the_contracts() -> None:
    mapped = critical(paths={"/api/closing-schedules": "/api/closings"}, absent=("/api/auth/me",))
    named = critical(routes=Routes(critical=("/mine",)), budgets={"critical_route": 200.0})

    assert [route.path for route in mapped.routes] == ["/api/deals", "/api/closing-schedules"]
    assert {route.path for route in mapped.routes} < set(CRITICAL)
    assert ([route.path for route in named.routes], named.budget) == (["/mine"], 0.2)


def test_where_there_is_nothing_to_compare_with_nothing_is_judged() -> None:
    with pytest.raises(NotPossibleHere, match=r"add liveness or page under \[health\] to made-up.toml"):
        critical(health=Health(page=""))
