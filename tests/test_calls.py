"""Calls that a person makes besides the smoke: at each level, from other folders, and only to be told something."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.whole_runs import ROOT, module_run, pytest_run

SHARED = "PRE,SES-1,SES-2,SES-3,HLT,CRT-1,CRT-3"


@pytest.mark.parametrize("level", ["anonymous", "readonly", "writes"])
def test_a_healthy_platform_is_green_at_every_level(tmp_path: Path, level: str) -> None:
    run = pytest_run(tmp_path, "-m", "smoke", "--rows", SHARED, "--allow", level)

    assert run.code == 0, run.output
    assert run.verdict.startswith("GO ")
    assert " fail=0 " in run.verdict


@pytest.mark.parametrize("call", ["--help", "--version", "--markers", "--fixtures", "--collect-only"])
def test_a_call_that_only_tells_starts_nothing_and_has_no_verdict(tmp_path: Path, call: str) -> None:
    run = pytest_run(tmp_path, call)

    assert run.code == 0, run.output
    assert "GO target=" not in run.output
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize("folder", ["proofs", "tests", "contract"])
def test_outside_suites_plain_pytest_means_suites(tmp_path: Path, folder: str) -> None:
    run = pytest_run(tmp_path, "--rows", "SES-1", cwd=ROOT / folder)

    assert run.code == 0, run.output
    assert " pass=1 " in run.verdict


def test_a_mark_of_pytest_itself_is_no_wrong_use(tmp_path: Path) -> None:
    run = pytest_run(tmp_path, "-m", "not (skipif or timeout or regression)", "--collect-only")

    assert "there is no marker" not in run.output
    assert run.code == 5, run.output


def test_a_command_that_is_none_is_wrong_use(tmp_path: Path) -> None:
    ended = module_run(tmp_path, "plumbline", "bogus")

    assert ended.code == 4
    assert ended.output.startswith("bogus: there is no such command; there are: up, down, merge, ")
    assert ended.output.count("\n") == 1


def test_a_planned_row_says_why_nothing_ran(tmp_path: Path) -> None:
    run = pytest_run(tmp_path, "--rows", "TOK-1")

    assert run.code == 5
    assert "planned: there is no check yet [TOK-1]" in run.output


REVERSING = """
import pytest

@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    items.reverse()
"""


def test_preflight_goes_first_whatever_a_plugin_does_to_the_order(tmp_path: Path) -> None:
    (tmp_path / "reversing.py").write_text(REVERSING)

    run = pytest_run(tmp_path, "--rows", "PRE-1,SES-1", "-p", "reversing", environ={"PYTHONPATH": str(tmp_path)})

    assert run.code == 0, run.output
