"""Outages and stores on a platform of another make, which connects when it is asked: GO, and NO-GO where it is broken.

A row of its sessions is marked and not deleted, visitors have rows, too, and its health has no route for each server.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.test_strangers import STRANGE, ends
from tests.whole_runs import pytest_run

if TYPE_CHECKING:
    from pathlib import Path

FERRY = STRANGE / "ferry.toml"
ROWS = ["SES-6,SES-8,SES-11", "SES-13,SES-17", "HLT-2,HLT-9", "HLT-4,HLT-7"]
"""In groups: outages take their time."""

NOT_ASKED = {"HLT-4 database"}
"""Its health has no route for Redis, none for the database."""

BREAKS = [
    ("in-memory", "SES-17", "SES-17"),
    ("looks-now-and-then", "HLT-2", "HLT-2"),
    ("row-stays", "SES-8", "SES-8"),
]
"""How it is broken, what is asked, and what is red."""


@pytest.mark.parametrize("rows", ROWS)
def test_a_platform_that_connects_when_it_is_asked_is_well(tmp_path: Path, rows: str) -> None:
    run = pytest_run(tmp_path, f"--target={FERRY}", "--rows", rows)

    assert run.code == 0, run.output
    assert {title for title, word in ends(run).items() if word != "pass"} <= NOT_ASKED
    assert run.left == []


@pytest.mark.parametrize(("way", "asked", "rows"), BREAKS)
def test_broken_it_is_red_where_it_broke(tmp_path: Path, way: str, asked: str, rows: str) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text(FERRY.read_text().replace("[environment]", f'[environment]\nBREAK = "{way}"'))

    run = pytest_run(tmp_path, f"--target={broken}", "--rows", asked)

    assert run.code == 1, run.output
    assert run.verdict.endswith(f" [{rows}]")
