"""Checks hold for platforms with other words for everything, by profile alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plumbline.judging import record
from tests.whole_runs import ROOT, Ended, pytest_run

if TYPE_CHECKING:
    from pathlib import Path

PROFILE = ROOT / "tests" / "small" / "target.toml"
ROWS = "SES-1,SES-2,SES-3,HLT-1"
BREAKS = {
    "forgets": "SES-1",
    "tells": "SES-2",
    "stumbles": "SES-3",
    "stands": "HLT-1",
}
"""How the small platform can be broken, and the one row that is red then."""


def small_run(home: Path, profile: Path) -> Ended:
    """A run of the four rows."""
    return pytest_run(home, f"--target={profile}", "--rows", ROWS)


def ends(run: Ended) -> dict[str, str]:
    """How each row or half of a row ended."""
    [file] = (run.home / "reports").glob("[0-9]*/records.jsonl")
    return {one.title: one.word for one in record.by_check(record.read(file))}


def test_four_rows_pass_on_another_platform_by_its_profile_alone(tmp_path: Path) -> None:
    run = small_run(tmp_path, PROFILE)

    assert run.code == 0, run.output
    assert run.verdict.startswith("GO target=small release=unknown pass=5 fail=0 ")
    passed = dict.fromkeys(["SES-1", "SES-2", "SES-3", "SES-3 forged", "HLT-1"], "pass")
    assert ends(run) == {**passed, "HLT-1 asks": "not-possible", "SES-2 portals": "not-possible"}
    assert run.left == []


@pytest.mark.parametrize(("way", "row"), BREAKS.items())
def test_a_broken_one_is_red_in_the_row_that_broke(tmp_path: Path, way: str, row: str) -> None:
    profile = tmp_path / "broken.toml"
    profile.write_text(PROFILE.read_text().replace("[environment]", f'[environment]\nBREAK = "{way}"'))

    run = small_run(tmp_path, profile)

    assert run.code == 1, run.output
    assert run.verdict.startswith("NO-GO target=small ")
    assert run.verdict.endswith(f" [{row}]")


def test_pages_that_its_file_does_not_have_are_named_and_not_red(tmp_path: Path) -> None:
    profile = tmp_path / "pages.toml"
    small = PROFILE.read_text().replace('"restart"', '"browser"').replace("absent = [", 'absent = ["/calendar", ')
    profile.write_text(small.replace("cookie =", 'pages = "of-mine.toml"\ncookie =', 1))
    (tmp_path / "of-mine.toml").write_text('["/board"]\nrole = "everybody"\nheading = "Board"\n')

    run = pytest_run(tmp_path, f"--target={profile}", "--rows", "BRW-1,BRW-2,SES-1")

    assert run.code == 0, run.output
    assert f'needs a page ["/"] with settles = true: add it to {tmp_path / "of-mine.toml"} [BRW-1]' in run.output
    assert "unsupported: the profile says that the platform has no /calendar [BRW-2" in run.output


@pytest.mark.parametrize("word", ["/whoami", "/signin", "tests/small", "ada@example.invalid"])
def test_nothing_on_the_suites_side_knows_of_it(word: str) -> None:
    knowing = [
        str(file.relative_to(ROOT))
        for folder in ("suites", "plumbline", "fixtures", "seeds", "contract")
        for file in (ROOT / folder).rglob("*.*")
        if file.suffix != ".pyc"
        and file.is_file()
        and "drafting" not in file.parts  # guesses at what paths are usual
        and word in file.read_text("utf-8", "replace")
    ]

    assert knowing == []
