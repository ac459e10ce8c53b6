"""Commands that go in front of Postgres: it refuses to run as root, and it leaves shared memory when killed.

In a user namespace root is nobody special, files stay root's, no user is made and no mode is changed; in an
IPC namespace its System V segment goes with its last process, even after kill -9.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from plumbline.services import ServiceUnavailable
from plumbline.standing import processes

NOBODY = 65534


@dataclass(frozen=True)
class Footing:
    """How Postgres is run here: what stands in front of its commands, and who must own its files."""

    under: tuple[str, ...] = ()
    owner: int | None = None


def footing(log: Path) -> Footing:
    """Namespaces where they are allowed, else nothing for an ordinary user, else, for root, another user."""
    if not sys.platform.startswith("linux"):
        return Footing()
    who = "1000" if os.getuid() == 0 else str(os.getuid())
    apart = ("unshare", "--user", "--ipc", f"--map-user={who}", f"--map-group={who}", "--")
    try:
        processes.finish(["true"], name="namespaces", log=log, env={"PATH": os.defpath}, within=5, under=apart)
    except processes.ProcessFailed:
        return another_user() if os.getuid() == 0 else Footing()
    return Footing(apart)


def another_user() -> Footing:
    """For root where user namespaces are forbidden: `setpriv` to nobody, with copies that nobody may read."""
    import shutil

    if shutil.which("setpriv") is None:
        raise ServiceUnavailable(
            "Postgres does not run as root: user namespaces are forbidden here and there is no `setpriv`; "
            "run as an ordinary user, or install util-linux"
        )
    change = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--")
    return Footing(change, owner=NOBODY)
