"""One connection to Postgres, and one to Redis."""

from __future__ import annotations

import os
import struct
import time
from pathlib import Path
from typing import Any

from bench.wire.line import POLL, connected, some

HEAD = 5
"""Bytes before the body of a message of Postgres: its kind, its length."""
SASL, SASL_MORE = 10, 11
"""Kinds of Postgres' answer to a login."""


class Postgres:
    """One connection; `ask` gives the rows of a statement as texts."""

    def __init__(self, port: int, user: str, database: str, password: str = "") -> None:
        self._socket = connected(port)
        self._login = Scram(password)
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
                self._pending += some(self._socket)
            end = 1 + _length(self._pending, 1)
            kind, body, self._pending = self._pending[:1], self._pending[5:end], self._pending[end:]
            if kind == b"D":
                rows.append(_columns(body))
            elif kind == b"R" and (answer := self._login.answer(body)):
                self._socket.sendall(b"p" + struct.pack("!i", len(answer) + 4) + answer)
            elif kind == b"E":
                refusal = body.replace(b"\0", b" ").decode()
            if kind == b"Z" or (refusal and not self._pending):
                break
        if refusal:
            raise RuntimeError(refusal)
        return rows


class Scram:
    """A login by password as Postgres wants it: SCRAM-SHA-256, RFC 5802."""

    def __init__(self, password: str) -> None:
        self._password = password.encode()
        self._first = b""

    def answer(self, body: bytes) -> bytes:
        """What to answer to a step of the login; nothing where nothing is asked."""
        step = _length(body, 0)
        if step == SASL:
            self._first = b"n=,r=" + os.urandom(9).hex().encode()
            first = b"n,," + self._first
            return b"SCRAM-SHA-256\0" + struct.pack("!i", len(first)) + first
        return self._proof(body[4:]) if step == SASL_MORE else b""

    def _proof(self, theirs: bytes) -> bytes:
        from base64 import b64decode, b64encode
        from hashlib import pbkdf2_hmac, sha256
        from hmac import digest

        said = dict(part.split(b"=", 1) for part in theirs.split(b","))
        salted = pbkdf2_hmac("sha256", self._password, b64decode(said[b"s"]), int(said[b"i"]))
        key = digest(salted, b"Client Key", "sha256")
        last = b"c=biws,r=" + said[b"r"]
        signature = digest(sha256(key).digest(), b",".join((self._first, theirs, last)), "sha256")
        return last + b",p=" + b64encode(bytes(one ^ other for one, other in zip(key, signature, strict=True)))


class Redis:
    """One connection to one of its databases."""

    def __init__(self, port: int, number: int = 0, password: str = "") -> None:
        self._socket = connected(port)
        self._file = self._socket.makefile("rb")
        if password:
            self.ask("AUTH", password)
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
