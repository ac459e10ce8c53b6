"""How long each check took in earlier runs: node id → seconds, the format of pytest-split."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path


def read(path: Path) -> dict[str, float]:
    """What earlier runs have written; nothing where they have not, or where somebody has spoilt it."""
    try:
        known = json.loads(path.read_text("utf-8"))
        return {str(nodeid): float(seconds) for nodeid, seconds in known.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def add(path: Path, seconds: Mapping[str, float], aside: str) -> None:
    """Writes these besides what is there, aside (a suffix that no other process uses) and renamed."""
    told = {**read(path), **{nodeid: round(taken, 4) for nodeid, taken in seconds.items()}}
    written = path.with_suffix(aside)
    path.parent.mkdir(parents=True, exist_ok=True)
    written.write_text(json.dumps(told, indent=1, sort_keys=True), "utf-8")
    written.replace(path)
