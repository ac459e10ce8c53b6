"""Where the suite lies, and what outlives a run."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).absolute().parent.parent
"""The suite's own folder."""

HOME = Path(os.environ.get("PLUMBLINE_HOME") or ROOT / ".plumbline")
"""What outlives a run: prepared data directories, ledgers, what `make up` keeps."""


def reports_folder() -> Path:
    """The folder in which each run leaves its reports."""
    return Path(os.environ.get("PLUMBLINE_REPORTS") or ROOT / "reports")


def remedy(variable: str, can: str) -> str:
    """What to do where the folder that a variable names cannot be used; ``can`` says what another one has to."""
    unset = ", or unset it" if os.environ.get(variable) else ""
    return f"set {variable} to a folder that {can}{unset}"
