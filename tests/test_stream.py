"""A stream is read as it comes, its end is seen, and nobody waits for it who has not asked for one."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import pytest

from plumbline.asking.client import Client
from plumbline.asking.stream import Stream, is_event_line
from plumbline.deadlines import DeadlineMissed
from plumbline.judging.record import Blocked
from plumbline.profile import Remote
from tests.made_up import target

if TYPE_CHECKING:
    from plumbline.asking.exchange import Exchange

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"
END = b"0\r\n\r\n"
EVENTS = "/api/notifications/stream"


def chunk(text: str) -> bytes:
    """A part of a body."""
    return f"{len(text):x}\r\n{text}\r\n".encode()


class Streaming:
    """A server that says the same to each request, and then nothing more; an empty part hangs up."""

    def __init__(self) -> None:
        self.parts: list[bytes] = [HEAD]
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Hangs up on everybody."""
        for line in (self._listening, *self._open):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()
        self._thread.join(timeout=5)

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self._listening.accept()
                self._open.append(line)
                line.recv(65536)
                for part in self.parts:
                    line.sendall(part) if part else line.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def server() -> Iterator[Streaming]:
    """A server of streams."""
    with closing(Streaming()) as streaming:
        yield streaming


@pytest.fixture
def caller(server: Streaming, exchanges: list[Exchange]) -> Iterator[Client]:
    """Somebody who asks it."""
    platform = target(contract="none")
    platform.allow_origin(server.url)
    with closing(Client(platform, server.url, "ada", exchanges.append)) as client:
        yield client


def test_blocks_come_whole_however_they_were_cut(server: Streaming, caller: Client) -> None:
    server.parts = [HEAD, chunk("retry: 30"), chunk("00\n\nevent: un"), chunk("read\ndata: 1\n"), chunk("\n: life\n\n")]

    with closing(Stream(caller, "/events", within=5)) as stream:
        blocks = [stream.block(within=5) for _ in range(3)]
        assert blocks == [["retry: 3000"], ["event: unread", "data: 1"], [": life"]]
        assert not stream.ended


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize("cut", range(1, 10))
def test_a_line_may_end_in_three_ways(server: Streaming, caller: Client, end: str, cut: int) -> None:
    text = f"id: 1{end}id{end}{end}:{end}{end}"
    server.parts = [HEAD, chunk(text[:cut]), chunk(text[cut:])]

    with closing(Stream(caller, "/events", within=5)) as stream:
        assert [stream.block(within=5) for _ in range(2)] == [["id: 1", "id"], [":"]]


def test_lines_whose_empty_line_does_not_come_are_named(server: Streaming, caller: Client) -> None:
    server.parts = [HEAD, chunk("event: unread\ndata: 1\n")]

    with closing(Stream(caller, "/events", within=5)) as stream:
        with pytest.raises(DeadlineMissed, match=r"data: 1.* and no empty line came within"):
            stream.block(within=0.2)
        assert stream.stays_open(0.01)


@pytest.mark.parametrize("parts", [[], [HEAD], [HEAD, chunk("half a line")]])
def test_what_does_not_come_is_a_missed_deadline(server: Streaming, caller: Client, parts: list[bytes]) -> None:
    server.parts = parts

    with pytest.raises(DeadlineMissed, match=r"/events as ada: .*no.* within 0\.05 s"):
        open_and_read(caller)


def open_and_read(caller: Client) -> list[str]:
    """The first block of a stream, soon."""
    with closing(Stream(caller, "/events", within=0.05)) as stream:
        return stream.block(within=0.05)


@pytest.mark.parametrize("end", [END, b""])
def test_an_end_is_seen(server: Streaming, caller: Client, end: bytes) -> None:
    server.parts = [HEAD, chunk("data: 1\n\n"), end]

    with closing(Stream(caller, "/events", within=5)) as stream:
        assert stream.block(within=5) == ["data: 1"]
        assert not stream.stays_open(5)
        assert stream.ended
        with pytest.raises(AssertionError, match="ended after b'data: 1"):
            stream.block(within=5)


def test_what_came_is_recorded_when_it_is_closed(server: Streaming, caller: Client, exchanges: list[Exchange]) -> None:
    server.parts = [HEAD, chunk("data: 1\n\n")]

    with closing(Stream(caller, "/events", within=5)) as stream:
        stream.block(within=5)
        assert exchanges == []

    assert [(e.method, e.path, e.status, e.body) for e in exchanges] == [("GET", "/events", 200, b"data: 1\n\n")]


def test_a_429_is_heeded_with_its_head(server: Streaming, exchanges: list[Exchange]) -> None:
    server.parts = [HEAD.replace(b"200 OK", b"429 Too Many Requests")]
    elsewhere = target(remote=Remote(origins=(server.url,)))

    with closing(Client(elsewhere, server.url, "ada", exchanges.append)) as client:
        with pytest.raises(Blocked, match=f"GET {EVENTS} was answered 429: nothing more is asked"):
            Stream(client, EVENTS, within=5)
        assert elsewhere.pace.enough
    assert [(e.path, e.status) for e in exchanges] == [(EVENTS, 429)]


def test_an_ordinary_get_does_not_wait_for_the_end_of_a_stream(server: Streaming, caller: Client) -> None:
    server.parts = [HEAD, chunk("data: 1\n\n")]

    assert [caller.get("/events").status, caller.get("/events").text] == [200, ""]


@pytest.mark.parametrize("line", [": a comment", ":", "data: {}", "event:unread", "id", "retry: 3000"])
def test_a_line_of_a_stream_is_known(line: str) -> None:
    assert is_event_line(line)


@pytest.mark.parametrize("line", ["[]", '{"data": 1}', "<!doctype html>", "Data: 1", " data: 1"])
def test_any_other_line_is_none(line: str) -> None:
    assert not is_event_line(line)
