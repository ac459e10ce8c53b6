"""Whole runs that write on a platform that is not ours, and what they leave there however they end."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.deployed import PASSWORD, VARIABLE, Deployed, deployed
from tests.noting import notes, profile_of
from tests.whole_runs import HANGS, ROOT, Ended, environment, pytest_run


@pytest.fixture
def platform() -> Iterator[Deployed]:
    """A platform that keeps notes."""
    with deployed() as there:
        yield there


def run(home: Path, profile: Path, *words: str) -> Ended:
    """A run of CRT-13, which makes two notes, unless told otherwise."""
    environ = {"PLUMBLINE_HOME": str(home / "home"), VARIABLE: PASSWORD}
    asked = words or ("--allow", "writes", "--rows", "CRT-13")
    return pytest_run(home, f"--target={profile}", *asked, environ=environ)


def cut_off(home: Path, profile: Path, platform: Deployed, number: signal.Signals) -> None:
    """A run that gets a signal while two notes of its are there."""
    reached, over = threading.Event(), threading.Event()

    def listing() -> None:
        if len(platform.notes) > 1:
            reached.set()
            over.wait(HANGS)

    platform.listing = listing
    own = {"PLUMBLINE_HOME": str(home / "home"), "PLUMBLINE_REPORTS": str(home / "reports"), VARIABLE: PASSWORD}
    words = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", f"--target={profile}", "--allow", "writes"]
    with subprocess.Popen(
        [*words, "--rows", "CRT-13"],
        cwd=ROOT,
        env=environment(own),
        stdout=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
    ) as process:
        assert reached.wait(HANGS)
        process.send_signal(number)
        if number is signal.SIGKILL:
            process.wait(HANGS)
        over.set()
        process.wait(HANGS)
    platform.listing = lambda: None


def ledgers(home: Path) -> list[Path]:
    """Those that are left."""
    return sorted((home / "home" / "ledger").glob("*"))


def test_a_run_in_order_leaves_nothing(platform: Deployed, tmp_path: Path) -> None:
    ended = run(tmp_path, profile_of(platform, tmp_path))

    assert (ended.code, "pass=1" in ended.verdict) == (0, True), ended.output
    assert [method for method, _ in platform.asked].count("DELETE") == 2
    assert (platform.notes, platform.sessions, ledgers(tmp_path)) == ({}, set(), [])


def test_what_a_killed_run_has_left_is_removed_by_cleanup_only(platform: Deployed, tmp_path: Path) -> None:
    profile = profile_of(platform, tmp_path)
    cut_off(tmp_path, profile, platform, signal.SIGKILL)
    [left] = ledgers(tmp_path)
    assert len(platform.notes) == 2
    assert PASSWORD not in left.read_text("utf-8")
    assert not any(session in left.read_text("utf-8") for session in platform.sessions)

    ended = run(tmp_path, profile, "--cleanup-only")
    assert (ended.code, ended.verdict) == (0, "removed 2 of 2"), ended.output
    assert (platform.notes, platform.sessions, ledgers(tmp_path)) == ({}, set(), [])


@pytest.mark.parametrize("level", ["anonymous", "readonly"])
def test_cleanup_only_does_no_more_than_the_command_line_allows(platform: Deployed, tmp_path: Path, level: str) -> None:
    profile = profile_of(platform, tmp_path)
    cut_off(tmp_path, profile, platform, signal.SIGKILL)
    platform.asked.clear()
    ended = run(tmp_path, profile, "--cleanup-only", "--allow", level)

    assert (ended.code, "kept 2: in the way" in ended.output) == (1, True), ended.output
    assert len(platform.notes) == 2
    assert "DELETE" not in dict(platform.asked)
    assert level == "readonly" or not platform.count("/login")


def test_after_a_re_seed_that_reuses_the_ids_everything_is_kept(platform: Deployed, tmp_path: Path) -> None:
    profile = profile_of(platform, tmp_path)
    cut_off(tmp_path, profile, platform, signal.SIGKILL)
    platform.notes = notes("North", "South")
    ended = run(tmp_path, profile, "--cleanup-only")

    assert ended.code == 1
    assert ended.verdict.startswith("removed 0 of 2, kept 2: not ours (closing_schedule 1: no mark of run ")
    assert platform.notes == notes("North", "South")


def test_the_next_run_removes_it_too(platform: Deployed, tmp_path: Path) -> None:
    profile = profile_of(platform, tmp_path)
    cut_off(tmp_path, profile, platform, signal.SIGKILL)
    ended = run(tmp_path, profile)

    assert "clean-up: removed 2 of 2" in ended.output
    assert ended.code == 0, ended.output
    assert (platform.notes, platform.sessions, ledgers(tmp_path)) == ({}, set(), [])


def test_ctrl_c_leaves_nothing(platform: Deployed, tmp_path: Path) -> None:
    cut_off(tmp_path, profile_of(platform, tmp_path), platform, signal.SIGINT)

    assert (platform.notes, platform.sessions, ledgers(tmp_path)) == ({}, set(), [])


def test_what_a_run_cannot_remove_makes_it_a_no_go(platform: Deployed, tmp_path: Path) -> None:
    platform.locked = True
    ended = run(tmp_path, profile_of(platform, tmp_path))

    assert ended.code == 1
    assert ended.verdict.startswith("NO-GO")
    assert "clean-up: removed 0 of 2, kept 2: in the way (closing_schedule" in ended.output


def test_a_check_that_writes_is_not_possible_where_the_target_does_not_declare_itself(
    platform: Deployed, tmp_path: Path
) -> None:
    platform.disposable = False
    ended = run(tmp_path, profile_of(platform, tmp_path))

    assert "not-possible: the target does not declare itself disposable (/health: disposable is 'false'" in ended.output
    assert "not-possible=1" in ended.verdict
    assert {method for method, path in platform.asked if path == "/notes"} <= {"GET"}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"disposable": False}, "at the end the target does not declare itself disposable (/health: disposable is"),
        ({"installation": "b2"}, "the target became another installation during the run: a1 → b2"),
    ],
)
def test_a_target_that_became_another_during_the_run_is_a_no_go(
    changed: dict[str, Any], told: str, platform: Deployed, tmp_path: Path
) -> None:
    def change() -> None:
        vars(platform).update(changed)

    platform.listing = change
    ended = run(tmp_path, profile_of(platform, tmp_path))

    assert ended.verdict.startswith("NO-GO")
    assert ended.code == 1
    assert told in ended.output


def test_what_the_run_itself_starts_is_not_cleaned(tmp_path: Path) -> None:
    ended = pytest_run(tmp_path, "--cleanup-only")

    assert ended.code == 0
    assert ended.verdict == "target reference is started by each run and ends with it: there is nothing to clean"
