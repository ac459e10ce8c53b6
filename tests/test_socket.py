"""The WebSocket caller: asks permission, takes a refusal for an answer, records each message, keeps its deadlines."""

from __future__ import annotations

import socket as sockets
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request
from websockets.server import ServerProtocol
from websockets.sync.server import Server, ServerConnection, serve

from plumbline.asking.client import Client, NoAnswer
from plumbline.asking.socket import Socket, says
from plumbline.deadlines import DeadlineMissed
from plumbline.elsewhere.permission import Level, PermissionRefused
from plumbline.judging.record import Unsupported
from plumbline.profile import Socket as Words
from tests.made_up import target

if TYPE_CHECKING:
    from websockets.http11 import Response

    from plumbline.asking.exchange import Exchange

PONG = '{"type": "pong", "id": 7}'
NO = '{"type": "error", "code": "unauthorized"}'


class Talking:
    """A server whose sockets give each message the next of its answers; a number closes with it, None is silence.

    What is said `first` waits for no message.
    """

    def __init__(self) -> None:
        self.first: list[str | int | None] = []
        self.answers: list[str | int | None] = []
        self.requests: list[Request] = []
        self.status: int | None = None
        self._server: Server = serve(self._talk, "127.0.0.1", 0, process_request=self._asked, compression=None)
        self.url = f"http://127.0.0.1:{self._server.socket.getsockname()[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Hangs up on everybody."""
        self._server.shutdown()

    def _asked(self, connection: ServerConnection, request: Request) -> Response | None:
        self.requests.append(request)
        if self.status == 302:
            refused = connection.respond(302, "")
            refused.headers["Location"] = "/login"
            return refused
        return connection.respond(self.status, "no") if self.status else None

    def _say(self, connection: ServerConnection, answers: list[str | int | None] | str | int | None) -> None:
        for answer in answers if isinstance(answers, list) else [answers]:
            if isinstance(answer, int):
                connection.close(answer)
            elif answer is not None:
                connection.send(answer)

    def _talk(self, connection: ServerConnection) -> None:
        try:
            self._say(connection, self.first)
            for _ in connection:
                self._say(connection, self.answers.pop(0))
        except ConnectionClosed:
            return


@pytest.fixture
def server() -> Iterator[Talking]:
    """A server with nothing to say yet."""
    with closing(Talking()) as talking:
        yield talking


class Calling:
    """Opens sockets to a server, as a caller of a level, of a profile."""

    def __init__(self, url: str, exchanges: list[Exchange], opened: ExitStack) -> None:
        self._url, self._exchanges, self._opened = url, exchanges, opened

    def __call__(self, level: Level = Level.READONLY, within: float = 5, **profile: Any) -> Socket:  # noqa: ANN401 - fields of Profile
        """One attempt; `profile` are fields of the target's profile."""
        platform = target(level, **profile)
        platform.allow_origin(self._url)
        client = Client(platform, self._url, "ada", self._exchanges.append)
        self._opened.callback(client.close)
        if level >= Level.READONLY:
            client.set_cookie("connect.sid", "a-session-id")
            platform.secrets.register("a-session-id", "session of ada")
        made = Socket(client, within=within)
        self._opened.callback(made.close)
        return made


@pytest.fixture
def opened(server: Talking, exchanges: list[Exchange]) -> Iterator[Calling]:
    """Opens sockets to the server."""
    with ExitStack() as stack:
        yield Calling(server.url, exchanges, stack)


def test_it_asks_as_a_page_of_the_platform_with_the_callers_cookies(server: Talking, opened: Calling) -> None:
    assert opened(paths={"/ws": "/cable"}).is_open

    [request] = server.requests
    assert request.path == "/cable"
    assert request.headers["Cookie"] == "connect.sid=a-session-id"
    assert request.headers["Origin"] == server.url


def test_a_ping_gets_its_pong_past_what_else_is_said(server: Talking, opened: Calling) -> None:
    server.answers = ['{"type": "welcome"}', PONG]
    socket = opened(Level.WRITES)
    socket.ping()
    socket.send("and another")

    assert socket.pong(within=5)
    assert socket.lives(within=5)


def test_what_a_profile_calls_ping_and_pong_may_be_text(server: Talking, opened: Calling) -> None:
    server.answers = ["3"]
    socket = opened(socket=Words(ping="2", pong="3"))
    socket.ping()

    assert socket.pong(within=5)


def test_silence_is_a_missed_deadline(server: Talking, opened: Calling, exchanges: list[Exchange]) -> None:
    server.answers = [None]
    socket = opened()
    socket.ping()

    with pytest.raises(DeadlineMissed, match=r"no answer to .*ping.* within 0\.05 s"):
        socket.pong(within=0.05)
    assert "no answer" in exchanges[-1].line()


@pytest.mark.parametrize(("status", "refused"), [(401, True), (403, True), (302, True), (404, False), (500, False)])
def test_a_handshake_that_is_refused_is_an_answer(
    server: Talking, opened: Calling, status: int, *, refused: bool
) -> None:
    server.status = status
    socket = opened()

    assert socket.handshake.status == status
    assert socket.refused(within=5) is refused
    assert len(server.requests) == 1, "a redirect is not followed"


@pytest.mark.parametrize(
    ("first", "refused"),
    [([4401], True), ([NO, 4401], True), ([NO, 1000], False), ([NO, PONG, 4401], False), ([NO], False)],
)
def test_a_close_without_a_question_refuses_too(
    server: Talking, opened: Calling, first: list[str | int | None], *, refused: bool
) -> None:
    server.first, server.answers = first, [None]
    socket = opened()

    assert socket.refused(within=5 if refused else 0.5) is refused


def test_a_close_that_came_with_the_handshake_is_judged_by_its_code() -> None:
    with closing(sockets.create_server(("127.0.0.1", 0))) as listening, ExitStack() as stack:
        threading.Thread(target=closing_at_once, args=(listening,), daemon=True).start()
        socket = Calling(f"http://127.0.0.1:{listening.getsockname()[1]}", [], stack)()

        assert not socket.is_open
        assert socket.refused(within=5)


def closing_at_once(listening: sockets.socket) -> None:
    """Accepts one socket and closes it with 4401, in one segment."""
    line, _ = listening.accept()
    with line:
        protocol = ServerProtocol()
        protocol.receive_data(line.recv(65536))
        [request] = protocol.events_received()
        assert isinstance(request, Request)
        protocol.send_response(protocol.accept(request))
        protocol.send_close(4401)
        line.sendall(b"".join(protocol.data_to_send()))
        line.recv(65536)


@pytest.mark.parametrize(("first", "unasked"), [([PONG], True), ([NO, PONG], True), ([NO], False), ([1000], False)])
def test_a_pong_that_nobody_asked_for_is_heard(
    server: Talking, opened: Calling, first: list[str | int | None], *, unasked: bool
) -> None:
    server.first = first

    assert opened().pongs_unasked(within=5 if unasked else 0.3) is unasked


@pytest.mark.parametrize(
    ("answers", "refused"), [([1008], True), ([4401], True), ([1000], False), ([PONG], False), ([None], False)]
)
def test_an_accepted_socket_is_refused_only_by_a_close_before_any_answer(
    server: Talking, opened: Calling, answers: list[str | int | None], *, refused: bool
) -> None:
    server.answers = answers

    assert opened().refused(within=5 if refused else 0.5) is refused


def test_handshake_and_messages_are_recorded_and_no_session_is_shown(
    server: Talking, opened: Calling, exchanges: list[Exchange]
) -> None:
    server.answers = [PONG]
    socket = opened()
    socket.ping()
    socket.pong(within=5)

    handshake, message = exchanges
    assert (handshake.method, handshake.path, handshake.status) == ("GET", "/ws", 101)
    assert (message.request_body, message.body) == ('{"type": "ping"}', PONG.encode())
    secrets = socket._caller.target.secrets
    for exchange in exchanges:
        assert exchange.curl(secrets).startswith("curl -i -N --http1.1 -H ")
        assert "a-session-id" not in exchange.curl(secrets)
    assert message.curl(secrets).endswith('# then send {"type": "ping"}')


def test_what_it_may_not_ask_is_not_asked(server: Talking, opened: Calling) -> None:
    with pytest.raises(PermissionRefused):
        opened(never=("/ws",))
    with pytest.raises(Unsupported):
        opened(absent=("/ws",))

    assert server.requests == []


def test_nobody_there_is_no_answer(server: Talking, opened: Calling) -> None:
    server.close()

    with pytest.raises(NoAnswer, match="socket /ws as ada: no answer: "):
        opened()


@pytest.mark.parametrize(
    ("text", "wanted", "does"),
    [
        (PONG, {"type": "pong"}, True),
        ('{"type": "ping"}', {"type": "pong"}, False),
        ("pong", {"type": "pong"}, False),
        ("[1]", {"type": "pong"}, False),
        ("pong", "pong", True),
    ],
)
def test_a_message_says_what_is_wanted(text: str, wanted: str | dict[str, str], *, does: bool) -> None:
    assert says(text, wanted) is does
