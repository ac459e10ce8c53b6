"""A WebSocket connection, frame by frame, on the protocol part of `websockets` alone.

That part follows no redirect, starts no thread and asks no proxy: where bytes go is decided here.
"""

from __future__ import annotations

import socket
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from plumbline.asking.names import address_of

if TYPE_CHECKING:
    import ssl

    from websockets.frames import Frame
    from websockets.http11 import Response

GOING, LOST = 1000, 1006
"""Codes of an ordinary close, and of a connection that ended without one (RFC 6455, 7.4.1)."""

MESSAGES = {"TEXT", "BINARY", "CONT"}
"""The opcodes of messages and their parts."""


class Frames:
    """An attempt to open a socket at `url` (http or https), and what goes to and fro where it succeeded.

    OSError where nobody listens, TimeoutError where nobody answers within `within` seconds.
    """

    def __init__(self, url: str, headers: Mapping[str, str], tls: ssl.SSLContext | None, within: float) -> None:
        from websockets.client import ClientProtocol
        from websockets.uri import parse_uri

        self.closed_with: int | None = None
        self._events: deque[Any] = deque()
        self._protocol = ClientProtocol(parse_uri(f"ws{url.removeprefix('http')}"))
        request = self._protocol.connect()
        for name, text in headers.items():
            request.headers[name] = text
        self.sent = dict(request.headers.raw_items())
        until = time.monotonic() + within
        self._line = connected(url, tls, within)
        self._protocol.send_request(request)
        self._flush()
        self.response: Response | None = self._event(until)
        """What the handshake was answered; None where the other side hung up instead."""

    @property
    def is_open(self) -> bool:
        """Whether there is a socket that nobody has closed, as far as has been heard."""
        return self._protocol.state.name == "OPEN"

    def send(self, text: str) -> None:
        """Sends a message; nothing goes out where the socket is not open."""
        if self.is_open:
            self._protocol.send_text(text.encode())
            self._flush()

    def ping(self, mark: bytes) -> None:
        """Sends the protocol's own ping (RFC 6455, 5.5.2)."""
        if self.is_open:
            self._protocol.send_ping(mark)
            self._flush()

    def message(self, until: float) -> str | None:
        """The next whole message; None once the other side has closed, TimeoutError after `until` (monotonic)."""
        parts = b""
        while (frame := self.frame(until)) is not None:
            if frame.opcode.name in MESSAGES:
                parts += bytes(frame.data)
                if frame.fin:
                    return parts.decode("utf-8", "replace")
        return None

    def frame(self, until: float) -> Frame | None:
        """The next frame; otherwise as `message`."""
        frame: Frame | None = self._event(until) if self.closed_with is None else None
        if frame is None or frame.opcode.name == "CLOSE":
            told = self._protocol.close_rcvd
            self.closed_with = told.code if told else LOST
            return None
        return frame

    def close(self) -> None:
        """Says good-bye, without waiting for the other side's."""
        if self.is_open:
            self._protocol.send_close(GOING)
            self._flush()
        self._line.close()

    def _event(self, until: float) -> Any:  # noqa: ANN401 - the response of the handshake, then frames
        while not self._events:
            self._line.settimeout(max(until - time.monotonic(), 0.001))
            try:
                data = self._line.recv(65536)
            except TimeoutError:
                raise
            except OSError:
                data = b""  # reset: an end without a word
            if not data:
                self._protocol.receive_eof()
                self._events.extend(self._protocol.events_received())
                break
            self._protocol.receive_data(data)
            self._flush()
            self._events.extend(self._protocol.events_received())
        return self._events.popleft() if self._events else None

    def _flush(self) -> None:
        with suppress(OSError):  # the other side has hung up: what it said before is still read
            for data in self._protocol.data_to_send():
                if data:
                    self._line.sendall(data)


def connected(url: str, tls: ssl.SSLContext | None, within: float) -> socket.socket:
    """A plain connection to where `url` points, encrypted where `tls` is given; raises as Frames does."""
    place = urlsplit(url)
    host, port = place.hostname or "", place.port or (443 if tls else 80)
    line = socket.create_connection((address_of(host), port), timeout=within)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return tls.wrap_socket(line, server_hostname=host) if tls else line
