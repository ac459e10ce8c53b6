"""Ports of 127.0.0.1 that nobody else gets."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass


@dataclass
class Reservation:
    """A TCP port of 127.0.0.1 that nobody else gets as long as this is open."""

    port: int
    _held: int | None  # a bare descriptor: one that is held to the end of the run is no leak to warn of

    def close(self) -> None:
        """Give the port back; nothing happens the second time."""
        if self._held is not None:
            os.close(self._held)
            self._held = None


def reserve_port() -> Reservation:
    """Reserve a free port: a bound socket that does not listen.

    A server that sets SO_REUSEADDR, as nearly all do, can listen on the port meanwhile; the system gives it
    to no one else, and a restart finds it free.
    """
    held = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    port = held.getsockname()[1]
    return Reservation(port, held.detach())
