"""The target that is measured."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from plumbline.elsewhere.permission import Level
from plumbline.profile_file import load
from plumbline.target import Target

ROOT = Path(__file__).resolve().parent.parent


def reference() -> Target:
    """The reference platform, as a run of today has it."""
    path = ROOT / "targets" / "reference.toml"
    today = f"{datetime.now().astimezone():%Y-%m-%d}"
    return Target(profile=load(path), path=path, root=ROOT, level=Level.DISRUPTIVE, run_mark="bench", today=today)
