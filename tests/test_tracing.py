"""Every request of a check carries its trace, a span and an id of its own; it leaves a record, answered or not."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from plumbline.asking.client import Client, NoAnswer
from plumbline.asking.exchange import Exchange
from plumbline.asking.tracing import Trace
from tests.made_up import target

TRACEPARENT = re.compile("00-([0-9a-f]{32})-([0-9a-f]{16})-01")


class Hearing(BaseHTTPRequestHandler):
    """Keeps the headers that it gets; hangs up on /gone."""

    heard: list[dict[str, str]]

    def do_GET(self) -> None:
        """Answers, or hangs up."""
        self.heard.append({name.lower(): text for name, text in self.headers.items()})
        if self.path == "/gone":
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def recorded() -> list[Exchange]:
    """What the caller has recorded."""
    return []


@pytest.fixture
def caller(recorded: list[Exchange]) -> Iterator[Client]:
    """Somebody who asks a server that keeps what it hears."""
    Hearing.heard = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hearing)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    platform = target(contract="none")
    platform.allow_origin(f"http://127.0.0.1:{server.server_port}")
    client = Client(platform, f"http://127.0.0.1:{server.server_port}", "visitor", recorded.append)
    yield client
    client.close()
    server.shutdown()
    server.server_close()


def test_the_requests_of_a_check_share_a_trace_and_nothing_else(caller: Client) -> None:
    caller.get("/a")
    caller.get("/b")

    first, second = (TRACEPARENT.fullmatch(heard["traceparent"]) for heard in Hearing.heard)
    assert first is not None
    assert second is not None
    assert first[1] == second[1] == caller.target.trace.id
    assert first[2] != second[2]
    assert Hearing.heard[0]["x-request-id"] != Hearing.heard[1]["x-request-id"]


def test_the_next_check_has_a_trace_of_its_own(caller: Client) -> None:
    caller.get("/a")
    caller.target.trace = Trace()
    caller.get("/a")

    assert Hearing.heard[0]["traceparent"][:35] != Hearing.heard[1]["traceparent"][:35]


def test_an_exchange_knows_its_request_id_and_its_curl_line_does_not(caller: Client, recorded: list[Exchange]) -> None:
    caller.get("/a")

    assert recorded[0].request_id == Hearing.heard[0]["x-request-id"]
    assert "traceparent" not in recorded[0].curl(caller.target.secrets)


def test_what_a_check_says_of_its_headers_goes_first(caller: Client, recorded: list[Exchange]) -> None:
    caller.get("/a", headers={"X-Request-ID": "mine"})

    assert Hearing.heard[0]["x-request-id"] == recorded[0].request_id == "mine"


def test_a_request_without_an_answer_is_recorded_with_the_reason(caller: Client, recorded: list[Exchange]) -> None:
    with pytest.raises(NoAnswer):
        caller.get("/gone")

    [exchange] = recorded
    assert exchange.status == 0
    assert exchange.line().startswith("GET /gone as visitor: the platform closed the connection")
