"""Set-up finds a Python that will do, says in one line what is missing, and costs nothing once it is done."""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A clone with set-up's script alone; what it would start says its arguments instead."""
    (tmp_path / "requirements").mkdir()
    (tmp_path / "bin").mkdir()
    shutil.copy(ROOT / "requirements" / "setup.sh", tmp_path / "requirements")
    for tool in ("sh", "dirname"):
        (tmp_path / "bin" / tool).symlink_to(str(shutil.which(tool)))
    return tmp_path


def python(checkout: Path, name: str, version: str, *, venv: bool = True) -> None:
    """A Python on PATH that answers what set-up asks."""
    minor = int(version.split(".")[1])
    stub = checkout / "bin" / name
    stub.write_text(
        "#!/bin/sh\n"
        'case "$*" in\n'
        f'  *print*) echo "{version}" ;;\n'
        f"  *version_info*) exit {int(minor < 11)} ;;\n"
        f"  *ensurepip*) exit {int(not venv)} ;;\n"
        f'  *) echo "{name} $*" ;;\n'
        "esac\n"
    )
    stub.chmod(0o755)


def set_up(checkout: Path) -> subprocess.CompletedProcess[str]:
    """What a newcomer's first call comes to."""
    command = ["sh", "requirements/setup.sh", "core"]
    environ = {"PATH": str(checkout / "bin")}
    return subprocess.run(command, cwd=checkout, env=environ, capture_output=True, text=True, check=False)


def test_the_newest_python_that_will_do_is_taken(checkout: Path) -> None:
    python(checkout, "python3", "3.9")
    python(checkout, "python3.11", "3.11")
    python(checkout, "python3.13", "3.13", venv=False)
    python(checkout, "python3.12", "3.12")

    assert set_up(checkout).stdout == "python3.12 -I requirements/install.py core\n"


def test_without_venv_one_line_names_the_package(checkout: Path) -> None:
    python(checkout, "python3", "3.11", venv=False)

    ended = set_up(checkout)

    assert ended.returncode == 1
    assert (
        ended.stderr == "set-up: Python 3.11 has no venv; install it: apt install python3-venv (or python3.11-venv)\n"
    )


def test_an_old_python_is_one_line(checkout: Path) -> None:
    python(checkout, "python3", "3.9")

    ended = set_up(checkout)

    assert ended.returncode == 1
    assert ended.stderr.startswith("set-up: Plumbline needs Python 3.11 or newer (python3 is 3.9); install one")
    assert ended.stderr.count("\n") == 1


def test_no_python_is_one_line(checkout: Path) -> None:
    ended = set_up(checkout)

    assert ended.returncode == 1
    assert "(no python3 on PATH)" in ended.stderr
    assert ended.stderr.count("\n") == 1


@pytest.mark.skipif(not (ROOT / ".venv" / "plumbline.json").exists(), reason="not possible here: no make setup yet")
def test_nothing_to_do_takes_no_time() -> None:
    command = ["sh", "requirements/setup.sh", "core"]
    took = []
    for _ in range(3):
        began = _processor_seconds()
        subprocess.run(command, cwd=ROOT, check=True)
        took.append(_processor_seconds() - began)

    assert min(took) < 0.3  # some 0.05; of the processor, since a busy machine lengthens only the clock's


def _processor_seconds() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def test_a_linked_environment_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "requirements").mkdir()
    shutil.copy(ROOT / "requirements" / "install.py", tmp_path / "requirements")
    (tmp_path / "others").mkdir()
    (tmp_path / "others" / "theirs").touch()
    (tmp_path / ".venv").symlink_to(tmp_path / "others")

    command = [sys.executable, "-I", "requirements/install.py", "core"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert ended.returncode == 1
    assert ended.stderr.startswith("set-up: .venv is a link to ")
    assert (tmp_path / "others" / "theirs").exists()
