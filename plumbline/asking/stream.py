"""A stream of server-sent events, read as it comes (WHATWG HTML, 9.2)."""

from __future__ import annotations

import queue
import socket
import threading
import time
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from plumbline.deadlines import DeadlineMissed, wait_until
from plumbline.judging.record import Blocked

if TYPE_CHECKING:
    from plumbline.asking.client import Client
    from plumbline.asking.exchange import Exchange

FIELDS = {"event", "data", "id", "retry"}
"""The fields that an event has; a line without a name before its colon is a comment."""

SILENCE = 600.0
"""Seconds that the reading waits for more; how long a check waits it says itself."""


class Stream:
    """An answer that goes on. A thread of its own reads it, so that a check can look whether it has ended."""

    def __init__(self, caller: Client, path: str, within: float) -> None:
        """Asks for it as `caller`; DeadlineMissed where no head comes within `within` seconds."""
        started = time.monotonic()
        self._caller, self._path = caller, path
        ours, self._response = caller.open(path, within)
        self.head = caller.answer(ours, self._response, b"", time.monotonic() - started)
        self._heed_its_head()
        self.closed = False
        self._came: queue.Queue[bytes] = queue.Queue()
        self._body, self._rest, self._cut = b"", b"", False
        self._ended = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def ended(self) -> bool:
        """Whether the platform has ended it."""
        return self._ended.is_set()

    def block(self, within: float) -> list[str]:
        """The next lines that an empty one ends, which is when a browser takes notice of them.

        DeadlineMissed where they have not come whole in time, AssertionError where the stream ends before.
        """
        until = time.monotonic() + within
        while True:
            block, found, rest = self._rest.lstrip(b"\n").partition(b"\n\n")
            if found:
                self._rest = rest
                return block.decode("utf-8", "replace").split("\n")
            self._rest += self._lines(self._more(until, within))

    def stays_open(self, seconds: float) -> bool:
        """Whether it has not ended `seconds` from now."""
        return not wait_until(self._ended.is_set, within=seconds, every=0.02)

    def close(self) -> None:
        """Hangs up, and keeps what came as this caller's exchange."""
        line = self._response.extensions["network_stream"].get_extra_info("socket")
        with suppress(OSError):  # it has ended by itself
            line.shutdown(socket.SHUT_RDWR)
        self._reader.join(timeout=5)
        self.closed = True
        self._caller.record(self.exchange)

    @property
    def exchange(self) -> Exchange:
        """The exchange, with what has come so far."""
        return replace(self.head.exchange, body=self._body)

    def _heed_its_head(self) -> None:
        """Blocked where the head says that there were too many requests, without waiting for what follows it."""
        try:
            self._caller.target.pace.heed(self.head.status, f"GET {self._path}")
        except Blocked:
            self._response.close()
            self._caller.record(self.head.exchange)
            raise

    def _lines(self, part: bytes) -> bytes:
        """A part with line feeds for all three ends that a line may have; a pair may be cut in two."""
        if self._cut:
            part = part.removeprefix(b"\n")
        self._cut = part.endswith(b"\r")
        return part.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def _more(self, until: float, within: float) -> bytes:
        shown = f"the stream {self._path} as {self._caller.who}"
        try:
            came = self._came.get(timeout=max(until - time.monotonic(), 0.001))
        except queue.Empty:
            seen = f"{self._rest!r} and no empty line" if self._rest else "nothing"
            raise DeadlineMissed(f"{shown}: {seen} came within {within:g} s") from None
        if not came:
            raise AssertionError(f"{shown} ended after {self._body[-200:]!r}")
        return came

    def _read(self) -> None:
        self._response.request.extensions["timeout"]["read"] = SILENCE
        with suppress(Exception):  # whatever ends the reading, to the check it is the end
            for part in self._response.iter_bytes():
                self._body += part
                self._came.put(part)
        self._ended.set()
        self._came.put(b"")
        self._response.close()


def is_event_line(line: str) -> bool:
    """Whether a line is one of a stream of events: a comment, or one of the four fields."""
    name, _, _ = line.partition(":")
    return name in FIELDS or line.startswith(":")
