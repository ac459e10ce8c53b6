"""Compiled Python, kept between runs also where the environment forbids it beside the sources.

Images of containers set PYTHONDONTWRITEBYTECODE; compiling a thousand files anew costs each run a second.
"""

from __future__ import annotations

import sys
from pathlib import Path


def keep_in(folder: Path) -> None:
    """From now on compiled files go below `folder`, where they could not be written beside the sources."""
    if sys.dont_write_bytecode:
        sys.pycache_prefix = str(folder)
        sys.dont_write_bytecode = False


def environment() -> dict[str, str]:
    """The same for a Python process that is started: what its environment needs for it."""
    return {"PYTHONPYCACHEPREFIX": sys.pycache_prefix} if sys.pycache_prefix else {}
