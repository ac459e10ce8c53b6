"""What a bare script needs of HTTP, Postgres, Redis and Chromium's pipe: sockets, and no library.

Only for the floors: each class speaks as much of its protocol as a measure needs, and fails loudly.
"""

from __future__ import annotations

import json
import os
import socket
import struct
import time
from pathlib import Path
from typing import IO, Any

HOST = "127.0.0.1"
HEAD = 5
"""Bytes before the body of a message of Postgres: its kind, its length."""
POLL = 0.002
"""Seconds between two looks at something that is awaited."""


class Http:
    """One kept connection to a server on this machine."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self.cookie = cookie
        self._port = port
        self._socket = _connected(port)

    def get(self, path: str, cookie: str | None = None, accept: str = "*/*") -> tuple[int, bytes]:
        """Status and body of a GET; `cookie` in place of the connection's own."""
        sent = self.cookie if cookie is None else cookie
        return self._ask("GET", path, f"Cookie: {sent}\r\nAccept: {accept}\r\n" if sent else f"Accept: {accept}\r\n")

    def post(self, path: str, body: dict[str, str]) -> tuple[int, bytes]:
        """Status and body of a POST of JSON; a cookie that comes with the answer is kept."""
        text = json.dumps(body)
        head = f"Content-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n{text}"
        return self._ask("POST", path, head, ended=True)

    def _ask(self, method: str, path: str, head: str, *, ended: bool = False) -> tuple[int, bytes]:
        lines = f"{method} {path} HTTP/1.1\r\nHost: {HOST}:{self._port}\r\n{head}" + ("" if ended else "\r\n")
        self._socket.sendall(lines.encode())
        received = b""
        while b"\r\n\r\n" not in received:
            received += _some(self._socket)
        top, _, body = received.partition(b"\r\n\r\n")
        names = {}
        for line in top.split(b"\r\n")[1:]:
            name, _, value = line.partition(b": ")
            names[name.lower()] = value
        if b"set-cookie" in names and method == "POST":
            self.cookie = names[b"set-cookie"].partition(b";")[0].decode()
        while len(body) < int(names.get(b"content-length", 0)):
            body += _some(self._socket)
        return int(top[9:12]), body

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


class Postgres:
    """One connection without a password; `ask` gives the rows of a statement as texts."""

    def __init__(self, port: int, user: str, database: str) -> None:
        self._socket = _connected(port)
        words = f"user\0{user}\0database\0{database}\0\0".encode()
        self._socket.sendall(struct.pack("!ii", len(words) + 8, 196608) + words)
        self._pending = b""
        self._rows()

    def ask(self, statement: str) -> list[list[str | None]]:
        """The rows of one statement; RuntimeError with the server's words where it fails."""
        text = statement.encode() + b"\0"
        self._socket.sendall(b"Q" + struct.pack("!i", len(text) + 4) + text)
        return self._rows()

    def close(self) -> None:
        """Hang up in order, so that the server forgets this connection at once."""
        self._socket.sendall(b"X\0\0\0\4")
        self._socket.close()

    def _rows(self) -> list[list[str | None]]:
        rows: list[list[str | None]] = []
        refusal = ""
        while True:
            while len(self._pending) < HEAD or len(self._pending) < 1 + _length(self._pending, 1):
                self._pending += _some(self._socket)
            end = 1 + _length(self._pending, 1)
            kind, body, self._pending = self._pending[:1], self._pending[5:end], self._pending[end:]
            if kind == b"D":
                rows.append(_columns(body))
            elif kind == b"E":
                refusal = body.replace(b"\0", b" ").decode()
            if kind == b"Z" or (refusal and not self._pending):
                break
        if refusal:
            raise RuntimeError(refusal)
        return rows


class Redis:
    """One connection without a password, to one of its databases."""

    def __init__(self, port: int, number: int = 0) -> None:
        self._socket = _connected(port)
        self._file = self._socket.makefile("rb")
        if number:
            self.ask("SELECT", str(number))

    def ask(self, *words: str) -> Any:  # noqa: ANN401 - texts, numbers, lists of them
        """The answer to one command."""
        parts = "".join(f"${len(word.encode())}\r\n{word}\r\n" for word in words)
        self._socket.sendall(f"*{len(words)}\r\n{parts}".encode())
        return self._answer()

    def _answer(self) -> Any:  # noqa: ANN401
        line = self._file.readline()
        kind, rest = line[:1], line[1:-2]
        if kind == b"*":
            return [self._answer() for _ in range(int(rest))]
        if kind == b"$":
            return None if rest == b"-1" else self._file.read(int(rest) + 2)[:-2].decode()
        if kind not in b":+":
            raise RuntimeError(line.decode() or "Redis hung up")
        return rest.decode()

    def close(self) -> None:
        """Hang up."""
        self._file.close()
        self._socket.close()


class Pipe:
    """Chromium's DevTools over two pipes: JSON objects, each ended by a NUL."""

    def __init__(self, reading: IO[bytes], writing: IO[bytes]) -> None:
        self._reading, self._writing = reading.fileno(), writing.fileno()
        self._ends = (reading, writing)
        self._pending = b""
        self._number = 0
        self.events: list[dict[str, Any]] = []

    def ask(self, method: str, session: str = "", **parameters: object) -> dict[str, Any]:
        """The result of one command; events that come meanwhile are kept."""
        self._number += 1
        order: dict[str, object] = {"id": self._number, "method": method, "params": parameters}
        if session:
            order["sessionId"] = session
        os.write(self._writing, json.dumps(order).encode() + b"\0")
        while True:
            while b"\0" not in self._pending:
                received = os.read(self._reading, 1 << 20)
                if not received:
                    raise RuntimeError("the browser ended")
                self._pending += received
            line, _, self._pending = self._pending.partition(b"\0")
            answer: dict[str, Any] = json.loads(line)
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                result: dict[str, Any] = answer["result"]
                return result
            self.events.append(answer)


def reserve() -> tuple[int, socket.socket]:
    """A free port, and the bound socket that keeps it free for a server that sets SO_REUSEADDR."""
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind((HOST, 0))
    return held.getsockname()[1], held


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


def awaited_postgres(data: Path, within: float = 30.0) -> None:
    """Return when the server on `data` says that it is ready; TimeoutError after `within` seconds."""
    ends = time.monotonic() + within
    while time.monotonic() < ends:
        try:
            lines = (data / "postmaster.pid").read_text().splitlines()
        except OSError:
            lines = []
        if lines[7:] and lines[7].strip() == "ready":
            return
        time.sleep(POLL)
    raise TimeoutError(f"Postgres was not ready within {within:g} s")


def _connected(port: int) -> socket.socket:
    made = socket.create_connection((HOST, port), timeout=30)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def _some(made: socket.socket) -> bytes:
    received = made.recv(1 << 16)
    if not received:
        raise ConnectionError("the server hung up")
    return received


def _length(text: bytes, place: int) -> int:
    number: int = struct.unpack_from("!i", text, place)[0]
    return number


def _columns(body: bytes) -> list[str | None]:
    columns: list[str | None] = []
    place = 2
    for _ in range(struct.unpack_from("!h", body)[0]):
        length = _length(body, place)
        place += 4
        columns.append(None if length < 0 else body[place : place + length].decode())
        place += max(length, 0)
    return columns
