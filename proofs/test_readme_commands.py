"""The commands of README do what README says; those that run everything are run by `make test` itself."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from plumbline.places import ROOT
from plumbline.standing import processes

RUN_BY_OTHERS = {
    "make test": "it is what runs this",
    "make proofs": "it is what runs this",
    "make proofs ROWS=SES": "the same with an option, see tests/",
    "make repeat N=20 LOAD=1": "the same is run on a small platform, see tests/test_repeat.py",
    "make proofs FAULTS=changes-nothing": "the canary is proved in test_faults.py",
    "python -m plumbline new-profile http://127.0.0.1:3000": "on platforms that run, see tests/test_new_profile.py",
    "pytest -m smoke --target=my-platform.toml --explain": "on other platforms, see tests/test_explain.py",
    "pytest -m smoke --target=my-platform.toml": "on other platforms, see tests/test_strangers.py",
}
"""Commands that are not run once more here, and why."""


def commands() -> list[str]:
    """Every command of README's shell blocks, without its comment."""
    blocks = re.findall(r"```sh\n(.*?)```", Path(ROOT, "README.md").read_text("utf-8"), re.DOTALL)
    lines = [line.partition("#")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line and line not in RUN_BY_OTHERS]


EXPECTED = {
    "make smoke": (0, "GO "),
    "make up": (0, "The next runs start on them"),
    "make down": (0, "nothing is up"),
    "pytest -m smoke --fault sessions-in-memory": (1, "NO-GO "),
}

KEPT = {"make up", "make down"}
"""Commands on what outlives a run: tried in a home of their own, and ended again."""


@pytest.mark.timeout(300)
@pytest.mark.parametrize("command", commands())
def test_a_command_of_readme_does_what_it_says(command: str, tmp_path: Path) -> None:
    code, answer = EXPECTED[command]
    env = _as_a_person_has_it() | {"PLUMBLINE_REPORTS": str(tmp_path)}
    if command in KEPT:
        env["PLUMBLINE_HOME"] = str(tmp_path)

    ended = _run(command, env, tmp_path / "output")
    if command in KEPT:
        assert _run("make down", env, tmp_path / "down")[0] == 0

    assert ended[0] == code, ended[1]
    assert ended[1].startswith(answer)


def _as_a_person_has_it() -> dict[str, str]:
    ours = ("PYTEST_", "PLUMBLINE_", "MAKE", "MFLAGS", "SHARD", "GITHUB_")
    env = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**env, "PATH": f"{Path(sys.executable).parent}:{env['PATH']}"}


def _run(command: str, env: dict[str, str], log: Path) -> tuple[int | None, str]:
    """Its exit code, and the last line that it has printed."""
    process = processes.spawn(["sh", "-c", command], name="readme", log=log, env=env, cwd=ROOT)
    return process.wait(240), process.last_lines(1)
