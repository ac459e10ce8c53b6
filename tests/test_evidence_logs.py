"""The log slice of a check: its lines picked by ids, dead copies too, and it says whether it is whole."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from plumbline.evidence import logs
from plumbline.evidence.keeping import keep
from plumbline.evidence.logs import slices
from plumbline.secrets import Secrets
from tests.made_up import copy, exchange, scene

ASKED = exchange(url="http://127.0.0.1:1/a", request_id="id-1")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A log with a line of before, one of ours and one of somebody else's."""
    path = tmp_path / "own-1.log"
    path.write_text("before\nanswered id-1\nanswered id-9\n", "utf-8")
    return path


def test_only_the_checks_time_is_in_it_and_its_lines_are_marked(log: Path) -> None:
    text = slices(scene(ASKED, copies=[copy(log, since=len("before\n"))]), [ASKED])["own-1"]

    assert "before" not in text
    assert "\n> answered id-1\n  answered id-9\n" in text
    assert "whole: the lines of all 1 answered requests are in it" in text


def test_a_line_with_the_trace_id_is_the_checks_too(log: Path) -> None:
    log.write_text(f"traced {'a' * 32}\n", "utf-8")

    assert f"> traced {'a' * 32}" in slices(scene(copies=[copy(log)]), [])["own-1"]


def test_a_line_that_is_written_late_is_waited_for(log: Path) -> None:
    late = exchange(url="http://127.0.0.1:1/b", request_id="id-2")
    writing = threading.Timer(0.05, log.write_text, ["answered id-2\n", "utf-8"])
    writing.start()

    text = slices(scene(late, copies=[copy(log)]), [late])["own-1"]
    writing.join()

    assert "> answered id-2" in text


def test_a_line_that_never_comes_is_named(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "LATE", 0.01)
    lost = exchange(url="http://127.0.0.1:1/b", request_id="id-2")

    text = slices(scene(copies=[copy(log)]), [ASKED, lost])["own-1"]

    assert "the lines of 1 of 2 answered requests are in it, not: id-2 (GET /api/auth/me as admin: 200" in text


def test_a_platform_that_logs_no_ids_is_told(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "LATE", 0.01)
    other = exchange(url="http://127.0.0.1:1/b", request_id="id-7")

    assert "platforms that log none are like that" in slices(scene(copies=[copy(log)]), [other])["own-1"]


def test_what_was_not_answered_or_answered_elsewhere_is_not_waited_for(log: Path) -> None:
    elsewhere = exchange(url="http://127.0.0.1:12/b", request_id="id-3")
    silent = exchange(0, url="http://127.0.0.1:1/c", request_id="id-4", failure="reset")

    text = slices(scene(copies=[copy(log)]), [elsewhere, silent])["own-1"]

    assert "no request of this check was answered here" in text


def test_a_copy_that_ended_has_its_slice_and_its_end(log: Path) -> None:
    assert (
        "own-1, http://127.0.0.1:1: ended with -9"
        in slices(scene(copies=[copy(log, state="ended with -9")]), [])["own-1"]
    )


def test_a_log_that_is_not_there_is_an_empty_slice(tmp_path: Path) -> None:
    assert "(nothing was logged" in slices(scene(copies=[copy(tmp_path / "none")]), [])["own-1"]


def test_a_flood_keeps_its_end_and_says_what_is_left_out(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MOST", 14)

    text = slices(scene(copies=[copy(log)]), [])["own-1"]

    assert "the first 21 bytes of the check's time are left out" in text
    assert text.endswith("  answered id-9\n")


def test_a_secret_in_a_log_line_is_masked_and_escape_codes_are_shown(log: Path) -> None:
    log.write_text("\x1b[31mlogin with a-good-password\n", "utf-8")
    secrets = Secrets()
    secrets.register("a-good-password", "password of admin")

    assert "\\x1b[31mlogin with «password of admin»" in slices(scene(copies=[copy(log)], secrets=secrets), [])["own-1"]


def test_whole_logs_are_kept_masked_and_of_a_long_one_both_ends(tmp_path: Path) -> None:
    short, long = tmp_path / "short.log", tmp_path / "long.log"
    short.write_text("a-good-password\n", "utf-8")
    long.write_text("first\n" + "x" * 600_000 + "\nlast\n", "utf-8")
    secrets = Secrets()
    secrets.register("a-good-password", "password of admin")

    keep([short, long, tmp_path / "none.log"], tmp_path / "logs", secrets)

    kept = (tmp_path / "logs" / "long.log").read_text("utf-8")
    assert sorted(path.name for path in (tmp_path / "logs").iterdir()) == ["long.log", "short.log"]
    assert (tmp_path / "logs" / "short.log").read_text("utf-8") == "«password of admin»\n"
    assert (kept[:6], kept[-6:]) == ("first\n", "\nlast\n")
    assert "[100012 bytes left out]" in kept
