"""Rounds: the names in node ids, and what many of them come to."""

from __future__ import annotations

import pytest

from plumbline.judging import rounds
from tests.made_up import record

NAMES = {
    "t.py::test_it[3 of 20]": ("t.py::test_it", 3),
    "t.py::test_it[admin-3 of 20]": ("t.py::test_it[admin]", 3),
    "t.py::test_it[a-b-20 of 20]": ("t.py::test_it[a-b]", 20),
    "t.py::test_it[admin]": ("t.py::test_it[admin]", 1),
    "t.py::test_it": ("t.py::test_it", 1),
}


@pytest.mark.parametrize("nodeid", NAMES)
def test_a_node_id_tells_check_and_round(nodeid: str) -> None:
    assert (rounds.without_round(nodeid), rounds.round_of(nodeid)) == NAMES[nodeid]


def test_all_green() -> None:
    ended = [record("pass", nodeid=f"t.py::test_it[{rounds.name(number, 2)}]") for number in (1, 2)]

    assert rounds.summary(ended, 2) == "2 rounds: all green"


def test_a_row_is_red_once_a_round_however_many_of_its_cases_are() -> None:
    cases = [record("fail", nodeid=f"t.py::test_it[{case}-2 of 3]") for case in ("a", "b")]
    others = [record("pass", nodeid=f"t.py::test_it[a-{number} of 3]") for number in (1, 3)]

    assert rounds.summary([*others, *cases], 3) == "rounds: SES-1 red in 1 of 3"


def test_rounds_that_did_not_run_are_not_green() -> None:
    assert rounds.summary([record("pass", nodeid="t.py::test_it[1 of 3]")], 3) == (
        "3 rounds: none red, 2 of them not run"
    )
    assert "all green" not in rounds.summary([record("blocked", nodeid="t.py::test_it[1 of 1]")], 1)


def test_red_rounds_are_listed() -> None:
    assert rounds.red_in([3, 17], 20) == "red in 2 of 20 rounds: 3, 17"
    assert rounds.red_in([1, 2], 2) == "red in 2 of 2 rounds: all of them"
