"""What `--keep` leaves up, in words: addresses, logs, the commands that open the databases, the logins. No secret."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from plumbline.services import ServiceUnavailable
from plumbline.services.binaries import postgres_binaries
from plumbline.services.prepared import write_private
from plumbline.stores.postgres import ADMIN

if TYPE_CHECKING:
    from plumbline.evidence.scene import Copy, Scene
    from plumbline.stores.postgres import Server
    from plumbline.target import Target


def lines(scene: Scene, target: Target) -> Iterator[str]:
    """A labelled line each; passwords are read from a private file, or stand in the profile."""
    for copy in scene.copies:
        yield f"{copy.name:<12} {copy.url}  {copy.state}"
        yield f"{'log':<12} {copy.log}"
        if scene.server is not None and copy.database:
            yield f"{'database':<12} {opening(scene.server, copy, scene.scratch)}"
    for name, account in target.profile.accounts.items():
        yield f"{'login':<12} {account.username}, password: [accounts.{name}] of {target.path}"
    for diary in scene.diaries:
        yield f"{'page':<12} {diary.tab.url}"


def opening(server: Server, copy: Copy, folder: Path) -> str:
    """The command that opens a copy's database with psql."""
    # Every field but the password may be a star (PostgreSQL's manual, "The Password File").
    escaped = server.passwords[ADMIN].replace("\\", "\\\\").replace(":", "\\:")
    private = write_private(folder / "pgpass", f"*:*:*:*:{escaped}\n")
    try:
        psql = postgres_binaries().folder / "psql"
    except ServiceUnavailable:
        psql = Path("psql")
    words = [f"PGPASSFILE={private}", str(psql), server.address(copy.database, ADMIN)]
    return " ".join(map(shlex.quote, words))
