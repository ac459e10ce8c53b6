"""What a profile requires: missing, it is a NO-GO that names it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from plumbline.elsewhere.permission import Level
from plumbline.judging.catalogue import Catalogue
from plumbline.judging.required import missing
from plumbline.judging.selection import Terms
from tests.made_up import record, row
from tests.whole_runs import ROOT, pytest_run

if TYPE_CHECKING:
    from pathlib import Path

    from plumbline.judging.record import Record

CATALOGUE = Catalogue((row("SES-1"), row("SES-2"), row("SES-9", planned=True)))
TERMS = Terms(Level.DISRUPTIVE, frozenset({"restart", "browser"}), lacking={"browser": "there is no Chromium here"})
SMALL = ROOT / "tests" / "small" / "target.toml"


def test_nothing_is_missing_where_all_was_judged() -> None:
    judged = [record("pass", "SES-1"), record("fail", "SES-2", "t.py::test_b")]

    assert missing(["SES", "restart"], CATALOGUE, TERMS, judged) == []


@pytest.mark.parametrize("word", ["unsupported", "disabled", "not-possible"])
def test_a_required_row_that_was_not_judged_is_missing(word: str) -> None:
    ended = [record(word, "SES-1", reason="why")]

    assert missing(["SES-1"], CATALOGUE, TERMS, ended) == [f"required: SES-1 ended as {word}: why"]


def test_a_required_row_whose_red_is_accepted_was_judged() -> None:
    assert missing(["SES-1"], CATALOGUE, TERMS, [record("accepted", "SES-1", reason="why")]) == []


def test_a_row_that_was_not_asked_for_is_not_missing() -> None:
    assert missing(["SES"], CATALOGUE, TERMS, [record("pass", "SES-1")]) == []


def test_a_required_row_without_a_check_is_missing() -> None:
    assert missing(["SES-9"], CATALOGUE, TERMS, []) == ["required: SES-9, which has no check yet"]


@pytest.mark.parametrize("ended", [[], [record("unsupported", "TOK-3", reason="why")]], ids=["no check", "not judged"])
def test_a_required_area_of_which_nothing_was_judged_is_missing(ended: list[Record]) -> None:
    area = [row("TOK-1", planned=True), row("TOK-2", planned=True)]
    catalogue = Catalogue((row(), *area, *(row(one.row) for one in ended)))

    assert missing(["TOK"], catalogue, TERMS, [record("pass"), *ended]) == [
        "required: TOK, which has no check yet [TOK-1, TOK-2]",
        *(f"required: {one.row} ended as unsupported: why" for one in ended),
    ]
    assert missing(["TOK"], catalogue, replace(TERMS, rows=frozenset({"SES-1"})), [record("pass")]) == []


def test_a_required_area_is_there_where_a_row_of_it_was_judged() -> None:
    assert missing(["SES"], CATALOGUE, TERMS, [record("pass", "SES-1")]) == []


def test_a_required_capability_is_offered_and_there() -> None:
    assert missing(["database", "browser"], CATALOGUE, TERMS, []) == [
        "required: database, which target reference does not offer",
        "required: browser; there is no Chromium here",
    ]


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "n2"])
def test_without_a_required_capability_it_is_no_go(tmp_path: Path, workers: tuple[str, ...]) -> None:
    profile = tmp_path / "demanding.toml"
    profile.write_text('required = ["browser"]\n' + SMALL.read_text())

    run = pytest_run(tmp_path, f"--target={profile}", "--rows=SES-1", *workers)

    assert run.code == 1, run.output
    assert run.verdict.startswith("NO-GO target=small release=unknown pass=1 fail=0 ")
    assert "required: browser, which target small does not offer" in run.output


def test_without_a_check_in_a_required_area_it_is_no_go(tmp_path: Path) -> None:
    profile = tmp_path / "demanding.toml"
    profile.write_text('required = ["LOD"]\n' + SMALL.read_text())

    run = pytest_run(tmp_path, f"--target={profile}", "--rows=SES-1,LOD")

    assert run.code == 1, run.output
    assert run.verdict.startswith("NO-GO target=small release=unknown pass=1 fail=0 ")
    assert "required: LOD, which has no check yet [LOD-1, " in run.output


def test_what_is_required_has_to_be_known(tmp_path: Path) -> None:
    profile = tmp_path / "demanding.toml"
    profile.write_text('required = ["SEZ"]\n' + SMALL.read_text())

    run = pytest_run(tmp_path, f"--target={profile}")

    assert run.code == 4, run.output
    assert "required: no row or area 'SEZ' in the catalogue; did you mean SES?" in run.output


def test_where_everything_is_deselected_it_is_no_go(tmp_path: Path) -> None:
    run = pytest_run(tmp_path, f"--target={SMALL}", "--rows=SES-1", "-k", "no_such_check")

    assert run.code == 5, run.output
    assert run.verdict.startswith("NO-GO target=small release=unknown pass=0 fail=0 ")
