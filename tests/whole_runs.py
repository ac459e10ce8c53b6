"""Whole runs of the suite, as a person starts them: their output, exit code, and what they leave behind."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from plumbline.deadlines import wait_until

ROOT = Path(__file__).resolve().parent.parent
HANGS = 100.0
"""Seconds after which a run counts as hanging."""


@dataclass(frozen=True)
class Ended:
    """A run that has ended; `home` is the folder that held its temporary things and its reports."""

    pid: int
    code: int
    output: str
    home: Path

    @property
    def verdict(self) -> str:
        """The last line."""
        return self.output.strip().splitlines()[-1]

    @property
    def left(self) -> list[str]:
        """What it has left behind: processes of the run, and folders in memory and among temporary things."""
        left: list[str] = []

        def nothing() -> bool:
            left[:] = [*self._processes(), *map(str, self._folders())]
            return not left

        wait_until(nothing, within=3, every=0.02)
        return left

    def _processes(self) -> list[str]:
        mark = f"PLUMBLINE_RUN={self.pid}-".encode()
        found = []
        for place in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (place / "environ").read_bytes():
                    found.append((place / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:  # ended meanwhile, or somebody else's
                continue
        return found

    def _folders(self) -> list[Path]:
        return [*Path("/dev/shm").glob(f"plumbline-{self.pid}-*"), *(self.home / "tmp").glob("plumbline-*")]


def pytest_run(home: Path, *arguments: str, cwd: Path = ROOT, environ: Mapping[str, str] | None = None) -> Ended:
    """Runs pytest to its end, with `environ` besides this process's environment.

    Nothing of the run around this one is handed on, nor what a person has brought up with `make up`. Reports and
    temporary things stay in `home`.
    """
    return module_run(home, "pytest", "-p", "no:cacheprovider", *arguments, cwd=cwd, environ=environ)


def module_run(home: Path, *words: str, cwd: Path = ROOT, environ: Mapping[str, str] | None = None) -> Ended:
    """The same for any module of Python's: `module_run(home, "plumbline", "merge", …)`."""
    (home / "tmp").mkdir(parents=True, exist_ok=True)
    own = {"TMPDIR": str(home / "tmp"), "PLUMBLINE_REPORTS": str(home / "reports"), **(environ or {})}
    env = environment(own if "PLUMBLINE_HOME" in own else {"PLUMBLINE_FRESH": "1", **own})
    command = [sys.executable, "-m", *words]
    with subprocess.Popen(
        command,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            output, _ = process.communicate(timeout=HANGS)
        finally:
            process.kill()
    return Ended(process.pid, process.returncode, output, home)


def environment(own: Mapping[str, str]) -> dict[str, str]:
    """`own` besides the environment without what belongs to a run around this one, as a person at a terminal has it.

    With CI set pytest's summary repeats each message in full.
    """
    left_out = ("PLUMBLINE_", "PYTEST_", "GITHUB_")
    ci = {"CI", "BUILD_NUMBER"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out) and name not in ci}
    return {**kept, **own}
