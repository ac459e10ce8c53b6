"""A deadline is for the whole of an answer, however slowly its parts come."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest

from plumbline.asking.client import Client
from plumbline.deadlines import DeadlineMissed
from tests.made_up import target

LONG = b"HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
DROPS = 0.02


class Dripping:
    """A server that answers each connection byte by byte, after what it says at once."""

    def __init__(self) -> None:
        self.at_once, self.drops = b"", b""
        self._ended = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Says no more."""
        self._ended.set()
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(timeout=5)

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self._listening.accept()
                with line, suppress(OSError):
                    self._talk(line)

    def _talk(self, line: socket.socket) -> None:
        while line.recv(65536):
            line.sendall(self.at_once)
            for drop in self.drops:
                if self._ended.wait(DROPS):
                    return
                line.sendall(bytes([drop]))


@pytest.fixture
def server() -> Iterator[Dripping]:
    """A server that is slow to say what it says."""
    with closing(Dripping()) as dripping:
        yield dripping


@pytest.fixture
def client(server: Dripping) -> Iterator[Client]:
    """Somebody who asks it."""
    platform = target(contract="none")
    platform.allow_origin(server.url)
    with closing(Client(platform, server.url, "visitor", lambda _: None)) as made:
        yield made


@pytest.mark.parametrize(("at_once", "drops"), [(b"", LONG * 100), (LONG, b"x" * 4000)], ids=["head", "body"])
def test_an_answer_in_drops_does_not_pass_its_deadline(
    server: Dripping, client: Client, at_once: bytes, drops: bytes
) -> None:
    server.at_once, server.drops = at_once, drops
    began = time.monotonic()

    with pytest.raises(DeadlineMissed, match=r"GET / as visitor: no answer within 0\.5 s"):
        client.get("/", within=0.5)
    assert time.monotonic() - began < len(drops) * DROPS / 4


def test_one_that_is_whole_in_time_is_taken_and_the_next_has_its_own_time(server: Dripping, client: Client) -> None:
    server.drops = OK

    for _ in range(2):
        assert client.get("/", within=30).text == "ok"


@pytest.mark.parametrize("verb", ["read", "write"])
def test_a_request_that_is_sent_again_has_what_is_left(verb: str) -> None:
    import httpcore

    from plumbline.asking.transport import _left, _Until

    late: type[httpcore.TimeoutException] = {"read": httpcore.ReadTimeout, "write": httpcore.WriteTimeout}[verb]
    until = _Until()
    assert _left(until, 7, late) == 7
    assert _left(until, None, late) is None
    until.moment = time.monotonic() + 5
    assert 4 < (_left(until, 7, late) or 0) <= 5
    until.moment = time.monotonic()
    with pytest.raises(late):
        _left(until, 7, late)
