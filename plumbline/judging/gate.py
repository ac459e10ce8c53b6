"""Preflight first: no other check of any worker begins before every selected PRE row has its outcome."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from plumbline.deadlines import wait_until

PATIENCE = 100.0
"""Seconds to wait for the preflight of another worker; a first run makes the data directory meanwhile."""

GREEN = "green"


class Gate:
    """The outcomes of the preflight rows, a file each in the run's folder, written by whichever worker ran it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "preflight"
        self.folder.mkdir(exist_ok=True)

    def tell(self, nodeid: str, outcome: str) -> None:
        """Says how a preflight check ended: `GREEN`, or its row and reason."""
        place = self._place(nodeid)
        aside = place.with_suffix(".aside")
        aside.write_text(outcome, "utf-8")
        aside.replace(place)

    def red(self, nodeids: Iterable[str]) -> str | None:
        """The first red outcome of these checks, once all have one; None where all are green."""
        places = [self._place(nodeid) for nodeid in nodeids]
        if not wait_until(lambda: all(place.exists() for place in places), within=PATIENCE):
            return f"PRE: the preflight did not end within {PATIENCE:g} s"
        outcomes = (place.read_text("utf-8") for place in places)
        return next((outcome for outcome in outcomes if outcome != GREEN), None)

    def _place(self, nodeid: str) -> Path:
        return self.folder / hashlib.sha256(nodeid.encode()).hexdigest()[:16]
