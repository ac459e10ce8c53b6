"""The bench: its arithmetic, that the floor asks what the smoke asks, and that it starts and ends clean."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench import asked
from bench.commands import CHEAP, browsers, without_browser
from bench.family import family, pss, ticks
from bench.measure import HEAD, Measure
from plumbline.asking.contract import Contract
from plumbline.asking.cookies import SIGNED_ELSEWHERE, forged, strange
from plumbline.browsing.pages import load
from plumbline.profile_file import load as load_profile
from plumbline.stores import redis

ROOT = Path(__file__).resolve().parent.parent


def measured(
    figures: list[float],
    floors: list[float],
    ratio_goal: float | None = None,
    goal: float | None = None,
    median_goal: float | None = None,
) -> Measure:
    """A measure that has been taken."""
    figure, floor = iter(figures), iter(floors)
    bare = (lambda: next(floor)) if floors else None
    measure = Measure("a line", "s", lambda: next(figure), bare, ratio_goal, goal, median_goal)
    for _ in figures:
        measure.take()
    return measure


def test_a_ratio_is_that_of_the_minima() -> None:
    measure = measured([2.4, 2.0, 9.0], [1.0, 3.0, 4.0], ratio_goal=2)

    assert measure.ratio == 2.0
    assert not measure.over
    assert "2.00 / 2.40" in measure.line()


@pytest.mark.parametrize(
    ("figures", "floors", "goals"), [([2.1], [1.0], {"ratio_goal": 2}), ([0.6], [0.1], {"goal": 0.5})]
)
def test_what_misses_its_goal_is_over(figures: list[float], floors: list[float], goals: dict[str, float]) -> None:
    measure = measured(figures, floors, **goals)

    assert measure.over
    assert measure.line().endswith("over")


@pytest.mark.parametrize(("figures", "over"), [([0.2, 0.9, 7.0], False), ([0.2, 1.1, 1.2], True)])
def test_a_median_goal_is_held_to_the_median(figures: list[float], over: bool) -> None:  # noqa: FBT001 - a case
    measure = measured(figures, [], median_goal=1)

    assert measure.over is over
    assert "med ≤ 1 s" in measure.line()


def test_a_measure_without_a_floor_has_no_ratio() -> None:
    measure = measured([431.0], [], goal=500)

    assert measure.ratio is None
    assert not measure.over


def test_the_columns_of_the_table_stand_below_each_other() -> None:
    line = measured([1.0], [1.0], ratio_goal=1.2).line()

    assert line.index("1.00 / 1.00") + len("1.00 / 1.00") == HEAD.index("floor") + len("floor")


def test_the_floor_asks_for_every_get_of_the_contract() -> None:
    operations = list(Contract(ROOT / "contract" / "openapi").operations("GET"))
    pages = load(ROOT / "contract" / "pages.toml")

    guarded = {get.example for get in operations if not get.public} | {p.path for p in pages if p.role != "anonymous"}
    everything = {get.example for get in operations} | {page.path for page in pages}
    assert set(asked.GUARDED) == guarded
    assert set(asked.GUARDED) | set(asked.PUBLIC) == everything


@pytest.mark.parametrize("role", ["admin", *asked.PORTALS])
def test_the_floor_is_kept_out_where_the_contract_keeps_a_role_out(role: str) -> None:
    operations = Contract(ROOT / "contract" / "openapi").operations("GET")

    assert set(asked.closed_to(role)) == {get.example for get in operations if get.closed_to(role)}


def test_the_floor_logs_in_as_the_profile_does() -> None:
    profile = load_profile(ROOT / "targets" / "reference.toml")

    usual = profile.login.username
    known = {name: {one.username_field or usual: one.username} for name, one in profile.accounts.items()}
    sent = {"admin": asked.ADMIN, **asked.PEOPLE}
    assert {name: {k: v for k, v in one.items() if k != "password"} for name, one in sent.items()} == known


def test_the_floor_sends_the_strange_cookies_of_the_suite() -> None:
    assert set(asked.STRANGE) == {"", *strange(asked.COOKIE).values()}
    assert SIGNED_ELSEWHERE.removeprefix("s:") in asked.FOREIGN
    assert len(forged(asked.COOKIE, "s:one.signature", "s:another.proof")) == asked.FORGERIES


def test_the_floor_takes_redis_spaces_as_the_suite_does() -> None:
    text = (ROOT / "bench" / "warm_floor.py").read_text("utf-8")

    assert f'"{redis._NUMBERS}"' in text
    assert f'"{redis._TAKEN}"' in text


def test_the_smoke_without_browser_names_every_other_row() -> None:
    option, rows = without_browser()

    assert option == "--rows"
    assert "SES-5" in rows.split(",")
    assert "BRW" not in rows


def test_the_cheap_check_is_there() -> None:
    file, _, name = CHEAP.partition("::")

    assert f"def {name}(" in (ROOT / file).read_text("utf-8")


def test_a_process_belongs_to_its_own_family_and_has_memory_and_time() -> None:
    me = os.getpid()

    assert me in family(me)
    assert pss(me) > 0
    assert ticks(me) > 0


def test_a_process_that_is_gone_has_nothing() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()

    assert (pss(gone.pid), ticks(gone.pid)) == (0, 0)


def test_the_browsers_differ() -> None:
    found = [browser.executable for browser in browsers()]

    assert len(found) == len(set(found)) <= 2


def test_an_unknown_measure_is_named_and_nothing_is_measured() -> None:
    command = [sys.executable, "-m", "bench", "--only", "no-such-measure"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 4
    assert "own database" in done.stderr
