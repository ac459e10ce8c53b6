"""The suite's one WebSocket caller: asks permission, records handshake and messages, keeps its deadlines."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from plumbline.asking.client import DEADLINE, NoAnswer
from plumbline.asking.exchange import FORBIDDEN, NOT_LOGGED_IN, Answer, Exchange
from plumbline.asking.frames import Frames
from plumbline.asking.pool import TRACED
from plumbline.deadlines import DeadlineMissed
from plumbline.elsewhere.permission import ID, Words

if TYPE_CHECKING:
    from plumbline.asking.client import Client
    from plumbline.secrets import Secrets

PATH = "/ws"
"""The contract's path; a profile's [paths] may give another."""

MARK = b"plumbline"

UPGRADED = 101
"""The status of a handshake that was accepted."""

PARTS = ("host", "accept", "accept-encoding", "connection")
"""Headers of an ordinary request; the handshake has its own."""


@dataclass(frozen=True)
class Handshake(Exchange):
    """A request for a socket, as recorded."""

    def curl(self, secrets: Secrets) -> str:
        """As for any request; curl would ask for HTTP/2, which has no such handshake."""
        return super().curl(secrets).replace("curl -i", "curl -i -N --http1.1", 1)


@dataclass(frozen=True)
class Message(Handshake):
    """A message over a socket and what came back, recorded beside the exchanges of HTTP; `status` is 101."""

    said: str = ""
    """What became of it, where it was not answered."""

    def curl(self, secrets: Secrets) -> str:
        """The handshake: curl sends no messages, so this one stands behind it as a comment."""
        handshake = Handshake.curl(replace(self, method="GET", request_body=""), secrets)
        return f"{handshake}  # then send {secrets.mask(self.request_body)}"

    def line(self) -> str:
        """`MESSAGE /ws as admin: answered in 3 ms`."""
        return f"{self.method} {self.path} as {self.who}: {self.said} in {self.seconds * 1000:.0f} ms"


class Socket:
    """One attempt to open a socket. To be refused is an answer like any other, not an exception."""

    def __init__(self, caller: Client, headers: Mapping[str, str] | None = None, within: float = DEADLINE) -> None:
        """Opens it as `caller`, with its cookies, as a page of the platform's own would.

        Raises DeadlineMissed after `within` seconds without an answer, NoAnswer where the connection failed,
        PermissionRefused where this run may not ask, Unsupported where the platform has no sockets.
        """
        self._caller, self._words = caller, caller.target.profile.socket
        self._path, self._url, sent = caller.prepared("GET", PATH, headers)
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(self._url))
        asked = caller.http.build_request("GET", self._url, headers={"Origin": origin, **sent}).headers
        self._headers = {name: text for name, text in asked.items() if name.lower() not in PARTS}
        self._heard: list[str] = []
        self._asked = 0
        self._last, self._since = "", time.monotonic()
        self._frames = self._opened(within)
        self.handshake = self._answered()

    @property
    def is_open(self) -> bool:
        """Whether there is a socket that nobody has closed, as far as has been heard."""
        return self._frames.is_open

    @property
    def closed_with(self) -> int | None:
        """The code with which the platform closed, 1006 where it hung up without one; None while it has not."""
        return self._frames.closed_with

    def send(self, message: object) -> None:
        """Sends text as it is, anything else as JSON; nothing where the socket is not open.

        Raises PermissionRefused where this run may send nothing but pings, and this is none.
        """
        self._last = message if isinstance(message, str) else json.dumps(message)
        self._caller.target.permission.may_say(self._last, self._words.ping)
        self._since = time.monotonic()
        self._frames.send(self._last)

    def answer(self, within: float) -> str | None:
        """The next message, as text; None where the platform closes instead. DeadlineMissed: neither in time."""
        try:
            text = self._frames.message(time.monotonic() + within)
        except TimeoutError:
            self._record("", "no answer")
            raise DeadlineMissed(f"{self!r}: no answer to {self._last} within {within:.2g} s") from None
        self._record(text or "", f"closed with {self.closed_with}" if text is None else "answered")
        return text

    def ping(self) -> None:
        """Sends what the profile calls a ping."""
        self._asked += 1
        self.send(self._filled(self._words.ping))

    def pong(self, within: float) -> bool:
        """Whether what the profile calls a pong comes, whatever comes before it; False where the socket closes."""
        until = time.monotonic() + within
        while (text := self.answer(max(until - time.monotonic(), 0))) is not None:
            if says(text, self._filled(self._words.pong)):
                return True
        return False

    def _filled(self, words: Words) -> Words:
        """The profile's words with the number of the newest ping where they say `{id}`."""
        if isinstance(words, str):
            return words.replace(ID, str(self._asked))
        return {name: self._asked if word == ID else word for name, word in words.items()}

    def lives(self, within: float) -> bool:
        """Whether the platform answers the protocol's own ping, which it must while the socket is open."""
        self._frames.ping(MARK)
        until = time.monotonic() + within
        with suppress(TimeoutError):
            while self.is_open and (frame := self._frames.frame(until)) is not None:
                if frame.opcode.name == "PONG" and bytes(frame.data) == MARK:
                    return True
        return False

    def refused(self, within: float) -> bool:
        """Whether the caller is turned away: at the handshake, or by a close, whatever is said before it but a pong."""
        if self.handshake.status != UPGRADED:  # the close may have come with it: what is open says nothing
            return self.handshake.meaning in {NOT_LOGGED_IN, FORBIDDEN}
        self.ping()
        with suppress(DeadlineMissed):
            return not self.pong(within) and self.closed_with in self._words.refused_with
        return False

    def pongs_unasked(self, within: float) -> bool:
        """Whether what the profile calls a pong comes though nobody has asked: then it answers no ping either.

        Where pings are numbered there is nothing to listen for: a pong must have the number of its ping.
        """
        if ID in (self._words.pong if isinstance(self._words.pong, str) else self._words.pong.values()):
            return False
        with suppress(DeadlineMissed):
            return self.pong(within)
        return False

    def close(self) -> None:
        """Says good-bye."""
        self._frames.close()

    def __repr__(self) -> str:
        ended = "" if self.closed_with is None else f", closed with {self.closed_with}"
        return f"<socket of {self._caller.who}: {self.handshake.status}, heard {self._heard}{ended}>"

    def _opened(self, within: float) -> Frames:
        shown = f"socket {self._path} as {self._caller.who}"
        tls = self._caller.target.tls_for(self._url)
        try:
            return Frames(self._url, self._headers, tls, within)
        except TimeoutError:
            raise DeadlineMissed(f"{shown}: no answer within {within:g} s") from None
        except OSError as error:
            raise NoAnswer(f"{shown}: no answer: {error}") from error

    def _answered(self) -> Answer:
        response = self._frames.response
        if response is None:
            raise NoAnswer(f"socket {self._path} as {self._caller.who}: the platform closed without an answer")
        headers = tuple(response.headers.raw_items())
        exchange = Handshake(
            **self._common(), method="GET", status=response.status_code, headers=headers,
            body=bytes(response.body or b""), request_body="",
        )  # fmt: skip
        self._caller.record(exchange)
        return Answer(exchange, self._caller.target.meaning(exchange))

    def _record(self, text: str, said: str) -> None:
        if text:
            self._heard.append(text)
        message = Message(
            **self._common(), method="MESSAGE", status=self.handshake.status, headers=(), body=text.encode(),
            request_body=self._last, said=said,
        )  # fmt: skip
        self._caller.record(message)

    def _common(self) -> dict[str, Any]:
        sent, seconds = self._frames.sent, time.monotonic() - self._since
        return {
            "url": self._url, "path": self._path, "who": self._caller.who, "seconds": seconds,
            "request_headers": {name: text for name, text in sent.items() if name.lower() not in {"host", *TRACED}},
            "request_id": self._headers.get("x-request-id", ""), "began": time.time() - seconds,
        }  # fmt: skip


def says(text: str, wanted: Words) -> bool:
    """Whether a message is the text that is wanted, or JSON that has what is wanted in it."""
    if isinstance(wanted, str):
        return text == wanted
    try:
        message = json.loads(text)
    except ValueError:
        return False
    return isinstance(message, dict) and wanted.items() <= message.items()
