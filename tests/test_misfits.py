"""A check that does not fit its row stops the run, with workers too; what this machine lacks is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checkouts import checkout_in
from tests.whole_runs import ROOT, pytest_run

if TYPE_CHECKING:
    from pathlib import Path

WORKERS = pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "n2"])
FITTING = """
from plumbline import regression

@regression("SES-1")
def test_it(visitor):
    assert visitor
"""
MISFITS = {
    "no row": (FITTING.replace('@regression("SES-1")', ""), 'a check names its row: @regression("SES-5")'),
    "unknown row": (FITTING.replace("SES-1", "SES-99"), "no row 'SES-99' in the catalogue; did you mean"),
    "unknown half": (
        FITTING.replace('"SES-1"', '"HLT-1", "ask"'),
        "HLT-1 has no half 'ask'; did you mean asks?",
    ),
    "planned row": (
        FITTING.replace("SES-1", "LOD-5"),
        "LOD-5 says planned = true beside this check; take it out",
    ),
    "too strong a fixture": (
        FITTING.replace("visitor", "own_platform"),
        "own_platform is a fixture of class disruptive, SES-1 is readonly",
    ),
    "not Python": (FITTING.replace("def ", "dfe "), "SyntaxError"),
}
NO_BROWSER = """
from plumbline.browsing import chromium
chromium._PLACES = chromium._NAMES = dict.fromkeys(chromium._NAMES, ())
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the suite with one fitting check of its own, and the small platform as target."""
    return checkout_in(tmp_path, FITTING)


@WORKERS
@pytest.mark.parametrize(("check", "message"), MISFITS.values(), ids=MISFITS)
def test_a_misfit_stops_the_run(checkout: Path, check: str, message: str, workers: tuple[str, ...]) -> None:
    (checkout / "suites" / "sessions" / "test_misfit.py").write_text(check)

    run = pytest_run(checkout.parent, "--target", "small", *workers, cwd=checkout)

    assert run.code == 2, run.output
    assert run.output.count(message) == 1, run.output
    assert "test_misfit.py" in run.output
    assert "INTERNALERROR" not in run.output
    assert run.verdict.startswith("NO-GO ")
    assert " pass=0 " in run.verdict
    assert run.left == []


@WORKERS
def test_the_fitting_check_runs(checkout: Path, workers: tuple[str, ...]) -> None:
    run = pytest_run(checkout.parent, "--target", "small", *workers, cwd=checkout)

    assert run.code == 0, run.output
    assert " pass=1 " in run.verdict


@WORKERS
def test_without_a_browser_its_checks_are_counted_with_the_remedy(tmp_path: Path, workers: tuple[str, ...]) -> None:
    profile = tmp_path / "pages.toml"
    small = (ROOT / "tests" / "small" / "target.toml").read_text("utf-8")
    profile.write_text(small.replace('"restart"', '"browser"'))
    (tmp_path / "no_browser.py").write_text(NO_BROWSER)
    environ = {"PYTHONPATH": str(tmp_path), "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path)}

    run = pytest_run(
        tmp_path, f"--target={profile}", "--rows=SES-1,BRW-1", "-p", "no_browser", *workers, environ=environ
    )

    assert run.code == 0, run.output
    assert " pass=1 fail=0 unsupported=0 disabled=0 not-possible=1 blocked=0 " in run.verdict
    assert "not-possible: there is no Chromium or Chrome here: run `make setup`" in run.output
    assert run.left == []


@WORKERS
@pytest.mark.parametrize("target", ["reference", "tests/small/target.toml"])
def test_where_nothing_ran_it_is_no_go(tmp_path: Path, target: str, workers: tuple[str, ...]) -> None:
    run = pytest_run(tmp_path, f"--target={target}", "--rows=TOK-1", *workers)

    assert run.code == 5, run.output
    assert run.verdict.startswith("NO-GO ")
    assert "Traceback" not in run.output
    assert run.left == []
