"""Values that nobody has said: random, the same for the same seed and check, and recognisable."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from plumbline.elsewhere.addresses import ADDRESS, NOWHERE
from seeds.factories import _KINDS, Factory

TODAY = date(2026, 1, 31)


def made(seed: int = 7, check: str = "test_a.py::test_it", times: int = 3) -> list[dict[str, Any]]:
    """What a check makes up for so many closing schedules."""
    factory = Factory(seed, check, TODAY, "1f0c")
    return [dict(factory.values("closing_schedule")) for _ in range(times)]


def test_the_same_seed_and_check_give_the_same_values() -> None:
    assert made() == made()
    assert made(times=1) == made()[:1]


def test_another_seed_or_check_gives_others() -> None:
    titles = {one["title"] for one in [*made(), *made(seed=8), *made(check="test_a.py::test_other")]}

    assert len(titles) == 9


def test_a_title_names_the_run_that_made_it() -> None:
    assert all(one["title"].endswith(" [plumbline 1f0c]") for one in made())


def test_who_registers_is_somebody_new_each_time_whose_name_names_the_run() -> None:
    factory = Factory(7, "test_it", TODAY, "1f0c")
    people = [factory.values("user") for _ in range(20)]

    assert len({one["email"].lower() for one in people}) == 20
    assert all(one["name"].endswith(" [plumbline 1f0c]") for one in people)
    assert all(one["email"] != one["email"].lower() for one in people)


def test_dates_are_counted_from_the_run_s_today() -> None:
    days = {one["due_date"] - TODAY for one in made(times=50)}

    assert timedelta(0) < min(days) <= max(days) <= timedelta(days=60)


def test_a_kind_that_nobody_knows_has_no_values() -> None:
    factory = Factory(7, "test_it", TODAY, "1f0c")

    assert factory.values("spaceship") == {}
    assert "fake" not in vars(factory), "Faker is not loaded for nothing"


@pytest.mark.parametrize("kind", sorted(_KINDS))
def test_whatever_the_seed_no_value_is_an_address_at_which_somebody_could_be_reached(kind: str) -> None:
    values = [value for seed in range(50) for value in Factory(seed, "test_it", TODAY, "1f0c").values(kind).values()]

    assert [found for found in ADDRESS.findall(" ".join(map(str, values))) if not NOWHERE.fullmatch(found)] == []
