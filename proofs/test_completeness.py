"""Every row that is not planned has a check, every check a row, every row a fault, and nothing is counted twice."""

from __future__ import annotations

import pytest

from fixtures.options import ASKED
from fixtures.services import target_of
from plumbline.judging.detection_page import checks
from plumbline.judging.faulty import known_faults
from plumbline.places import ROOT


def marked_rows() -> set[str]:
    """The rows, `SES-8` or `SES-8 everywhere`, that the checks of `suites/` say they hold for."""
    return set(checks(ROOT))


@pytest.fixture(scope="module")
def rows(pytestconfig: pytest.Config) -> dict[str, bool]:
    """Every row of the catalogue, and whether it is planned."""
    return {row.title: row.planned for row in pytestconfig.stash[ASKED].catalogue}


@pytest.fixture(scope="module")
def brought_back(pytestconfig: pytest.Config) -> dict[str, list[str]]:
    """Every fault, canaries aside, and the rows that it brings back."""
    listed = known_faults(target_of(pytestconfig.stash[ASKED]))
    return {name: fault["brings_back"] for name, fault in listed.items() if not fault["canary"]}


def test_every_row_that_is_not_planned_has_a_check(rows: dict[str, bool]) -> None:
    assert {title for title, planned in rows.items() if not planned} - marked_rows() == set()


def test_every_check_has_a_row(rows: dict[str, bool]) -> None:
    assert marked_rows() - rows.keys() == set()


def test_every_row_that_is_not_planned_has_a_fault(rows: dict[str, bool], brought_back: dict[str, list[str]]) -> None:
    broken = {title for titles in brought_back.values() for title in titles}

    assert {title for title, planned in rows.items() if not planned} - broken == set()


def test_no_fault_brings_back_a_planned_row(rows: dict[str, bool], brought_back: dict[str, list[str]]) -> None:
    stray = {name: [row for row in titles if rows.get(row, True)] for name, titles in brought_back.items()}

    assert {name: titles for name, titles in stray.items() if titles} == {}
