"""What CI says of the same run on two kinds of services: red as soon as one check ends otherwise on the other."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.whole_runs import ROOT

SCRIPT = ROOT / ".ci" / "same.py"
SMALL = ROOT / "tests" / "small" / "target.toml"
SERVE = 'serve = ["{python}", "-P", "tests/small/platform.py"]'


def compared(home: Path, *options: str, target: Path = SMALL) -> subprocess.CompletedProcess[str]:
    """The script on the small platform; both kinds are one, since an engine is not everywhere."""
    command = [sys.executable, str(SCRIPT), "embedded", "embedded", f"--target={target}", "--rows=HLT-1", *options]
    env = {**os.environ, "TMPDIR": str(home)}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=300, check=False)


def test_two_runs_that_end_alike_are_the_same_and_leave_nothing(tmp_path: Path) -> None:
    ended = compared(tmp_path)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.splitlines()[-1].endswith("checks on embedded and on embedded services, and no result differs")
    assert list(tmp_path.glob("plumbline-same-*")) == []


def test_a_check_that_ends_otherwise_is_named_and_the_reports_stay(tmp_path: Path) -> None:
    shell = f"if [ -e {tmp_path}/was ]; then export BREAK=stands; fi; touch {tmp_path}/was; exec $0 -P $1"
    later_broken = ["sh", "-c", shell, "{python}", "tests/small/platform.py"]
    target = tmp_path / "broken.toml"
    target.write_text(SMALL.read_text("utf-8").replace(SERVE, f"serve = {json.dumps(later_broken)}"), "utf-8")
    ended = compared(tmp_path, target=target)

    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert "test_a_healthy_platform_says_so_with_the_time_of_now: embedded ('HLT-1', 'pass'" in ended.stdout
    assert len(list(tmp_path.glob("plumbline-same-*/embedded/latest"))) == 1


def test_two_runs_without_a_check_are_not_the_same(tmp_path: Path) -> None:
    assert compared(tmp_path, "-k", "nothing_has_this_name").returncode == 1
