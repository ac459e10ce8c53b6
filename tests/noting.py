"""Profiles of a platform that keeps notes (`tests/deployed.py`), by which runs make and remove them."""

from __future__ import annotations

import json
from pathlib import Path

from tests.deployed import Deployed

WRITABLE = """
allow = "writes"
declaration = { path = "/health", field = "disposable", value = "true", instance = "id" }
"""
MAKES = """
[makes.closing_schedule]
create = "POST /notes"
found = "GET /notes/{id}"
undo = "DELETE /notes/{id}"
id = "note.id"
fields = { due_date = "dueDate", amount = "" }

[logout]
everywhere = "/logout-everywhere"
"""
PATHS = '"/api/auth/me"     = "/me"\n'


def profile_of(platform: Deployed, folder: Path, *, ours: bool = True, writable: str = WRITABLE) -> Path:
    """A profile that may write to it."""
    text = platform.profile().replace("[accounts.admin]\n", "[accounts.admin]\n" + f"ours = {json.dumps(ours)}\n")
    text = text.replace("[remote]\n", f"[remote]\n{writable}")
    path = folder / "elsewhere.toml"
    path.write_text(text.replace(PATHS, f'{PATHS}"/api/closing-schedules" = "/notes"\n') + MAKES, "utf-8")
    return path


def notes(*titles: str) -> dict[int, dict[str, object]]:
    """Notes with these titles, numbered from 1."""
    return {number: {"id": number, "title": title} for number, title in enumerate(titles, 1)}
