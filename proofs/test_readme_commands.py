"""The commands of README do what README says; those that run everything are run by `make test` itself."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from plumbline import processes
from plumbline.places import ROOT

RUN_BY_OTHERS = {
    "make test": "it is what runs this",
    "make proofs": "it is what runs this",
    "make proofs ROWS=SES": "the same with an option, see tests/",
    "make proofs FAULTS=changes-nothing": "the canary is proved in test_faults.py",
}
"""Commands that are not run once more here, and why."""


def commands() -> list[str]:
    """Every command of README's shell blocks, without its comment."""
    blocks = re.findall(r"```sh\n(.*?)```", Path(ROOT, "README.md").read_text("utf-8"), re.DOTALL)
    lines = [line.partition("#")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line and line not in RUN_BY_OTHERS]


EXPECTED = {"make smoke": (0, "GO "), "pytest -m smoke --fault sessions-in-memory": (1, "NO-GO ")}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("command", commands())
def test_a_command_of_readme_does_what_it_says(command: str, tmp_path: Path) -> None:
    code, answer = EXPECTED[command]
    env = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("PYTEST_", "PLUMBLINE_", "MAKE", "MFLAGS"))
    }
    env |= {"PATH": f"{Path(sys.executable).parent}:{env['PATH']}", "PLUMBLINE_REPORTS": str(tmp_path)}
    log = tmp_path / "output"

    process = processes.spawn(["sh", "-c", command], name="readme", log=log, env=env, cwd=ROOT)
    ended = process.wait(240)

    assert ended == code, process.last_lines()
    assert process.last_lines(1).startswith(answer)
