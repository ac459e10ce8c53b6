"""Whether the servers of a run still answer: a check that fails because one is gone says that, and nothing else."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from plumbline.stores.postgres import Server
    from plumbline.stores.redis import RedisServer

WITHIN = 2.0
"""Seconds to be let in; on this machine it takes none."""


def gone(postgres: Server | None, redis: RedisServer | None) -> str:
    """Which server is gone, in words, with the remedy; empty where none is."""
    for name, server in (("Postgres", postgres), ("Redis", redis)):
        if server is not None and not _answers(server.host, server.port):
            return (
                f"the run's {name} ({server.version} at {server.host}:{server.port}) is gone: the server, or the "
                "engine that ran its container, has stopped since the run began; that judges no platform; run again"
            )
    return ""


def _answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), WITHIN).close()
    except OSError:
        return False
    return True
