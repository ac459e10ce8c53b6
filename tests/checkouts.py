"""Copies of the suite with checks of their own, for runs of which a person would not want the outcome here."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from tests.whole_runs import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def checkout_in(folder: Path, check: str) -> Path:
    """A copy with one check of its own, and the small platform as the target `small`."""
    root = folder / "checkout"
    (root / "suites" / "sessions").mkdir(parents=True)
    (root / "suites" / "sessions" / "test_fitting.py").write_text(check)
    for name in ("fixtures", "seeds"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("conftest.py", "pyproject.toml", "plumbline", "contract", "tests"):
        (root / name).symlink_to(ROOT / name)
    (root / "targets").mkdir()
    shutil.copy(ROOT / "tests" / "small" / "target.toml", root / "targets" / "small.toml")
    return root
