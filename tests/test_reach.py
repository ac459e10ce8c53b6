"""What is in the way to a platform is told apart from what the platform does, each with its remedy."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from contextlib import ExitStack, closing, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import trustme

from plumbline.asking.client import Client
from plumbline.deadlines import DeadlineMissed
from plumbline.elsewhere import reach
from plumbline.elsewhere.permission import Level
from plumbline.elsewhere.reach import Unreachable, connect, first_answer, in_the_way
from plumbline.profile import Remote
from tests.deployed import deployed
from tests.made_up import target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

YESTERDAY = datetime.now(UTC) - timedelta(days=1)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine may have one."""
    for name in reach.PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def serving() -> Iterator[Callable[[Callable[[socket.socket], None]], int]]:
    """Starts a server that does this with each connection; its port."""
    with ExitStack() as opened:

        def start(served: Callable[[socket.socket], None]) -> int:
            listening = opened.enter_context(socket.create_server(("127.0.0.1", 0)))
            threading.Thread(target=_accept, args=(listening, served, opened), daemon=True).start()
            port: int = listening.getsockname()[1]
            return port

        yield start


def _accept(listening: socket.socket, served: Callable[[socket.socket], None], opened: ExitStack) -> None:
    while listening.fileno() >= 0:
        with suppress(OSError):  # the caller has hung up, or the test is over
            served(opened.enter_context(listening.accept()[0]))


def with_tls(certificate: trustme.LeafCert) -> Callable[[socket.socket], None]:
    """A server's part of TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return lambda line: context.wrap_socket(line, server_side=True).close()


def trusting(authority: trustme.CA) -> ssl.SSLContext:
    """What a caller who knows this authority verifies with."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def why_not(origin: str, trusted: ssl.SSLContext | None = None) -> str:
    """What is said of an origin that cannot be reached."""
    with pytest.raises(Unreachable) as told:
        connect(origin, trusted, within=0)
    return str(told.value)


def test_a_port_on_which_nobody_listens() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]

    said = why_not(f"http://127.0.0.1:{port}")

    assert said == f"http://127.0.0.1:{port}: nothing listens on port {port}: start the platform, or correct the port"


def test_a_name_that_nobody_knows() -> None:
    said = why_not("https://no-such-host.invalid", ssl.create_default_context())

    assert said.startswith("https://no-such-host.invalid: DNS: nobody knows no-such-host.invalid here: correct")


def test_a_certificate_that_has_expired(serving: Callable[..., int]) -> None:
    authority = trustme.CA()
    port = serving(with_tls(authority.issue_cert("localhost", not_after=YESTERDAY)))

    assert "TLS: its certificate has expired: renew it" in why_not(f"https://localhost:{port}", trusting(authority))


def test_a_certificate_of_an_authority_that_is_not_known_here(serving: Callable[..., int]) -> None:
    port = serving(with_tls(trustme.CA().issue_cert("localhost")))

    said = why_not(f"https://localhost:{port}", trusting(trustme.CA()))

    assert "TLS: its certificate comes from an authority that this machine does not know: name its file" in said
    assert "`ca_file`" in said


def test_a_certificate_for_another_name(serving: Callable[..., int]) -> None:
    authority = trustme.CA()
    port = serving(with_tls(authority.issue_cert("elsewhere.example")))

    assert "TLS: its certificate is for another name" in why_not(f"https://localhost:{port}", trusting(authority))


def test_a_port_that_does_not_speak_tls(serving: Callable[..., int]) -> None:
    port = serving(lambda line: line.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"))

    said = why_not(f"https://localhost:{port}", ssl.create_default_context())

    assert "TLS: " in said
    assert "is this an https port" in said


def test_a_connection_that_is_closed_before_tls_has_begun(serving: Callable[..., int]) -> None:
    port = serving(lambda line: line.close())

    said = why_not(f"https://localhost:{port}", ssl.create_default_context())

    assert "TLS: the connection is closed or silent before it has begun" in said or "is this an https port" in said


def test_a_firewall_that_swallows_what_is_sent() -> None:
    said = in_the_way(urlsplit("https://staging.example"), TimeoutError())

    assert said == "no connection within 5 s: a firewall swallows it, or a VPN is off"


def test_a_proxy_of_this_machine_is_named_without_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://ada:a-password@proxy.example:3128")

    said = in_the_way(urlsplit("https://staging.example"), TimeoutError())

    assert said.endswith("; HTTPS_PROXY is set, and the suite uses no proxy: it needs a way of its own")
    assert "a-password" not in said


def test_connecting_is_tried_again() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    later = threading.Timer(0.4, lambda: opened.append(socket.create_server(("127.0.0.1", port))))
    opened: list[socket.socket] = []
    later.start()

    connect(f"http://127.0.0.1:{port}", None, within=10)

    opened[0].close()


def test_every_request_there_tries_again_to_connect() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    opened: list[socket.socket] = []
    threading.Timer(0.2, lambda: opened.append(socket.create_server(("127.0.0.1", port)))).start()

    with asking(f"http://127.0.0.1:{port}", managed=False) as client, pytest.raises(DeadlineMissed):
        client.get("/login", within=2)  # connected after all: nobody answers

    opened[0].close()


def test_a_wrong_certificate_is_not_tried_again(serving: Callable[..., int]) -> None:
    port, began = serving(with_tls(trustme.CA().issue_cert("localhost"))), time.monotonic()

    with pytest.raises(Unreachable):
        connect(f"https://localhost:{port}", ssl.create_default_context(), within=60)

    assert time.monotonic() - began < 30


@pytest.mark.parametrize(
    ("status", "says"),
    [(407, "a proxy on the way asks for a login"), (502, "the platform behind it is not"), (504, "waited in vain")],
)
def test_an_answer_of_somebody_on_the_way_is_not_the_platforms(status: int, says: str) -> None:
    with deployed() as platform, asking(platform.origin) as client:
        platform.status = status

        with pytest.raises(Unreachable, match=says):
            first_answer(client, "/health")

        assert platform.count("/health") == 1, "an answer is asked for once"


@pytest.mark.parametrize("status", [200, 401, 404, 500, 503])
def test_whatever_the_platform_itself_answers_it_is_reached(status: int) -> None:
    with deployed() as platform, asking(platform.origin) as client:
        platform.status = status

        first_answer(client, "/health")


def test_a_platform_that_hangs_up_is_asked_once(serving: Callable[..., int]) -> None:
    heard: list[bytes] = []

    def hang_up(line: socket.socket) -> None:
        heard.append(line.recv(65536))
        line.close()

    with asking(f"http://127.0.0.1:{serving(hang_up)}", managed=False) as client:
        with pytest.raises(Unreachable, match=r"connected, but .* look at the platform's log"):
            first_answer(client, "/login")

        assert len(heard) == 1


def test_a_platform_that_hangs_is_told_from_one_that_is_not_there(serving: Callable[..., int]) -> None:
    port = serving(lambda _: None)

    with asking(f"http://127.0.0.1:{port}") as client, pytest.raises(Unreachable) as told:
        first_answer(client, "/health", within=0.2)

    assert "connected, but" in str(told.value)
    assert "no answer within 0.2 s: the platform hangs" in str(told.value)


def asking(origin: str, *, managed: bool = True) -> closing[Client]:
    """A caller of a platform at this origin."""
    made = target() if managed else target(Level.READONLY, remote=Remote(origins=(origin,)))
    made.allow_origin(origin)
    return closing(Client(made, origin, "the run", lambda _: None))
