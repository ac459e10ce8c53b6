"""[[accepted]]: known defects, still run, counted apart, told when they pass, red when their day is over."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from plumbline.judging.accepted import accepted
from plumbline.judging.catalogue import Catalogue
from plumbline.profile import Accepted, Profile
from plumbline.profile_file import ProfileError
from tests.checkouts import checkout_in
from tests.made_up import row
from tests.whole_runs import Ended, module_run, pytest_run

CATALOGUE = Catalogue(
    (row(), row("SES-8"), row("SES-8", half="everywhere"), row("SES-9", planned=True), row("PRE-1", area="preflight"))
)
UNTIL = date(2026, 3, 1)
LAST_DAY, TOO_LATE = "2026-03-01", "2026-03-02"
CHECK = """
import pytest
from plumbline import regression

@pytest.mark.parametrize("case", [1, 2])
@regression("SES-1")
def test_it(visitor, case):
    {body}

@regression("SES-2")
def test_beside_it(visitor):
    assert visitor
"""
ENTRY = '\n[[accepted]]\nrow = "SES-1"\nissue = "https://example.com/7"\nuntil = 2026-03-01\nreason = "seen in June"\n'
WRONG = {
    "no such row": (Accepted("SES-99", "#7", UNTIL), "no row 'SES-99' in the catalogue"),
    "no such half": (Accepted("SES-8", "#7", UNTIL, half="nowhere"), "SES-8 has no half 'nowhere'; there are: "),
    "preflight": (Accepted("PRE-1", "#7", UNTIL), "all other checks stand on PRE-1; take it out and mend it"),
    "planned": (Accepted("SES-9", "#7", UNTIL), "SES-9 has no check yet; take it out"),
    "no issue": (Accepted("SES-1", " ", UNTIL), "SES-1 names no issue; say where the defect is being mended"),
}  # fmt: skip


def run(tmp_path: Path, body: str, today: str, *arguments: str, entry: str = ENTRY) -> Ended:
    """A run on a target that accepts a red SES-1."""
    root = checkout_in(tmp_path, CHECK.format(body=body))
    with (root / "targets" / "small.toml").open("a") as profile:
        profile.write(entry)
    return pytest_run(tmp_path, "--target=small", *arguments, cwd=root, environ={"PLUMBLINE_TODAY": today})


def report(tmp_path: Path, name: str) -> str:
    """A file of the run's reports."""
    [folder] = (tmp_path / "reports").glob("[0-9]*")
    return (folder / name).read_text("utf-8")


def test_an_entry_holds_for_all_of_its_row_one_of_a_half_for_that_half() -> None:
    whole = accepted(Profile("x", accepted=(Accepted("SES-8", "#7", UNTIL),)), Path("x.toml"), CATALOGUE)
    half = accepted(
        Profile("x", accepted=(Accepted("SES-8", "#7", UNTIL, half="everywhere"),)), Path("x.toml"), CATALOGUE
    )

    assert whole.of(row("SES-8")) is whole.of(row("SES-8", half="everywhere")) is not None
    assert half.of(row("SES-8")) is None
    assert half.of(row("SES-8", half="everywhere")) is not None


@pytest.mark.parametrize(("entry", "message"), WRONG.values(), ids=WRONG)
def test_a_wrong_entry_is_told_with_its_remedy(entry: Accepted, message: str) -> None:
    with pytest.raises(ProfileError) as caught:
        accepted(Profile("x", accepted=(entry,)), Path("x.toml"), CATALOGUE)

    assert str(caught.value).startswith(f"x.toml: accepted: {message}")


def test_an_entry_stands_there_once() -> None:
    twice = (Accepted("SES-1", "#7", UNTIL), Accepted("SES-1", "#8", UNTIL))

    with pytest.raises(ProfileError, match="SES-1 stands there twice; take one out"):
        accepted(Profile("x", accepted=twice), Path("x.toml"), CATALOGUE)


@pytest.mark.parametrize("more", [(), ("-n", "2"), ("--repeat", "2")], ids=["alone", "n2", "repeated"])
def test_until_its_day_is_over_a_known_defect_is_counted_apart(tmp_path: Path, more: tuple[str, ...]) -> None:
    ended = run(tmp_path, "assert case == 1", LAST_DAY, *more)

    assert ended.code == 0, ended.output
    assert re.fullmatch(r"GO target=small .* pass=1 fail=0 .* blocked=0 accepted=1 seconds=[\d.]+", ended.verdict)
    assert "accepted: seen in June (https://example.com/7, until 2026-03-01) [SES-1]" in ended.output


def test_every_report_tells_a_known_defect(tmp_path: Path) -> None:
    run(tmp_path, "assert case == 1", LAST_DAY)

    told: dict[str, Any] = json.loads(report(tmp_path, "verdict.json"))
    red = [check for check in told["checks"] if check["word"] == "accepted"]
    assert (told["counts"]["accepted"], told["red"]) == (1, [])
    assert [(one["issue"], one["until"], one["fired"]) for one in red] == [
        ("https://example.com/7", "2026-03-01", "assert 2 == 1")
    ]
    [test] = [test for test in json.loads(report(tmp_path, "ctrf.json"))["results"]["tests"] if "SES-1" in test["name"]]
    assert (test["status"], test["rawStatus"]) == ("pending", "accepted")
    assert 'message="seen in June (https://example.com/7, until 2026-03-01)"' in report(tmp_path, "junit.xml")
    assert "<h2>Known defects</h2><ul><li>accepted: seen in June (https://example.com/7" in report(
        tmp_path, "report.html"
    )


def test_shards_merged_count_it_too(tmp_path: Path) -> None:
    run(tmp_path, "assert case == 1", LAST_DAY)
    [folder] = (tmp_path / "reports").glob("[0-9]*")

    ended = module_run(tmp_path, "plumbline", "merge", str(folder), "--into", str(tmp_path / "into"))

    assert ended.code == 0, ended.output
    assert ended.verdict.startswith("GO target=small ")
    assert " accepted=1 " in ended.verdict


def test_a_known_defect_that_is_gone_is_told(tmp_path: Path) -> None:
    ended = run(tmp_path, "assert visitor", LAST_DAY)

    assert ended.code == 0, ended.output
    assert " pass=2 fail=0 " in ended.verdict
    assert "accepted=" not in ended.verdict
    assert "SES-1 passes: take it out of [[accepted]]" in ended.output


@pytest.mark.parametrize("body", ["assert case == 1", "assert visitor"], ids=["red", "green"])
def test_when_its_day_is_over_it_is_red_whatever_it_says(tmp_path: Path, body: str) -> None:
    ended = run(tmp_path, body, TOO_LATE)

    assert ended.code == 1, ended.output
    assert ended.verdict.endswith(" [SES-1]")
    assert "expired: [[accepted]] holds SES-1 until 2026-03-01 (https://example.com/7)" in ended.output


def test_a_check_that_could_not_judge_is_red_as_ever(tmp_path: Path) -> None:
    ended = run(tmp_path, "raise OSError('no such thing')", LAST_DAY)

    assert ended.code == 1, ended.output
    assert ended.verdict.endswith(" [SES-1]")


def test_a_wrong_entry_is_wrong_use(tmp_path: Path) -> None:
    ended = run(tmp_path, "assert visitor", LAST_DAY, entry=ENTRY.replace("SES-1", "SES-99"))

    assert ended.code == 4, ended.output
    assert "small.toml: accepted: no row 'SES-99' in the catalogue" in ended.output
    assert "Traceback" not in ended.output
