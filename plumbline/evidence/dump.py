"""The databases of a red check as they were when it failed: pg_dump's text, and the command that opens it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from plumbline.services.binaries import postgres_binaries
from plumbline.standing import processes
from plumbline.stores.postgres import ADMIN

if TYPE_CHECKING:
    from plumbline.evidence.scene import Scene
    from plumbline.stores.postgres import Server

WITHIN = 20.0
MOST = 20_000_000
"""Bytes; of a larger database the report says only how large it is."""


class TooLarge(Exception):
    """The database is too large to be kept in a report."""


def dumped(scene: Scene, server: Server, database: str) -> str:
    """A database as statements, masked. Each row is a statement of its own: one that masking spoils is lost alone."""
    target = scene.scratch / f"{database}.sql"
    command = [
        str(postgres_binaries().folder / "pg_dump"), "--inserts", "--no-owner", "--no-privileges", f"--file={target}",
        "--no-password", f"--dbname={server.address(database, ADMIN)}",
    ]  # fmt: skip
    env = {"PATH": os.defpath, "LC_ALL": "C", "PGPASSWORD": server.passwords[ADMIN], "PGCONNECT_TIMEOUT": "2"}
    log = target.with_suffix(".log")
    try:
        processes.finish(command, name="pg_dump", log=log, env=env, within=WITHIN)
        size = target.stat().st_size
        if size > MOST:
            raise TooLarge(f"{size} bytes, of which at most {MOST} are kept; --keep leaves the database itself up")
        return scene.secrets.mask(target.read_text("utf-8"))
    finally:
        for left in (target, log):
            left.unlink(missing_ok=True)


def how_to_open(path: Path) -> str:
    """The command that opens a dump."""
    return f"python -m plumbline database {path}"
