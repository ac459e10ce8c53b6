"""The one client: it asks permission, records, keeps its deadline, and follows no redirect."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import pytest

from plumbline.asking.client import Client, NoAnswer
from plumbline.deadlines import DeadlineMissed
from plumbline.elsewhere.permission import Level, PermissionRefused
from plumbline.profile import Account, Login
from tests.made_up import target

if TYPE_CHECKING:
    from plumbline.asking.exchange import Exchange

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
SETS = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nSet-Cookie: connect.sid=a-session-id; Path=/\r\n\r\n"
LEADS_ON = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: http://192.0.2.1/\r\n\r\n"
HANGS_UP = b""
SILENCE = None


class Talking:
    """A server that gives each request the next of its answers; HANGS_UP closes, SILENCE says nothing."""

    def __init__(self) -> None:
        self.answers: list[bytes | None] = []
        self.requests: list[bytes] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Hangs up on everybody."""
        for line in (self._listening, *self._open):
            with suppress(OSError):  # the other side was quicker
                line.shutdown(socket.SHUT_RDWR)
            line.close()
        self._thread.join(timeout=5)

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._listening.accept()
            except OSError:
                return
            self._open.append(line)
            with suppress(OSError):  # the test is over
                self._talk(line)

    def _talk(self, line: socket.socket) -> None:
        while request := self._request(line):
            self.requests.append(request)
            answer = self.answers.pop(0)
            if answer == HANGS_UP:
                line.shutdown(socket.SHUT_RDWR)
                return
            if answer is not None:
                line.sendall(answer)

    def _request(self, line: socket.socket) -> bytes:
        """A whole request, its body too; empty where the other side has hung up."""
        head = b""
        while b"\r\n\r\n" not in head:
            if not (received := line.recv(65536)):
                return b""
            head += received
        length = re.search(rb"content-length: (\d+)", head.lower())
        whole = head.index(b"\r\n\r\n") + 4 + (int(length[1]) if length else 0)
        while len(head) < whole:
            head += line.recv(65536)
        return head


@pytest.fixture
def server() -> Iterator[Talking]:
    """A server with nothing to say yet."""
    with closing(Talking()) as talking:
        yield talking


@pytest.fixture
def client(server: Talking, exchanges: list[Exchange]) -> Iterator[Client]:
    """A caller that may do everything to the server."""
    with closing(calling(server, exchanges.append)) as caller:
        yield caller


def calling(server: Talking, recorded: Callable[[Exchange], None], level: Level = Level.DISRUPTIVE) -> Client:
    """A caller of this level."""
    platform = target(level, paths={"/api/auth/me": "/whoami"}, login=Login(body="form"))
    platform.allow_origin(server.url)
    return Client(platform, server.url, "visitor", recorded)


def test_every_exchange_is_recorded_under_the_contracts_path(
    server: Talking, client: Client, exchanges: list[Exchange]
) -> None:
    server.answers = [OK]
    client.get("/api/auth/me?x=1")

    assert server.requests[0].startswith(b"GET /whoami?x=1 HTTP/1.1\r\n")
    assert [(e.method, e.path, e.who, e.status, e.body) for e in exchanges] == [
        ("GET", "/api/auth/me", "visitor", 200, b"ok")
    ]


def test_a_request_names_run_and_request(server: Talking, client: Client) -> None:
    server.answers = [OK]
    client.get("/")

    assert b"user-agent: plumbline/0.1 (run run-1)\r\n" in server.requests[0].lower()
    assert b"x-request-id: " in server.requests[0].lower()


def test_what_it_may_not_send_is_not_sent(server: Talking, exchanges: list[Exchange]) -> None:
    with (
        closing(calling(server, exchanges.append, Level.READONLY)) as reader,
        pytest.raises(PermissionRefused),
    ):
        reader.post("/api/deals", json={})

    assert server.requests == []
    assert exchanges == []


def test_an_anonymous_run_sends_no_session(server: Talking) -> None:
    with closing(calling(server, lambda _: None, Level.ANONYMOUS)) as caller:
        caller.set_cookie("sid", "somebody's")
        with pytest.raises(PermissionRefused):
            caller.get("/")

    assert server.requests == []


def test_another_origin_is_not_asked(server: Talking) -> None:
    with (
        closing(Client(target(), server.url, "visitor", lambda _: None)) as caller,
        pytest.raises(PermissionRefused),
    ):
        caller.get("/")

    assert server.requests == []


def test_a_redirect_is_an_answer_like_any_other(server: Talking, client: Client) -> None:
    server.answers = [LEADS_ON]

    assert client.get("/").status == 302
    assert len(server.requests) == 1


def test_silence_is_a_missed_deadline(server: Talking, client: Client) -> None:
    server.answers = [SILENCE]

    with pytest.raises(DeadlineMissed, match=r"GET / as visitor: no answer within 0\.05 s"):
        client.get("/", within=0.05)


def test_nobody_there_is_no_answer(server: Talking, client: Client) -> None:
    server.close()

    with pytest.raises(NoAnswer, match="GET / as visitor: no answer: "):
        client.get("/")


def test_a_kept_connection_that_was_closed_is_opened_once_more(server: Talking, client: Client) -> None:
    server.answers = [OK, HANGS_UP, OK]
    client.get("/first")

    assert client.get("/second").text == "ok"
    assert [request.split()[1] for request in server.requests] == [b"/first", b"/second", b"/second"]


def test_what_is_sent_once_more_waits_for_its_turn_too(server: Talking, client: Client) -> None:
    server.answers = [OK, HANGS_UP, OK]
    taken: list[None] = []
    client.target.pace.take = lambda: taken.append(None)  # type: ignore[method-assign]
    client.get("/first")
    client.get("/second")

    assert len(taken) == len(server.requests) == 3


def test_a_platform_that_hangs_up_on_a_new_connection_is_not_asked_twice(server: Talking, client: Client) -> None:
    server.answers = [HANGS_UP, OK]

    with pytest.raises(NoAnswer, match="GET / as visitor: the platform closed the connection"):
        client.get("/")
    assert len(server.requests) == 1


def test_a_platform_that_always_hangs_up_gives_no_answer(server: Talking, client: Client) -> None:
    server.answers = [OK, HANGS_UP, HANGS_UP]
    client.get("/first")

    with pytest.raises(NoAnswer, match=r"closed the connection: .* without"):
        client.get("/second")
    assert len(server.requests) == 3


def test_silence_after_a_closed_connection_is_a_missed_deadline(server: Talking, client: Client) -> None:
    server.answers = [OK, HANGS_UP, SILENCE]
    client.get("/first")

    with pytest.raises(DeadlineMissed, match=r"within 0\.05 s"):
        client.get("/second", within=0.05)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_what_may_write_is_never_sent_twice(server: Talking, client: Client, method: str) -> None:
    server.answers = [OK, HANGS_UP, OK]
    client.get("/first")

    with pytest.raises(NoAnswer, match="closed the connection"):
        client.request(method, "/second")
    assert len(server.requests) == 2


def test_a_login_sends_the_profiles_fields_and_keeps_the_cookie(server: Talking, client: Client) -> None:
    server.answers = [SETS, OK]
    client.login(Account("ada", password="a-good-password"))
    client.get("/")

    assert server.requests[0].endswith(b"\r\n\r\nusername=ada&password=a-good-password")
    assert b"\r\ncookie: connect.sid=a-session-id\r\n" in server.requests[1].lower()
    assert client.cookies == {"connect.sid": "a-session-id"}


def test_an_account_may_say_its_own_fields_and_knock_at_anothers_door(server: Talking, client: Client) -> None:
    creator = Account("cara", password="a-good-password", login="/creators", username_field="email")
    investor = Account("ivan", login="/investors", username_field="mail", password_field="secret")
    server.answers = [OK, OK]
    client.login(creator)
    client.login(creator, at=investor)

    assert server.requests[0].startswith(b"POST /creators ")
    assert server.requests[0].endswith(b"\r\n\r\nemail=cara&password=a-good-password")
    assert server.requests[1].startswith(b"POST /investors ")
    assert server.requests[1].endswith(b"\r\n\r\nmail=cara&secret=a-good-password")


def test_a_cookie_given_and_taken_back_in_one_answer_is_gone_as_in_browsers(server: Talking, client: Client) -> None:
    taken_back = b"Set-Cookie: connect.sid=; Max-Age=0; Path=/\r\n"
    server.answers = [SETS.replace(b"\r\n\r\n", b"\r\n" + taken_back + b"\r\n", 1), SETS, OK]
    client.get("/")
    assert client.cookies == {}

    client.get("/")
    assert client.cookie_header == "connect.sid=a-session-id"


def test_a_session_is_a_secret_from_its_login_on(server: Talking, client: Client) -> None:
    server.answers = [SETS]
    client.login(Account("ada", password="a-good-password"))

    assert client.target.secrets.mask("a-session-id") == "«session of ada»"


def test_a_reconnect_forgets_connections_and_keeps_cookies(server: Talking, client: Client) -> None:
    server.answers = [SETS, OK]
    client.get("/")
    client.reconnect()
    client.get("/")

    assert b"connect.sid=a-session-id" in server.requests[1]


def test_a_reconnect_keeps_a_bearer(server: Talking, client: Client) -> None:
    server.answers = [OK]
    client.bear("a-token-of-somebody")
    client.reconnect()
    client.get("/")

    assert b"authorization: bearer a-token-of-somebody" in server.requests[0].lower()


def test_a_cookie_that_the_platform_sets_anew_is_not_sent_beside_the_old_one(server: Talking, client: Client) -> None:
    server.answers = [SETS, OK]
    client.set_cookie("connect.sid", "an-older-session")
    client.get("/")
    client.get("/")

    assert server.requests[1].count(b"connect.sid=") == 1
    assert b"connect.sid=a-session-id" in server.requests[1]
