"""The checks hold on a platform that they know by its profile alone, and each way to break it is red in its row."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from plumbline.places import ROOT
from plumbline.standing import processes

EXPRESS = ROOT / "examples" / "express"
PROFILE = "examples/express/target.toml"
LIMIT = 240
"""Seconds in which a smoke hangs, however busy the machine is."""

BREAKS = {
    "memory-store": ("SES-5", set()),
    "null-date": ("CRT-1", {"CRT-3"}),  # which asks every GET for a server error
    "expiry-ignored": ("SES-4", {"RT-1"}),  # for whom the session opens the socket as well
    "cookie-only-logout": ("SES-8", {"RT-1"}),
    "unguarded-route": ("CRT-3", set()),
    "featured-unfiltered": ("PIT-1", set()),
    "lying-health": ("HLT-1", set()),
    "no-httponly": ("SES-9", set()),
}
"""BREAK → the row that is red then, and those whose promise falls with it."""


@pytest.fixture
def node() -> None:
    """Skips where this machine cannot run the platform."""
    if shutil.which("node") is None:
        pytest.skip("there is no node on this machine; install Node.js 18.18 or newer, then: make express")
    if not (EXPRESS / "node_modules" / "express").exists():
        pytest.skip("the packages of examples/express are not installed; run: make express")


def smoke(folder: Path, *options: str, target: str = PROFILE, **environ: str) -> tuple[int | None, str]:
    """Exit code and output of `pytest -m smoke --target examples/express/target.toml`, as a person has it."""
    return played(folder, "-m", "smoke", f"--target={target}", *options, **environ)


def played(folder: Path, *options: str, **environ: str) -> tuple[int | None, str]:
    """The same of `pytest` with any options."""
    ours = ("PYTEST_", "PLUMBLINE_", "GITHUB_", "CI", "BREAK")
    env = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    env |= {"PLUMBLINE_REPORTS": str(folder), "PLUMBLINE_FRESH": "1", **environ}
    words = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options]
    process = processes.spawn(words, name="express", log=folder / "output", env=env, cwd=ROOT)
    return process.wait(LIMIT), (folder / "output").read_text("utf-8")


def red(output: str) -> set[str]:
    """The rows that the last line names."""
    return set(output.strip().splitlines()[-1].rpartition("[")[2].rstrip("]").split())


@pytest.mark.timeout(300)
@pytest.mark.usefixtures("node")
def test_the_smoke_is_go_on_a_second_platform(tmp_path: Path) -> None:
    code, output = smoke(tmp_path)

    verdict = output.strip().splitlines()[-1]
    assert code == 0, output
    assert verdict.startswith("GO target=express release=dev pass=")
    assert " fail=0 " in verdict
    assert " blocked=0 " in verdict


@pytest.mark.timeout(300)
@pytest.mark.usefixtures("node")
@pytest.mark.parametrize(("way", "row", "follows"), [(way, *rows) for way, rows in BREAKS.items()], ids=BREAKS)
def test_a_broken_one_is_no_go_in_its_row(tmp_path: Path, way: str, row: str, follows: set[str]) -> None:
    code, output = smoke(tmp_path, BREAK=way)

    assert code == 1, output
    assert output.strip().splitlines()[-1].startswith("NO-GO target=express release=dev ")
    assert red(output) == {row, *follows}, output
    assert 'repeat    BREAK="$BREAK" pytest suites/' in output


@pytest.mark.timeout(300)
@pytest.mark.usefixtures("node")
def test_a_break_is_a_fault_by_name_as_well(tmp_path: Path) -> None:
    code, output = smoke(tmp_path, "--rows=SES-1,SES-5", "--fault=memory-store")

    assert (code, red(output)) == (1, {"SES-5"}), output


@pytest.mark.timeout(300)
@pytest.mark.usefixtures("node")
def test_the_proofs_run_there_too(tmp_path: Path) -> None:
    code, output = played(tmp_path, "proofs/test_faults.py", f"--target={PROFILE}", "--rows=PIT-1")

    assert code == 0, output
    told = output.strip().splitlines()
    assert "1/1 faults caught; canaries as meant: nobody-stays-signed-in, changes-nothing" in told


@pytest.mark.timeout(300)
def test_without_node_one_message_says_so(tmp_path: Path) -> None:
    code, output = smoke(tmp_path, PATH=str(tmp_path))

    assert code == 4
    assert "there is no 'node' on this machine; install it, or have its folder on PATH" in output


@pytest.mark.timeout(300)
def test_without_its_packages_one_message_says_so(tmp_path: Path) -> None:
    if shutil.which("node") is None:
        pytest.skip("there is no node on this machine, which comes first")
    bare = tmp_path / "express"
    shutil.copytree(EXPRESS, bare, ignore=shutil.ignore_patterns("node_modules"))

    code, output = smoke(tmp_path, target=str(bare / "target.toml"))

    assert (code, red(output)) == (1, {"PRE-1"}), output
    assert "its packages are not installed: run `make express`, or `npm ci`" in output


@pytest.mark.parametrize("word", ["/api/closings", "/api/featured", "deal.sid", "deal-express", "Deal Express"])
def test_nothing_on_the_suites_side_knows_of_it(word: str) -> None:
    knowing = [
        str(file.relative_to(ROOT))
        for folder in ("suites", "plumbline", "fixtures", "seeds", "contract")
        for file in (ROOT / folder).rglob("*.*")
        if file.suffix != ".pyc" and file.is_file() and word in file.read_text("utf-8", "replace")
    ]

    assert knowing == []
