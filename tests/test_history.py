"""What became of each check, run after run: kept, bounded, compared with the last GO, and shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from plumbline.judging import history
from plumbline.judging.catalogue import Catalogue
from plumbline.judging.history import Past
from plumbline.judging.readiness import answered
from plumbline.report.difference import since
from plumbline.report.trend import page, trends
from tests.made_up import record, row
from tests.whole_runs import ROOT, module_run, pytest_run

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

SMALL = ROOT / "tests" / "small" / "target.toml"
CHECK = "t.py::test_it"


def past(word: str, run: int = 1, name: str = "SES-1", seconds: float = 1.0, *, go: bool = True) -> Past:
    """A line of a run, whose release is `r<run>`."""
    return Past(f"run{run}", float(run), "reference", f"r{run}", go, name, CHECK, word, seconds)


def test_lines_are_read_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "new" / "history.jsonl"
    history.append([past("pass", 1)], path)
    history.append([past("fail", 2)], path)

    assert [one.word for one in history.read(path)] == ["pass", "fail"]


def test_what_is_too_long_loses_its_older_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "history.jsonl"
    monkeypatch.setattr(history, "LARGEST", 2000)
    for run in range(40):
        history.append([past("pass", run)], path)

    kept = [one.run for one in history.read(path)]

    assert path.stat().st_size <= 2000
    assert kept == [f"run{run}" for run in range(40 - len(kept), 40)]


def test_a_line_that_was_cut_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    history.append([past("pass")], path)
    path.write_text(path.read_text() + '{"run": "run')

    assert [one.word for one in history.read(path)] == ["pass"]


def test_the_last_go_is_the_newest_on_this_target(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    history.append([past("pass", 1), past("pass", 1, "SES-2")], path)
    history.append([past("pass", 2), past("fail", 2, "SES-2", go=False)], path)
    history.append([past("fail", 3, go=False)], path)

    assert {one.run for one in history.last_go(path, "reference")} == {"run2"}
    assert history.last_go(path, "staging") == []
    assert history.last_go(tmp_path / "none.jsonl", "reference") == []


def test_the_difference_names_what_went_red_what_was_lost_and_what_was_won() -> None:
    then = [past("pass", name=name) for name in ("SES-1", "SES-2", "SES-3")]
    now = [record("fail", "SES-1", "a"), record("blocked", "SES-2", "b"), record("pass", "SES-4", "d")]

    found = since(then, now)

    assert found is not None
    assert (found.red, found.lost, found.won, found.not_asked) == (("SES-1",), ("SES-2",), ("SES-4",), 1)
    assert since([], now) is None


def test_a_trend_knows_the_release_that_made_it_red() -> None:
    words = ["pass", "fail", "pass", "pass", "fail", "disabled", "blocked"]

    [trend] = trends(past(word, run) for run, word in enumerate(words, 1))

    assert (trend.red, len(trend.judged), trend.since) == (3, 6, "r5")


def test_a_trend_knows_how_much_slower_it_has_become() -> None:
    [trend] = trends(past("pass", run, seconds=1.0 if run < 4 else 3.0) for run in range(1, 10))
    [short] = trends(past("pass", run, seconds=float(run)) for run in range(1, 4))

    assert trend.growth == 3.0
    assert short.growth == 1.0


def test_the_page_escapes_what_platforms_call_their_releases() -> None:
    shown = page([replace(past("fail"), release="<script>x</script>\x1b")])

    assert "<script" not in shown
    assert "\x1b" not in shown
    assert "100%" in shown


def test_runs_leave_lines_and_the_command_makes_the_page(tmp_path: Path) -> None:
    for _ in range(2):
        pytest_run(tmp_path, f"--target={SMALL}", "--rows=SES-1")
    environ = {"PLUMBLINE_REPORTS": str(tmp_path / "reports")}

    ended = module_run(tmp_path, "plumbline", "history", environ=environ)

    assert ended.code == 0, ended.output
    assert "history: 2 runs in " in ended.output
    assert "a login is remembered" in (tmp_path / "reports" / "history.html").read_text("utf-8")


def test_without_a_run_there_is_no_page(tmp_path: Path) -> None:
    ended = module_run(tmp_path, "plumbline", "history", environ={"PLUMBLINE_REPORTS": str(tmp_path)})

    assert ended.code == 1
    assert "no run has left a line" in ended.output


def test_an_item_of_the_checklist_is_as_good_as_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "readiness.toml"
    path.write_text('[a]\nrows = ["SES"]\n[b]\nrows = ["SES-1"]\n[c]\nrows = ["SES-2"]\n[d]\nby_hand = "look"\n')
    catalogue = Catalogue((row("SES-1"), row("SES-2"), row("SES-3")))

    def answers(*words: str) -> list[str]:
        ended = [record(word, f"SES-{number}", f"t{number}") for number, word in enumerate(words, 1)]
        return [item.answer for item in answered(path, catalogue, ended)]

    assert answers("pass", "pass", "pass") == ["green", "green", "green", "by hand"]
    assert answers("pass", "fail") == ["red", "green", "red", "by hand"]
    assert answers("pass", "blocked") == ["in part", "green", "not checked", "by hand"]
    assert answers() == ["not checked", "not checked", "not checked", "by hand"]
