"""What a run leaves for programs and people: in its place, true to its schema, harmless whatever it quotes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest

from plumbline.browsing.chromium import find, launch_arguments, sandbox_works
from plumbline.judging import history
from plumbline.judging.verdict import Verdict
from plumbline.report.machine import SCHEMA
from tests.deployed import PASSWORD, VARIABLE, deployed
from tests.whole_runs import ROOT, Ended, pytest_run

if TYPE_CHECKING:
    from playwright.sync_api import Page

SMALL = ROOT / "tests" / "small" / "target.toml"
WORKERS = {"alone": (), "n2": ("-n", "2")}
TIMES = {"passed", "failed", "pending", "skipped", "other", "tests", "start", "stop"}
"""What CTRF's summary has to have."""


@pytest.fixture(scope="module", params=list(WORKERS.values()), ids=list(WORKERS))
def attacked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """A run on GitHub against a platform whose answers attack their reader."""
    home = tmp_path_factory.mktemp("attacked")
    profile = home / "attacking.toml"
    profile.write_text(SMALL.read_text("utf-8").replace("[environment]", '[environment]\nBREAK = "attacks"'))
    files = {"GITHUB_STEP_SUMMARY": str(home / "summary.md"), "GITHUB_OUTPUT": str(home / "outputs")}
    environ = {"GITHUB_ACTIONS": "true", **files}
    return pytest_run(home, f"--target={profile}", "--rows=SES-1,SES-2,HLT-1", *request.param, environ=environ)


def folder(run: Ended) -> Path:
    """The one run's folder."""
    [found] = (run.home / "reports").glob("[0-9]*")
    return found


def told(run: Ended, name: str) -> dict[str, Any]:
    """One of the JSON files of a run."""
    loaded: dict[str, Any] = json.loads((folder(run) / name).read_text("utf-8"))
    return loaded


def test_verdict_json_is_true_to_its_schema(attacked: Ended) -> None:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    found = told(attacked, "verdict.json")

    assert [error.message for error in jsonschema_rs.validator_for(schema).iter_errors(found)] == []
    assert found["verdict"] == "NO-GO"
    assert found["line"] == attacked.verdict
    assert found["red"] == ["SES-1"]


def test_ctrf_counts_the_same(attacked: Ended) -> None:
    results = told(attacked, "ctrf.json")["results"]
    counts = told(attacked, "verdict.json")["counts"]

    assert set(results["summary"]) == TIMES
    assert results["summary"]["failed"] == counts["fail"] == 1
    assert results["summary"]["passed"] == counts["pass"]
    assert results["summary"]["tests"] == sum(counts.values()) == len(results["tests"])


def test_each_check_leaves_a_line_of_history(attacked: Ended) -> None:
    past = list(history.read(attacked.home / "reports" / "history.jsonl"))

    assert sorted(one.word for one in past) == ["fail", "not-possible", "not-possible", "pass", "pass"]
    assert not any(one.go for one in past)


def test_a_terminal_gets_no_control_of_the_platforms(attacked: Ended) -> None:
    assert "\x1b" not in attacked.output
    assert "\x07" not in attacked.output
    assert "taken" in attacked.output  # it is quoted, harmlessly


def test_github_takes_no_command_of_the_platforms(attacked: Ended) -> None:
    lines = attacked.output.splitlines()
    [token] = [line.removeprefix("::stop-commands::") for line in lines if line.startswith("::stop-commands::")]
    resumed = lines.index(f"::{token}::")
    before, after = lines[lines.index(f"::stop-commands::{token}") + 1 : resumed], lines[resumed + 1 :]

    assert token not in "".join(before)
    [error, verdict] = after
    assert error.startswith("::error file=suites/sessions/test_login.py,line=")
    assert ",title=SES-1::" in error
    assert "##[" not in verdict
    assert verdict == attacked.verdict


def test_githubs_summary_quotes_without_a_mark(attacked: Ended) -> None:
    summary = (attacked.home / "summary.md").read_text("utf-8")

    assert summary.startswith("## NO-GO small, release unknown\n")
    assert [mark for mark in ("<script", "<img", "](", "`", "\x1b", "##[", "&&") if mark in summary] == []
    assert not re.search(r"^::", summary, re.MULTILINE)


def test_a_later_job_learns_the_answer_and_the_release(attacked: Ended) -> None:
    assert (attacked.home / "outputs").read_text("utf-8") == "verdict=NO-GO\nrelease=unknown\n"


@pytest.mark.parametrize("release", ["1.2\nverdict=GO", "1.2\r\nverdict=GO", "1.2<<EOF"])
def test_no_release_writes_an_output_of_its_own(release: str) -> None:
    verdict = Verdict(records=[], target="small", release=release, seconds=1.0, exit_status=1)

    assert re.fullmatch("[^\\s<]+", verdict.release_word)


def test_the_page_holds_no_markup_of_the_platforms(attacked: Ended) -> None:
    page = (folder(attacked) / "report.html").read_text("utf-8")

    assert "<script>document" not in page
    assert "<img src=x" not in page
    assert "\x1b" not in page
    assert "default-src 'none'" in page.replace("&#x27;", "'")
    assert "http://" not in re.sub(r"127\.0\.0\.1|www\.w3\.org", "", page).partition("<body>")[0]


def test_the_page_is_whole_offline_and_nothing_of_the_platforms_runs_in_it(attacked: Ended) -> None:
    chromium = find()
    if chromium is None:
        pytest.skip("there is no Chromium here")
    from playwright.sync_api import sync_playwright

    trouble: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.executable, args=launch_arguments(), chromium_sandbox=sandbox_works()
        )
        page = browser.new_context(offline=True, viewport={"width": 390, "height": 844}).new_page()
        page.on("console", lambda message: trouble.append(message.text))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.goto((folder(attacked) / "report.html").as_uri())
        seen = looked_at(page)
        browser.close()

    assert trouble == []
    assert re.fullmatch(r"1 of \d+", str(seen.pop("of")))
    assert seen == {"title": "Plumbline", "fits": True, "exchanges": True, "shown": 1}


def looked_at(page: Page) -> dict[str, object]:
    """What a person finds: the title, whether it fits a phone, the exchanges, and what a search leaves."""
    page.get_by_label("search the checks").fill("ses-1")
    return {
        "title": page.title(),
        "fits": page.evaluate("document.documentElement.scrollWidth <= innerWidth"),
        "exchanges": page.locator(".red details", has_text="exchanges").first.is_visible(),
        "of": page.locator(".found").inner_text(),
        "shown": page.locator(".results-table-row:visible").count(),
    }


def test_what_a_platform_answers_is_no_markup_in_the_report(tmp_path: Path) -> None:
    with deployed() as platform:
        platform.user = platform.well = "<script>alert(1)</script>"
        profile = tmp_path / "deployed.toml"
        profile.write_text(platform.profile().replace("[remote]\n", "[remote]\nsynthetic = true\n"), "utf-8")
        own = {VARIABLE: PASSWORD, "PLUMBLINE_HOME": str(tmp_path / "home")}
        ended = pytest_run(tmp_path, f"--target={profile}", "--rows", "SES-1,HLT-1", environ=own)

    [page] = (tmp_path / "reports").glob("[0-9]*/report.html")
    written = page.read_text("utf-8")
    assert " fail=2 " in ended.verdict, ended.output
    assert "&lt;script&gt;alert(1)" in written
    assert "<script>alert(1)" not in written
    assert "Content-Security-Policy" in written
