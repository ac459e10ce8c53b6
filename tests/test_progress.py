"""The line for a person who waits: what it says, where it is shown, and that a log has none of it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from typing import TYPE_CHECKING

import pytest

from plumbline.judging import durations
from plumbline.judging.progress import Progress, waiting_for
from tests.whole_runs import ROOT, environment, pytest_run

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SMALL = ROOT / "tests" / "small" / "target.toml"
ROWS = ("--rows", "SES-1,SES-2,SES-3,HLT-1")
NAMES = {"t.py::test_a": "SES-1 a", "t.py::test_b": "SES-2 b it is remembered", "t.py::test_c": "SES-3 c"}


def progress(known: Mapping[str, float] | None = None) -> Progress:
    """A run of three checks, of which the second has begun."""
    counted = Progress(known or {})
    counted.expect(NAMES)
    counted.begin("t.py::test_a", 10.0)
    counted.end("t.py::test_a", 14.0)
    counted.begin("t.py::test_b", 14.0)
    return counted


def test_it_counts_and_names_the_check_in_work() -> None:
    known = {"t.py::test_a": 4.0, "t.py::test_b": 3.0}  # of the third nobody knows: as long as the others

    assert progress(known).line(15.0, 80) == "1/3, 0 red, 6 s left  SES-2 b it is remembered"


def test_without_earlier_runs_the_pace_tells_once_two_have_ended() -> None:
    counted = progress()
    assert counted.line(14.0, 80) == "1/3, 0 red  SES-2 b it is remembered"

    counted.end("t.py::test_b", 16.0)

    assert counted.line(16.0, 80) == "2/3, 0 red, 2 s left"


def test_many_seconds_are_minutes_and_workers_share_them() -> None:
    counted = progress({"t.py::test_b": 300.0, "t.py::test_c": 300.0})
    assert "10 min left" in counted.line(14.0, 80)

    counted.workers = 2

    assert "5 min left" in counted.line(14.0, 80)


@pytest.mark.parametrize("width", range(1, 60))
def test_it_fits_any_terminal(width: int) -> None:
    counted = progress({"t.py::test_b": 3.0})

    assert len(counted.line(15.0, width)) <= width
    assert len(waiting_for(["Postgres", "Redis"], 1.23, width)) <= width


def test_durations_are_kept_beside_those_of_other_checks(tmp_path: Path) -> None:
    file = tmp_path / "home" / "durations.json"
    durations.add(file, {"a": 1.0, "b": 2.0}, aside=".1")
    durations.add(file, {"b": 3.0}, aside=".1")

    assert durations.read(file) == {"a": 1.0, "b": 3.0}
    assert [path.name for path in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize("spoilt", ["", "[]", '{"a": "b"}', '{"a": null}'])
def test_spoilt_durations_are_none(tmp_path: Path, spoilt: str) -> None:
    (tmp_path / "durations.json").write_text(spoilt)

    assert durations.read(tmp_path / "durations.json") == {}


def on_terminal(home: Path, *arguments: str, columns: int = 100, environ: Mapping[str, str] | None = None) -> str:
    """What a terminal so wide gets of a run on the small platform."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, columns, 0, 0))
    own = {"PLUMBLINE_REPORTS": str(home / "reports"), "PLUMBLINE_FRESH": "1", "TERM": "xterm", **(environ or {})}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *ROWS, *arguments]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(own), stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    ) as process:
        os.close(theirs)
        said = b"".join(iter(lambda: _read(ours), b""))
    os.close(ours)
    assert process.returncode in {0, 1}, said
    return said.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux: nobody has the other end any more
        return b""


def seen(said: str) -> list[str]:
    """The lines as they stand on the screen at the end: what was rewritten or erased is gone."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", said).replace("\r\n", "\n")
    return [line.rpartition("\r")[2].replace("\x1b[K", "").rstrip() for line in plain.split("\n")]


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "n2"])
def test_a_terminal_sees_the_line_and_keeps_nothing_of_it(tmp_path: Path, workers: tuple[str, ...]) -> None:
    said = on_terminal(tmp_path, f"--target={SMALL}", *workers)

    assert re.search(r"\r\d+/\d+, 0 red.*\x1b\[K", said)
    kept = [line for line in seen(said) if " red" in line or "starting" in line or re.search(r"^\.|\[100%\]", line)]
    assert kept == []
    assert seen(said)[-2].startswith("GO target=small ")


def test_what_is_awaited_is_named_first(tmp_path: Path) -> None:
    late = tmp_path / "late.toml"
    serve = 'serve = ["sh", "-c", "sleep 3; exec \\"$0\\" \\"$@\\"", '
    late.write_text(SMALL.read_text().replace("serve = [", serve))

    said = on_terminal(tmp_path, f"--target={late}", "-q")

    assert re.search(r"\rstarting the platform … \d+\.\d s\x1b\[K.*\r\d+/\d+, 0 red", said, re.DOTALL)


@pytest.mark.parametrize("columns", [100, 20])
def test_a_red_check_is_told_at_once_and_stays(tmp_path: Path, columns: int) -> None:
    profile = tmp_path / "broken.toml"
    profile.write_text(SMALL.read_text().replace("[environment]", '[environment]\nBREAK = "stands"'))

    said = on_terminal(tmp_path, f"--target={profile}", "--repeat", "3", "-q", columns=columns)

    assert [line for line in seen(said) if line.startswith("red  ")] == [
        f"red  HLT-1  test_a_healthy_platform_says_so_with_the_time_of_now[{number} of 3]" for number in (1, 2, 3)
    ]
    drawn = re.findall(r"\r([^\r\n]*?)\x1b\[K", said)
    assert drawn
    assert max(map(len, drawn)) < columns


@pytest.mark.parametrize("why", [{"CI": "true"}, {"TERM": "dumb"}, {"arguments": "-v"}, {"arguments": "-s"}])
def test_where_nobody_waits_there_is_no_line(tmp_path: Path, why: dict[str, str]) -> None:
    arguments = [why[name] for name in why if name == "arguments"]
    environ = {name: value for name, value in why.items() if name != "arguments"}

    said = on_terminal(tmp_path, f"--target={SMALL}", *arguments, environ=environ)

    assert "starting" not in said
    assert " red" not in said


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "n2"])
def test_a_log_has_no_control_characters(tmp_path: Path, workers: tuple[str, ...]) -> None:
    run = pytest_run(tmp_path, f"--target={SMALL}", *ROWS, "-q", *workers)

    assert run.code == 0, run.output
    assert [line for line in run.output.split("\n") if not line.isprintable()] == []
    assert "starting" not in run.output
