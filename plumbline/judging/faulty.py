"""The faults of a platform: what its profile's `list` command tells of them."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plumbline.standing import processes
from plumbline.standing.instance import surroundings

if TYPE_CHECKING:
    from plumbline.target import Target


def known_faults(target: Target) -> dict[str, dict[str, Any]]:
    """What the profile's `list` command prints, by name: a JSON line a fault."""
    command = target.filled_in(target.profile.faults.list)
    with tempfile.TemporaryDirectory(prefix="plumbline-faults-") as folder:
        log = Path(folder, "list.log")
        place = target.workplace
        processes.finish(command, name="the list of faults", log=log, env=surroundings(), within=60, cwd=place)
        faults = [json.loads(line) for line in log.read_text("utf-8").splitlines() if line.startswith("{")]
    return {fault["name"]: fault for fault in faults}
