"""A link passes everything on; cut, frozen and delayed it is what an outage looks like from inside."""

from __future__ import annotations

import socket
import socketserver
import threading
import time
from typing import TYPE_CHECKING

import pytest

from plumbline.standing.link import Link

if TYPE_CHECKING:
    from collections.abc import Iterator


class Echo(socketserver.BaseRequestHandler):
    """Says again what it hears."""

    def handle(self) -> None:
        """To the end."""
        while data := self.request.recv(65_536):
            self.request.sendall(data)


@pytest.fixture
def link() -> Iterator[Link]:
    """A link to a server that says again what it hears."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Echo) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        made = Link(("127.0.0.1", server.server_address[1]))
        yield made
        made.close()
        server.shutdown()


def connected(link: Link, patience: float = 5) -> socket.socket:
    """A connection through the link."""
    return socket.create_connection(("127.0.0.1", link.port), timeout=patience)


def said(through: socket.socket, text: bytes) -> bytes:
    """What comes back for it."""
    through.sendall(text)
    return through.recv(65_536)


def test_everything_passes(link: Link) -> None:
    with connected(link) as one, connected(link) as other:
        assert (said(one, b"a"), said(other, b"b"), said(one, b"c")) == (b"a", b"b", b"c")
        one.sendall(b"x" * 1_000_000)
        got = 0
        while got < 1_000_000:
            got += len(one.recv(65_536))
        one.shutdown(socket.SHUT_WR)
        assert one.recv(1) == b""


def test_cut_it_resets_and_refuses_until_it_is_restored(link: Link) -> None:
    with connected(link) as one:
        assert said(one, b"a") == b"a"
        link.cut()
        with pytest.raises(ConnectionResetError):
            one.recv(1)
    with pytest.raises(ConnectionRefusedError):
        connected(link)
    assert link.seconds < 60

    link.restore()

    with connected(link) as again:
        assert said(again, b"b") == b"b"


def test_frozen_it_accepts_and_says_nothing_and_passes_on_what_was_kept_back(link: Link) -> None:
    with connected(link) as one:
        assert said(one, b"a") == b"a"
        link.freeze()
        one.sendall(b"b")
        with connected(link) as other:
            other.sendall(b"c")
            for kept in (one, other):
                kept.settimeout(0.2)
                with pytest.raises(TimeoutError):
                    kept.recv(1)
                kept.settimeout(5)

            link.restore()

            assert (one.recv(9), other.recv(9)) == (b"b", b"c")


def test_after_a_cut_it_can_be_frozen_and_cut_again(link: Link) -> None:
    link.cut()
    link.freeze()
    with connected(link) as one:
        link.cut()
        with pytest.raises(ConnectionResetError):
            one.recv(1)


def test_whoever_is_turned_away_is_reset_and_noted(link: Link) -> None:
    link.turn_away()
    for _ in range(3):
        with pytest.raises(ConnectionResetError), connected(link) as one:
            one.recv(1)

    assert sorted(link.turned_away) == link.turned_away
    assert len(link.turned_away) == 3
    before = link.turns_away
    link.restore()
    assert (before, link.turns_away) == (True, False)
    with connected(link) as again:
        assert said(again, b"b") == b"b"


def test_whoever_comes_with_several_at_once_has_come_once(link: Link) -> None:
    link.turned_away = [1.0, 1.002, 1.004, 2.0, 2.003, 4.0]

    assert link.waits == pytest.approx([0.996, 1.997])


def test_delayed_an_answer_takes_at_least_so_long_each_way(link: Link) -> None:
    with connected(link) as one:
        link.delay(0.1)
        began = time.monotonic()
        assert said(one, b"a") == b"a"
        assert time.monotonic() - began >= 0.2

        link.restore()
        assert said(one, b"b") == b"b"


def test_where_nobody_listens_behind_it_a_connection_is_reset() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        link = Link(("127.0.0.1", nobody.getsockname()[1]))
        with pytest.raises(ConnectionResetError), connected(link) as one:
            one.recv(1)
        link.close()
    with pytest.raises(ConnectionRefusedError):
        connected(link)


def test_a_url_leads_through_it_with_its_login_and_database(link: Link) -> None:
    through = link.through("postgresql://u:p%40w@db.example.org:5432/x?a=b")

    assert through == f"postgresql://u:p%40w@127.0.0.1:{link.port}/x?a=b"
    assert link.through("redis://127.0.0.1:6379/3") == f"redis://127.0.0.1:{link.port}/3"


class Says(socketserver.BaseRequestHandler):
    """Says who it is."""

    def handle(self) -> None:
        """Once."""
        _, port = self.request.getsockname()
        self.request.sendall(str(port).encode())


def test_with_several_behind_it_it_leads_to_each_in_turn() -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), Says) as one, socketserver.TCPServer(("127.0.0.1", 0), Says) as other:
        places = [("127.0.0.1", server.server_address[1]) for server in (one, other)]
        for server in (one, other):
            threading.Thread(target=server.serve_forever, daemon=True).start()
        front = Link(*places)

        came = []
        for _ in range(4):
            with connected(front) as through:
                came.append(int(through.recv(99)))

        assert came == [port for _, port in places] * 2
        front.close()
        one.shutdown()
        other.shutdown()
