"""HEAD is held to GET in what does not change by itself, and in nothing else; what follows its head is seen."""

from __future__ import annotations

import socket
import threading
from contextlib import closing, suppress
from itertools import cycle
from typing import TYPE_CHECKING

import pytest

from plumbline.asking.client import Client, NoAnswer
from plumbline.asking.head import bare_head, head_faults
from plumbline.deadlines import DeadlineMissed
from tests.made_up import target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plumbline.asking.exchange import Exchange

JSON = {"Content-Type": "application/json", "Content-Length": "2", "ETag": '"1"', "Vary": "Cookie"}


def said(status: int = 200, body: str = "", headers: dict[str, str] | None = None) -> bytes:
    """An answer as it goes over the line; its connection ends with it."""
    lines = [f"HTTP/1.1 {status} So", "Connection: close", *(f"{k}: {v}" for k, v in (headers or {}).items())]
    return "\r\n".join([*lines, "", body]).encode()


class Answering:
    """A server that gives each method its answers in turn, again and again; `stays` keeps connections open."""

    def __init__(self) -> None:
        self.stays = False
        self.asked: list[str] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._kept: list[socket.socket] = []
        self.answers()

    def answers(self, head: list[bytes] | None = None, get: list[bytes] | None = None) -> None:
        """What is answered from now on."""
        self._turns = {"HEAD": cycle(head or [said(headers=JSON)]), "GET": cycle(get or [said(200, "[]", JSON)])}

    def serve(self) -> None:
        """Answers one request a connection until `close`."""
        with suppress(OSError):
            while True:
                line, _ = self._listening.accept()
                asked = line.recv(65536).decode()
                self.asked.append(asked)
                line.sendall(next(self._turns[asked.partition(" ")[0]]))
                self._kept.append(line) if self.stays else line.close()

    def close(self) -> None:
        """Ends."""
        with suppress(OSError):
            self._listening.shutdown(2)
        for line in (self._listening, *self._kept):
            line.close()


@pytest.fixture
def server() -> Iterator[Answering]:
    """A server whose HEAD is right."""
    with closing(Answering()) as answering:
        threading.Thread(target=answering.serve, daemon=True).start()
        yield answering


@pytest.fixture
def exchanges() -> list[Exchange]:
    """What the caller has recorded."""
    return []


@pytest.fixture
def caller(server: Answering, exchanges: list[Exchange]) -> Iterator[Client]:
    """Somebody who asks it, with a session."""
    platform = target(contract="none")
    platform.allow_origin(server.url)
    with closing(Client(platform, server.url, "ada", exchanges.append)) as client:
        client.set_cookie("connect.sid", "a-session-id")
        yield client


@pytest.mark.parametrize(
    "headers",
    [
        JSON,
        {"Content-Type": "application/json"},
        {**JSON, "Date": "now", "Set-Cookie": "a=b", "X-Request-ID": "1", "X-Response-Time": "3ms"},
    ],
)
def test_the_same_without_a_body_is_right(server: Answering, caller: Client, headers: dict[str, str]) -> None:
    server.answers(head=[said(headers=headers)])

    assert head_faults(caller, "/deals") == []


@pytest.mark.parametrize(
    ("head", "named"),
    [
        (said(500, "", JSON), "HEAD /deals as ada is 500, GET 200"),
        (said(405, "", JSON), "HEAD /deals as ada is 405, GET 200"),
        (said(200, "[]", JSON), "HEAD /deals as ada has a body of 2 bytes"),
        (said(200, "", {**JSON, "Content-Length": "0"}), "HEAD /deals as ada has content-length: 0, GET 2"),
        (said(200, "", {**JSON, "ETag": '"2"'}), 'HEAD /deals as ada has etag: "2", GET "1"'),
        (said(200, "", {**JSON, "Allow": "GET"}), "HEAD /deals as ada has allow: GET, GET None"),
        (said(200, "", {}), "HEAD /deals as ada has content-type: None, GET application/json"),
    ],
)
def test_what_differs_is_named(server: Answering, caller: Client, head: bytes, named: str) -> None:
    server.answers(head=[head])

    assert head_faults(caller, "/deals") == [named]


def test_a_head_that_fails_now_and_then_is_named(server: Answering, caller: Client) -> None:
    server.answers(head=[said(headers=JSON), said(500)])

    assert head_faults(caller, "/deals") == ["HEAD /deals as ada is 500, GET 200"]


def test_where_two_gets_or_two_heads_differ_nothing_is_said(server: Answering, caller: Client) -> None:
    one, other = ({**JSON, "X-Replica": name} for name in "ab")

    server.answers(head=[said(headers=one)], get=[said(200, "[]", one), said(200, "[]", other)])
    assert head_faults(caller, "/deals") == []

    server.answers(head=[said(headers=one), said(headers=other)], get=[said(200, "[]", one)])
    assert head_faults(caller, "/deals") == []

    server.answers(head=[said()], get=[said(), said(503)])
    assert head_faults(caller, "/deals") == []


def test_a_difference_that_goes_away_is_none(server: Answering, caller: Client) -> None:
    one, other = ({**JSON, "X-Replica": name} for name in "ab")
    server.answers(head=[said(headers=one)] * 2 + [said(headers=other)] * 2, get=[said(200, "[]", other)])

    assert head_faults(caller, "/deals") == []


def test_a_body_that_changes_has_no_length_to_hold_to(server: Answering, caller: Client) -> None:
    server.answers(head=[said(headers={"Content-Length": "4"})], get=[said(200, "0.51"), said(200, "0.482")])

    assert head_faults(caller, "/deals") == []


def test_a_bare_head_is_asked_and_recorded_like_any_other(
    server: Answering, caller: Client, exchanges: list[Exchange]
) -> None:
    server.answers(head=[said(103, "", {"Link": "</a.css>"}) + said(404, "no", JSON)])

    answer = bare_head(caller, "/deals?page=2")

    assert server.asked[0].startswith("HEAD /deals?page=2 HTTP/1.1\r\n")
    assert "connect.sid=a-session-id" in server.asked[0]
    assert [(e.method, e.path, e.status, e.body) for e in exchanges] == [("HEAD", "/deals", 404, b"no")]
    assert (answer.status, answer.headers["etag"], answer.meaning) == (404, '"1"', "not found")
    assert "cookie" in exchanges[0].request_headers


def test_a_connection_that_stays_open_has_no_body(server: Answering, caller: Client) -> None:
    server.stays = True

    assert bare_head(caller, "/deals").exchange.body == b""


def test_no_head_is_no_answer(server: Answering, caller: Client) -> None:
    server.answers(head=[b"HTTP/1.1 200 OK\r\n"])
    with pytest.raises(NoAnswer, match="HEAD /deals as ada: no answer: the platform closed"):
        bare_head(caller, "/deals")

    server.stays = True
    with pytest.raises(DeadlineMissed, match=r"HEAD /deals as ada: no answer within 0\.2 s"):
        bare_head(caller, "/deals", within=0.2)
