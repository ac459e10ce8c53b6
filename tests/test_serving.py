"""`python -m plumbline open`: a run's files and the trace viewer, for this machine alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.client import HTTPConnection
from pathlib import Path

import pytest

from plumbline.report.serving import Handler, serve, viewer
from tests.whole_runs import ROOT, module_run


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """Where a run's folder with a report and a trace is served."""
    run = tmp_path / "run"
    (run / "evidence").mkdir(parents=True)
    (run / "report.html").write_text("the report")
    (run / "evidence" / "trace.zip").write_bytes(b"PK")
    (tmp_path / "secret.txt").write_text("secret")
    with serve(partial(Handler, folder=run, viewer=viewer())) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def asked(port: int, path: str, **headers: str) -> tuple[int, str, bytes]:
    """Status, where it leads, and body."""
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    found = answer.status, answer.headers.get("Location", ""), answer.read()
    connection.close()
    return found


def test_the_report_is_served(port: int) -> None:
    assert asked(port, "/report.html") == (200, "", b"the report")


def test_a_trace_that_a_person_opens_is_shown_by_the_viewer(port: int) -> None:
    status, place, _ = asked(port, "/evidence/trace.zip", Sec_Fetch_Dest="document")

    assert (status, place) == (302, "/trace-viewer/index.html?trace=%2Fevidence%2Ftrace.zip")
    assert asked(port, "/evidence/trace.zip", Sec_Fetch_Dest="empty")[2] == b"PK"
    assert b"Playwright" in asked(port, "/trace-viewer/index.html")[2]


@pytest.mark.parametrize("path", ["/../secret.txt", "/%2e%2e/secret.txt", "/trace-viewer/../../secret.txt"])
def test_nothing_outside_the_run_is_served(port: int, path: str) -> None:
    status, _, body = asked(port, path)

    assert status == 404
    assert b"secret" not in body.replace(path.encode(), b"")


def test_a_name_that_somebody_else_has_pointed_here_is_refused(port: int) -> None:
    assert asked(port, "/report.html", Host="evil.example:80")[0] == 421


def test_the_command_serves_the_latest_run_until_ctrl_c(tmp_path: Path) -> None:
    (tmp_path / "latest").mkdir()
    (tmp_path / "latest" / "report.html").write_text("the latest")
    command = [sys.executable, "-m", "plumbline", "open", "--no-browser"]
    environ = {**os.environ, "PLUMBLINE_REPORTS": str(tmp_path)}
    with subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[0]
        body = asked(int(url.split(":")[2].split("/")[0]), "/report.html")[2]
        process.send_signal(signal.SIGINT)

        assert process.wait(10) == 0
    assert body == b"the latest"


def test_a_run_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    ended = module_run(tmp_path, "plumbline", "open", "yesterday", environ={"PLUMBLINE_REPORTS": str(tmp_path)})

    assert ended.code == 4
    assert "there is no report of yesterday" in ended.output
