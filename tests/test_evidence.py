"""Whole runs: what a red check leaves in the reports, with a browser, with workers, kept up; and a green run."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

import pytest

from plumbline.browsing.chromium import find
from plumbline.deadlines import eventually
from tests.whole_runs import ROOT, Ended, environment, pytest_run


def run_folder(home: Path) -> Path:
    """Where the one run in this home has left its reports."""
    [folder] = (home / "reports").glob("[0-9]*")
    return folder


def red_record(home: Path) -> dict[str, Any]:
    """The record of the one red check."""
    lines = (run_folder(home) / "records.jsonl").read_text("utf-8").splitlines()
    [red] = [record for record in map(json.loads, lines) if record["word"] == "fail"]
    return dict(red)


def attached(home: Path) -> dict[str, Path]:
    """File name → where it lies, of the red check's attachments."""
    found = [run_folder(home) / one["path"] for one in red_record(home)["attachments"]]
    return {path.name: path for path in found}


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["alone", "workers"])
def test_a_red_check_of_its_own_platform_leaves_logs_sql_and_database(tmp_path: Path, workers: list[str]) -> None:
    ended = pytest_run(tmp_path, "--rows=SES-4,SES-5", "--fault=sessions-in-memory", *workers)

    assert ended.code == 1, ended.output
    files = attached(tmp_path)
    [log] = [path for name, path in files.items() if name.startswith("log-own-")]
    assert set(files) == {"exchanges.txt", "exchanges.har", "sql.txt", "database.sql", log.name}
    told = log.read_text("utf-8").splitlines()[1]  # the platform is killed within the check, maybe before its last line
    assert re.match(r"whole: the lines of all 3 |the lines of 2 of 3 ", told), told
    assert "ms  statement: select name from schema_migrations" in files["sql.txt"].read_text("utf-8")
    assert "CREATE TABLE public.users" in files["database.sql"].read_text("utf-8")
    assert f"evidence  {files['sql.txt'].parent}" in ended.output
    assert f"python -m plumbline database {files['database.sql']}" in ended.output
    [report] = tmp_path.glob("reports/2*/report.html")
    assert f"python -m plumbline database {files['database.sql'].resolve()} opens it" in report.read_text("utf-8")
    assert ended.left == []


@pytest.mark.skipif(find() is None, reason="needs a browser")
def test_a_red_page_leaves_picture_trace_words_and_requests(tmp_path: Path) -> None:
    ended = pytest_run(tmp_path, "--rows=BRW-2", "--fault=calendar-fetch-fails", "-k", "comes_back")

    assert ended.code == 1, ended.output
    files = attached(tmp_path)
    assert files["screenshot.png"].read_bytes().startswith(b"\x89PNG")
    assert zipfile.is_zipfile(files["trace.zip"])
    assert "GET http://127.0.0.1:" in files["page.txt"].read_text("utf-8")
    assert "GET /calendar as the browser: 200" in files["exchanges.txt"].read_text("utf-8")
    assert re.search(r'^> .*"/calendar"', files["log-platform.txt"].read_text("utf-8"), re.MULTILINE)
    assert red_record(tmp_path)["curl"].startswith("curl -i -H")


def test_every_log_is_kept_of_a_green_run_too(tmp_path: Path) -> None:
    ended = pytest_run(tmp_path, "--rows=SES-1,SES-5")

    assert ended.code == 0, ended.output
    kept = {path.name for path in (run_folder(tmp_path) / "logs").iterdir()}
    assert kept == {"platform.log", "own-main-1.log"}
    assert not (run_folder(tmp_path) / "evidence").exists()


def test_without_evidence_there_is_only_the_text(tmp_path: Path) -> None:
    ended = pytest_run(tmp_path, "--rows=SES-5", "--fault=sessions-in-memory", "--evidence=none")

    assert ended.code == 1, ended.output
    assert red_record(tmp_path)["attachments"] == []
    assert not (run_folder(tmp_path) / "evidence").exists()


def test_keep_leaves_up_what_a_red_check_played_on_until_it_is_told_to_end(tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    env = {"TMPDIR": str(tmp_path / "tmp"), "PLUMBLINE_REPORTS": str(tmp_path / "reports"), "PLUMBLINE_FRESH": "1"}
    words = ["-p", "no:cacheprovider", "--rows=SES-5", "--fault=sessions-in-memory", "--keep"]
    output = tmp_path / "output"
    with output.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", "pytest", *words], cwd=ROOT, env=environment(env),
            stdin=subprocess.DEVNULL, stdout=written, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        eventually(lambda: "ends it" in output.read_text("utf-8") or process.poll() is not None, within=90)
        told = output.read_text("utf-8")
        [url] = re.findall(r"^own-main-1 +(http\S+)", told, re.MULTILINE)
        [command] = re.findall(r"^database +(PGPASSFILE=.*)$", told, re.MULTILINE)

        assert urllib.request.urlopen(f"{url}/health", timeout=10).status == 200  # noqa: S310 - our own platform
        assert "admin" in answer_of(f"{command} -Atc 'TABLE users'")
        assert "password: [accounts.admin] of" in told
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
    assert process.returncode == 1
    assert Ended(process.pid, 1, told, tmp_path).left == []


def answer_of(command: str) -> str:
    """What a command line prints, as a person's shell runs it."""
    return subprocess.run(
        ["/bin/sh", "-c", command], capture_output=True, text=True, check=True, env=dict(os.environ), timeout=60
    ).stdout


def test_keep_looks_at_one_check_at_a_time(tmp_path: Path) -> None:
    ended = pytest_run(tmp_path, "--rows=SES-5", "--keep", "-n", "2")

    assert ended.code == 4
    assert "--keep" in ended.output
    assert "leave out -n" in ended.output


def test_a_platform_that_does_not_start_has_its_whole_log_in_the_evidence(tmp_path: Path) -> None:
    ended = pytest_run(tmp_path, "--rows=PRE-1", "--fault=database-url-missing", "-k", "every_setting")

    assert ended.code == 1, ended.output
    log = attached(tmp_path)["log-platform.txt"].read_text("utf-8")
    assert "did not start: it ended with" in log
    assert "DATABASE_URL" in log
