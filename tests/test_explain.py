"""--explain: each check once, whether it runs or why not, and nothing is started for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from plumbline.judging.catalogue import AREAS, Catalogue
from plumbline.judging.explanation import Told, each_once, explained
from tests.checkouts import checkout_in
from tests.made_up import row
from tests.whole_runs import ROOT, Ended, pytest_run

if TYPE_CHECKING:
    from pathlib import Path

SMALL = ROOT / "tests" / "small" / "target.toml"
COUNTS = r"(\d+) checks: (\d+) run(?:, (\d+) not asked \(([^)]*)\))?(?:, \d+ unsupported)?(?:, (\d+) not possible)?; .*"
REMOTE = """
name = "far"
[remote]
origins = ["https://far.example.invalid"]
[accounts.admin]
username = "ada"
password_env = "FAR_PASSWORD"
"""
CREDENTIALS = {"FAR_PASSWORD": "a-good-password"}
ENTRY = '\n[[accepted]]\nrow = "SES-1"\nissue = "#7"\nuntil = 2026-03-01\nreason = "seen in June"\n'
CHECK = """
from plumbline import regression

@regression("SES-1")
def test_it(visitor):
    assert visitor
"""


def told(ended: Ended) -> list[str]:
    """The lines of the table that name a check."""
    assert ended.code == 0, ended.output
    return re.findall(r"^  [A-Z]+-\d+ .*$", ended.output, re.MULTILINE)


def counts(ended: Ended) -> re.Match[str]:
    """The line of counts."""
    found = re.search(f"^{COUNTS}$", ended.output, re.MULTILINE)
    assert found, ended.output
    return found


def test_a_check_is_told_once_as_running_where_one_of_its_cases_runs() -> None:
    cases = [Told("t.py::a", row(), "not asked"), Told("t.py::a", row(), "runs"), Told("t.py::b", row(), "runs")]

    assert each_once(cases) == cases[1:]


def test_the_table_has_the_areas_their_checks_reasons_and_planned_rows_and_the_counts() -> None:
    rows = [row(), row("SES-2"), row("SES-3", planned=True), row("HLT-1", area="health"), row("TOK-1", area="tokens")]
    checks = [
        Told("a", rows[0], "runs"), Told("b", rows[1], "not possible", "needs redis"),
        Told("c", rows[3], "not asked", "-m smoke"),
    ]  # fmt: skip

    *table, counted, _ = explained(rows, checks, {"a": "it lives", "b": "it lasts", "c": "it is well"})

    assert [" ".join(line.split()) for line in table if line] == [
        "sessions", "SES-1 runs it lives", "SES-2 not possible it lasts", "needs redis", "planned SES-3",
        "health", "HLT-1 not asked it is well",
    ]  # fmt: skip
    assert counted == "3 checks: 1 run, 1 not asked (-m smoke), 1 not possible; 1 planned rows have no check yet"


def test_each_check_of_the_suite_is_told_and_nothing_is_started(tmp_path: Path) -> None:
    ended = pytest_run(tmp_path, "--explain")

    checks = re.findall(r"^def test_", "".join(p.read_text() for p in ROOT.glob("suites/*/test_*.py")), re.MULTILINE)
    assert len(told(ended)) == len(checks) == int(counts(ended)[1])
    assert set(re.findall(r"^[a-z]+$", ended.output, re.MULTILINE)) == set(AREAS)
    assert "GO target=" not in ended.output
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "n2"])
def test_what_a_marker_leaves_out_is_told_too(tmp_path: Path, workers: tuple[str, ...]) -> None:
    ended = pytest_run(tmp_path, "--explain", "-m", "smoke", *workers)

    asked = {title for line in told(ended) if " runs " in line for title in [line[2:20].strip()]}
    rows = Catalogue.load(ROOT / "contract" / "regressions")
    assert asked <= {one.title for one in rows if one.smoke == "yes"}
    assert (len(told(ended)), counts(ended)[4]) == (int(counts(ended)[1]), "-m smoke")


def test_what_rows_and_the_target_leave_out_is_told(tmp_path: Path) -> None:
    ended = pytest_run(tmp_path, "--explain", f"--target={SMALL}", "--rows=SES-1,SES-5,PRE-2,TOK-1")

    assert counts(ended)[4] == "--rows SES-1,SES-5,PRE-2,TOK-1"
    assert re.search(r"  PRE-2 +not possible .*\n +needs database, which target small does not offer\n", ended.output)
    assert "planned           TOK-1\n" in ended.output


def test_a_target_that_is_only_reached_is_explained_without_reaching_it(tmp_path: Path) -> None:
    (tmp_path / "far.toml").write_text(REMOTE)

    ended = pytest_run(tmp_path, "--explain", f"--target={tmp_path / 'far.toml'}", environ=CREDENTIALS)

    assert re.search(r"  SES-5 +not possible .*\n +.*never on a target that the run does not start\n", ended.output)
    assert " SES-1             runs " in ended.output


def test_the_smoke_of_a_target_that_is_only_reached_has_rows_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "far.toml").write_text(REMOTE)

    far = pytest_run(tmp_path, "--explain", "-m", "smoke", f"--target={tmp_path / 'far.toml'}", environ=CREDENTIALS)
    ours = pytest_run(tmp_path, "--explain", "-m", "smoke", "--target=reference")

    assert (" PRF-5             runs " in far.output, " PRF-5             runs " in ours.output) == (True, False)


@pytest.mark.parametrize(
    ("today", "said"),
    [
        ("2026-03-01", "its red counts as accepted: seen in June (#7, until 2026-03-01)"),
        ("2026-03-02", "red, whatever it says: [[accepted]] holds SES-1 until 2026-03-01 (#7)"),
    ],
)
def test_what_would_become_of_a_known_defect_is_told(tmp_path: Path, today: str, said: str) -> None:
    root = checkout_in(tmp_path, CHECK)
    with (root / "targets" / "small.toml").open("a") as profile:
        profile.write(ENTRY)

    ended = pytest_run(tmp_path, "--explain", "--target=small", cwd=root, environ={"PLUMBLINE_TODAY": today})

    assert f"  SES-1             runs          it\n{' ' * 34}{said}\n" in ended.output
    assert counts(ended)[2] == "1"


def test_a_check_that_does_not_fit_its_row_stops_it(tmp_path: Path) -> None:
    root = checkout_in(tmp_path, CHECK.replace("SES-1", "SES-99"))

    ended = pytest_run(tmp_path, "--explain", "--target=small", cwd=root)

    assert ended.code == 2, ended.output
    assert "no row 'SES-99' in the catalogue" in ended.output


def test_a_suite_of_which_nothing_is_asked_is_an_answer(tmp_path: Path) -> None:
    assert counts(pytest_run(tmp_path, "--explain", "-k", "no_such_check"))[2] == "0"


def test_no_password_is_needed_to_be_told(tmp_path: Path) -> None:
    profile = tmp_path / "far.toml"
    profile.write_text(REMOTE)

    assert told(pytest_run(tmp_path, "--explain", f"--target={profile}"))
