"""A TCP connection on this machine."""

from __future__ import annotations

import socket

HOST = "127.0.0.1"
POLL = 0.002
"""Seconds between two looks at something that is awaited."""


def connected(port: int) -> socket.socket:
    """A connection that sends what it is given at once."""
    made = socket.create_connection((HOST, port), timeout=30)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def some(made: socket.socket) -> bytes:
    """What has come; ConnectionError where nothing will."""
    received = made.recv(1 << 16)
    if not received:
        raise ConnectionError("the server hung up")
    return received


def reserve() -> tuple[int, socket.socket]:
    """A free port, and the bound socket that keeps it free for a server that sets SO_REUSEADDR."""
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind((HOST, 0))
    return held.getsockname()[1], held
