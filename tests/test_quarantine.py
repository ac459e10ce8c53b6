"""quarantine.toml: still run, counted apart, told when it passes, red when its day is over."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from plumbline.judging.catalogue import Catalogue
from plumbline.judging.quarantine import Quarantine, QuarantineError
from tests.checkouts import checkout_in
from tests.made_up import row
from tests.whole_runs import Ended, pytest_run

if TYPE_CHECKING:
    from pathlib import Path

CATALOGUE = Catalogue((row("SES-1"), row("SES-8", half="everywhere"), row("SES-8"), row("PRE-1", area="preflight")))
ENTRY = 'issue = "https://example.com/7"\nuntil = 2026-03-01\nreason = "being mended"\n'
CHECK = """
from plumbline import regression

@regression("SES-1")
def test_it(visitor):
    assert {outcome}

@regression("SES-2")
def test_beside_it(visitor):
    assert visitor
"""
DAYS = {"tomorrow is its last day": "2026-02-28", "its last day": "2026-03-01"}
WRONG = {
    "no such row": ("[SES-99]\n" + ENTRY, "no row 'SES-99' in the catalogue"),
    "no such half": ("[SES-8.nowhere]\n" + ENTRY, "SES-8 has no half 'nowhere'; there are: everywhere"),
    "preflight": ("[PRE-1]\n" + ENTRY, "all other checks stand on the preflight"),
    "key": ("[SES-1]\n" + ENTRY + 'owner = "ada"', "there is no key owner"),
    "no issue": ("[SES-1]\n" + ENTRY.partition("\n")[2], "issue is missing"),
    "quoted day": ("[SES-1]\n" + ENTRY.replace("2026-03-01", '"2026-03-01"'), "must be a day such as 2026-12-24"),
    "outside": (ENTRY, "issue stands outside any row"),
    "no TOML": ("[SES-1", "an entry looks like"),
}


def quarantine(tmp_path: Path, text: str) -> Quarantine:
    """The quarantine that a file of this text makes."""
    (tmp_path / "quarantine.toml").write_text(text)
    return Quarantine.load(tmp_path / "quarantine.toml", CATALOGUE)


def run(tmp_path: Path, outcome: str, today: str, *arguments: str, entry: str = "[SES-1]\n" + ENTRY) -> Ended:
    """A run with SES-1 in quarantine."""
    root = checkout_in(tmp_path, CHECK.format(outcome=outcome))
    (root / "quarantine.toml").write_text(entry)
    return pytest_run(tmp_path, "--target=small", *arguments, cwd=root, environ={"PLUMBLINE_TODAY": today})


def test_no_file_is_no_quarantine(tmp_path: Path) -> None:
    assert Quarantine.load(tmp_path / "quarantine.toml", CATALOGUE).of(row("SES-1")) is None


def test_an_entry_holds_for_all_of_its_row_one_of_a_half_for_that_half(tmp_path: Path) -> None:
    whole = quarantine(tmp_path, "[SES-8]\n" + ENTRY)
    half = quarantine(tmp_path, "[SES-8.everywhere]\n" + ENTRY)

    assert whole.of(row("SES-8", half="everywhere")) is whole.of(row("SES-8")) is not None
    assert half.of(row("SES-8", half="everywhere")) is not None
    assert half.of(row("SES-8")) is None


def test_an_entry_holds_on_its_last_day(tmp_path: Path) -> None:
    entry = quarantine(tmp_path, "[SES-1]\n" + ENTRY).of(row("SES-1"))

    assert entry is not None
    assert not entry.expired(date(2026, 3, 1))
    assert entry.expired(date(2026, 3, 2))


@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=WRONG)
def test_a_wrong_entry_is_told_with_its_remedy(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(QuarantineError) as caught:
        quarantine(tmp_path, text)

    assert message in str(caught.value)
    assert "quarantine.toml" in str(caught.value)


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "n2"])
@pytest.mark.parametrize("today", DAYS.values(), ids=DAYS)
def test_until_its_day_is_over_a_red_check_is_disabled(tmp_path: Path, today: str, workers: tuple[str, ...]) -> None:
    ended = run(tmp_path, "False", today, *workers)

    assert ended.code == 0, ended.output
    assert " pass=1 fail=0 unsupported=0 disabled=1 " in ended.verdict
    assert "disabled: being mended (https://example.com/7, until 2026-03-01) [SES-1]" in ended.output


def test_a_check_that_passes_in_quarantine_is_told(tmp_path: Path) -> None:
    ended = run(tmp_path, "True", "2026-02-28")

    assert ended.verdict.startswith("GO "), ended.output
    assert " pass=2 fail=0 unsupported=0 disabled=0 " in ended.verdict
    assert "SES-1 passes: take it out of quarantine.toml" in ended.output


@pytest.mark.parametrize("outcome", ["False", "True"])
def test_when_its_day_is_over_it_is_red_whatever_it_says(tmp_path: Path, outcome: str) -> None:
    ended = run(tmp_path, outcome, "2026-03-02")

    assert ended.code == 1, ended.output
    assert ended.verdict.endswith(" [SES-1]")
    assert "expired: quarantine.toml holds SES-1 until 2026-03-01 (https://example.com/7)" in ended.output


def test_a_wrong_entry_is_wrong_use(tmp_path: Path) -> None:
    ended = run(tmp_path, "True", "2026-02-28", entry="[SES-99]\n" + ENTRY)

    assert ended.code == 4, ended.output
    assert "no row 'SES-99' in the catalogue" in ended.output
    assert "Traceback" not in ended.output
