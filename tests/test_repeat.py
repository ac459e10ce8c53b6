"""`make repeat`: whole runs again and again, red ones with what repeats them, nothing left behind."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from plumbline.deadlines import wait_until
from tests.whole_runs import HANGS, ROOT, environment

if TYPE_CHECKING:
    from collections.abc import Iterator

SMALL = ROOT / "tests" / "small" / "target.toml"


@contextmanager
def repeating(home: Path, *words: str, profile: Path = SMALL) -> Iterator[subprocess.Popen[str]]:
    """The command on the small platform; its reports go to `home`."""
    own = {"PLUMBLINE_TARGET": str(profile), "PLUMBLINE_REPORTS": str(home / "reports"), "PLUMBLINE_FRESH": "1"}
    command = [sys.executable, "-m", "bench.repeat", *words]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(own), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def repeat(home: Path, *words: str, profile: Path = SMALL) -> tuple[int, list[str]]:
    """The command's exit code and the lines that it printed."""
    with repeating(home, *words, profile=profile) as process:
        output, _ = process.communicate(timeout=HANGS)
    return process.returncode, output.splitlines()


def test_every_run_has_a_seed_of_its_own_and_every_second_workers(tmp_path: Path) -> None:
    code, lines = repeat(tmp_path, "2", "--rows", "SES-1", "--load")

    assert code == 0, lines
    runs = [re.fullmatch(r"(\d)/2  GO  \d+\.\d s  seed (\d+)(  -n 2)?", line) for line in lines[:2]]
    first, second = [found.groups() for found in runs if found]
    assert (first[0], first[2], second[0], second[2]) == ("1", None, "2", "  -n 2")
    assert first[1] != second[1]
    assert re.fullmatch(r"load: two busy processes, \d+ s of CPU time", lines[2])
    assert re.fullmatch(r"took: \d+\.\d min; at the median alone \d+ s, -n 2 \d+ s", lines[3])
    assert lines[4:] == ["2/2 GO"]
    assert list((tmp_path / "reports").iterdir()) == []


def test_a_red_run_tells_what_repeats_it_and_keeps_its_reports(tmp_path: Path) -> None:
    profile = tmp_path / "broken.toml"
    profile.write_text(SMALL.read_text().replace("[environment]", '[environment]\nBREAK = "forgets"'))

    code, lines = repeat(tmp_path, "1", "--rows", "SES-1", profile=profile)

    assert code == 1, lines
    assert lines[0].startswith("1/1  NO-GO [SES-1]  ")
    seed = lines[0].rpartition(" ")[2]
    assert lines[1].split() == ["repeat", "pytest", "--rows", "SES-1", "--shuffle", "--seed", seed]
    kept = ROOT / lines[2].split()[1]
    assert "SES-1 · P0" in (kept / "output").read_text()
    assert (kept / "latest" / "report.html").exists()
    assert lines[4:] == ["0/1 GO"]


def test_a_run_that_does_not_end_is_ended_and_red(tmp_path: Path) -> None:
    code, lines = repeat(tmp_path, "1", "--rows", "SES-1", "--limit", "0.2")

    assert code == 1, lines
    assert re.match(r"1/1  NO-GO no end within \d+ s  ", lines[0])
    assert lines[-1] == "0/1 GO"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["0"], "N=0: give a whole number from 1 on"),
        (["many"], "N=many: give a whole number from 1 on"),
        (["2", "--rows", "SES-99"], "no row or area 'SES-99'"),
        (["2", "--fault", "nope"], "has no faults"),
    ],
)
def test_wrong_use_is_one_message(tmp_path: Path, words: list[str], says: str) -> None:
    code, lines = repeat(tmp_path, *words)

    assert code == 4
    assert len(lines) == 1
    assert says in lines[0]
    assert list(tmp_path.glob("reports/*")) == []


def test_ctrl_c_says_how_far_it_came_and_ends_everything(tmp_path: Path) -> None:
    with repeating(tmp_path, "50", "--rows", "SES-1", "--load") as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        busy = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=HANGS)

    assert first.startswith("1/50  GO ")
    assert process.returncode == 2
    assert re.search(r"^interrupted after \d of 50 runs\nload: .*\ntook: .*\n\d/50 GO\n\Z", rest, re.MULTILINE)
    assert len(busy) >= 2
    assert wait_until(lambda: not any(Path("/proc", pid).exists() for pid in busy), within=5)
    assert list((tmp_path / "reports").iterdir()) == []
