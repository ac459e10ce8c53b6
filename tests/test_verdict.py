"""GO or NO-GO: every number counted from records."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fixtures.verdict import KEPT, _point_latest_at
from plumbline.judging import record as records
from plumbline.judging.record import SERIOUSNESS, WORDS, Blocked, Record
from plumbline.judging.verdict import Verdict
from tests.made_up import record


def verdict(*ended: Record, exit_status: int = 0, release: str = "r1") -> Verdict:
    """The verdict of a run that ended so."""
    return Verdict(ended, "reference", release, 2.14, exit_status)


def each(*words: str) -> list[Record]:
    """A record of a check of its own for each word."""
    return [record(word, f"SES-{number}", f"t.py::test_{number}") for number, word in enumerate(words, 1)]


def test_the_last_line_counts_every_word() -> None:
    ended = [word for count, word in enumerate(WORDS, 1) for _ in range(count)]

    assert verdict(*each(*ended), exit_status=1).line() == (
        "NO-GO target=reference release=r1 pass=1 fail=2 unsupported=3 disabled=4 not-possible=5 blocked=6"
        " accepted=7 seconds=2.1 [SES-2 SES-3]"
    )


def test_go_names_no_row() -> None:
    assert verdict(*each("pass", "unsupported")).line() == (
        "GO target=reference release=r1 pass=1 fail=0 unsupported=1 disabled=0 not-possible=0 blocked=0 seconds=2.1"
    )


def test_where_nothing_failed_the_rows_that_block_are_named() -> None:
    ended = [*each("pass"), replace(record("blocked", "SES-2", "t.py::test_2"), blocked_by="PRE-1")]

    assert verdict(*ended, exit_status=1).line().endswith(" blocked=1 seconds=2.1 [PRE-1]")


def test_go_needs_a_check_that_passed() -> None:
    assert verdict(*each("pass")).go
    assert not verdict().go
    assert not verdict(*each("unsupported", "not-possible", "disabled")).go


@pytest.mark.parametrize("exit_status", [1, 2, 3, 4, 5])
def test_go_needs_exit_0(exit_status: int) -> None:
    assert not verdict(*each("pass"), exit_status=exit_status).go


def test_an_unknown_release_is_called_so() -> None:
    assert " release=unknown " in verdict(release="").line()


def test_a_parametrised_check_counts_once_by_its_worst_part() -> None:
    parts = [record(word, nodeid=f"t.py::test_it[{word}]") for word in ("pass", "fail", "pass")]

    assert verdict(*parts).counts == {"fail": 1}


def test_a_red_row_is_named_once() -> None:
    two = [record("fail", "SES-1", "t.py::test_a"), record("fail", "SES-1", "t.py::test_b")]

    assert verdict(*two, exit_status=1).red_rows == ["SES-1"]


@pytest.mark.parametrize("worse", range(len(SERIOUSNESS) - 1))
def test_the_more_serious_end_wins_in_either_order(worse: int) -> None:
    pair = [record(SERIOUSNESS[worse]), record(SERIOUSNESS[worse + 1])]

    assert [one.word for one in records.by_check(pair)] == [SERIOUSNESS[worse]]
    assert [one.word for one in records.by_check(pair[::-1])] == [SERIOUSNESS[worse]]


def test_every_word_has_its_seriousness() -> None:
    assert sorted(SERIOUSNESS) == sorted(WORDS)


def test_records_are_read_as_they_were_written(tmp_path: Path) -> None:
    written = each("pass", "fail")
    records.write(written, tmp_path / "records.jsonl")

    assert list(records.read(tmp_path / "records.jsonl")) == written


def test_a_blocked_check_names_its_row() -> None:
    blocked = Blocked("SES-1", "no login")

    assert (blocked.row, str(blocked)) == ("SES-1", "blocked by SES-1: no login")


def test_a_run_that_judged_nothing_pushes_no_other_out(tmp_path: Path) -> None:
    runs = [tmp_path / f"202601{day:02}-000000-1" for day in range(1, KEPT + 3)]
    for run in runs:
        run.mkdir()
        idle = run in (runs[5], runs[-1])
        records.write(each("unsupported") if idle else each("pass", "fail"), run / "records.jsonl")

    _point_latest_at(runs[-1])

    assert sorted(tmp_path.glob("2*")) == [run for run in runs if run != runs[5]]
    assert (tmp_path / "latest").resolve() == runs[-1]
    _point_latest_at(runs[-2])
    assert sorted(tmp_path.glob("2*")) == [run for run in runs if run not in (runs[5], runs[-1])]
