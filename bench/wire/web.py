"""HTTP over a kept connection, and what begins as HTTP: a WebSocket, a stream of events."""

from __future__ import annotations

import json
import os
import socket
import struct
import time

from bench.wire.line import HOST, POLL, connected, some

UPGRADED = 101
FRAME, TEXT, SHORT = 2, 0x81, 126
"""Bytes before a short text, the first of them where the text is whole, the length that is no longer short."""


class Http:
    """One kept connection to a server on this machine."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self.cookie = cookie
        self._port = port
        self._socket = connected(port)

    def get(self, path: str, cookie: str | None = None, accept: str = "*/*") -> tuple[int, bytes]:
        """Status and body of a GET; `cookie` in place of the connection's own."""
        sent = self.cookie if cookie is None else cookie
        return self._ask("GET", path, f"Cookie: {sent}\r\nAccept: {accept}\r\n" if sent else f"Accept: {accept}\r\n")

    def post(self, path: str, body: dict[str, str]) -> tuple[int, bytes]:
        """Status and body of a POST of JSON; a cookie that comes with the answer is kept."""
        text = json.dumps(body)
        cookie = f"Cookie: {self.cookie}\r\n" if self.cookie else ""
        head = f"{cookie}Content-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n{text}"
        return self._ask("POST", path, head, ended=True)

    def stream(self, path: str) -> tuple[int, bytes]:
        """Status and first bytes of a stream of events, which stays open."""
        status, _, first = self._head("GET", path, f"Cookie: {self.cookie}\r\nAccept: text/event-stream\r\n\r\n")
        return status, first or some(self._socket)

    def _ask(self, method: str, path: str, head: str, *, ended: bool = False) -> tuple[int, bytes]:
        status, names, body = self._head(method, path, head + ("" if ended else "\r\n"))
        if b"set-cookie" in names and method == "POST":
            self.cookie = names[b"set-cookie"].partition(b";")[0].decode()
        while len(body) < int(names.get(b"content-length", 0)):
            body += some(self._socket)
        return status, body

    def _head(self, method: str, path: str, head: str) -> tuple[int, dict[bytes, bytes], bytes]:
        self._socket.sendall(f"{method} {path} HTTP/1.1\r\nHost: {HOST}:{self._port}\r\n{head}".encode())
        received = b""
        while b"\r\n\r\n" not in received:
            received += some(self._socket)
        top, _, body = received.partition(b"\r\n\r\n")
        names = {}
        for line in top.split(b"\r\n")[1:]:
            name, _, value = line.partition(b": ")
            names[name.lower()] = value
        return int(top[9:12]), names, body

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


class WebSocket:
    """A handshake with its answer, and short texts after it."""

    def __init__(self, port: int, path: str, cookie: str) -> None:
        self._socket = connected(port)
        upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        key = f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: {cookie}\r\n\r\n"
        self._socket.sendall(f"GET {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\n{upgrade}{key}".encode())
        received = b""
        while b"\r\n\r\n" not in received:
            received += some(self._socket)
        top, _, self._pending = received.partition(b"\r\n\r\n")
        self.status = int(top[9:12])

    def ask(self, message: dict[str, object]) -> dict[str, object]:
        """What comes back for a message."""
        text, mask = json.dumps(message).encode(), os.urandom(4)
        masked = bytes(letter ^ mask[place % 4] for place, letter in enumerate(text))
        self._socket.sendall(bytes((TEXT, 0x80 | len(text))) + mask + masked)
        while len(self._pending) < FRAME or len(self._pending) < FRAME + self._pending[1]:
            self._pending += some(self._socket)
        if self._pending[0] != TEXT or self._pending[1] >= SHORT:
            raise RuntimeError(f"no short text: {self._pending[:50]!r}")
        end = FRAME + self._pending[1]
        answer: dict[str, object] = json.loads(self._pending[FRAME:end])
        self._pending = self._pending[end:]
        return answer

    def close(self) -> None:
        """Hang up at once, without waiting for the other's farewell."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()


def awaited_http(port: int, path: str, within: float = 30.0) -> None:
    """Return when the server answers `path` with anything; TimeoutError after `within` seconds."""
    ends = time.monotonic() + within
    while time.monotonic() < ends:
        try:
            caller = Http(port)
            caller.get(path)
            caller.close()
        except OSError:
            time.sleep(POLL)
        else:
            return
    raise TimeoutError(f"no answer on port {port} within {within:g} s")
