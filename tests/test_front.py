"""What stands before an own platform with TLS: who comes through is told to the platform, and to nobody else."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from plumbline.asking.client import Client, NoAnswer
from plumbline.asking.exchange import OK
from plumbline.asking.frames import connected
from plumbline.asking.names import DOMAIN, address_of
from plumbline.browsing.guard import Guard
from plumbline.elsewhere.permission import Level
from plumbline.judging.record import NotPossibleHere
from plumbline.profile import Remote
from plumbline.profile_file import load
from plumbline.standing.front import UNTRUSTED, Front, certificates, may_come_from
from plumbline.standing.instance import Ground
from plumbline.standing.own import OwnPlatform
from plumbline.target import Target
from tests.made_up import target
from tests.sites import site
from tests.whole_runs import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from plumbline.asking.exchange import Answer
    from tests.sites import Site


@pytest.fixture
def behind() -> Iterator[Site]:
    """A site that keeps what it was asked."""
    with site() as made:
        yield made


def through(front: Front, behind: Site) -> Front:
    """The front, which leads to that site."""
    front.lead_to(urlsplit(behind.url).port or 0)
    return front


def ask(front: Front, path: str = "/", name: str = "app", **options: object) -> Answer:
    """What comes back to a client of this run."""
    asking = target()
    asking.trust(front.origin(name), certificates()[1])
    with closing(Client(asking, front.origin(name), "visitor", lambda _: None)) as client:
        return client.request("POST" if "data" in options else "GET", path, **options)  # type: ignore[arg-type]


def test_it_says_that_there_was_tls_and_whom_one_asked_for(behind: Site) -> None:
    front = through(Front(), behind)

    ask(front, "/deals?x=1", "api")

    (asked,) = behind.asked
    host = urlsplit(front.origin("api")).netloc
    told = {name: asked.headers.get(name) for name in ("host", "x-forwarded-host", "x-forwarded-proto")}
    assert told == {"host": host, "x-forwarded-host": host, "x-forwarded-proto": "https"}
    assert (asked.path, asked.headers["x-forwarded-for"]) == ("/deals?x=1", "127.0.0.1")
    front.close()


def test_what_a_caller_says_of_it_is_not_passed_on(behind: Site) -> None:
    front = through(Front(says_https=False), behind)

    ask(front, headers={"X-Forwarded-Proto": "https", "Forwarded": "proto=https", "X-Forwarded-Port": "443"})

    said = {name for name in behind.asked[0].headers if "forwarded" in name}
    assert said == {"x-forwarded-for", "x-forwarded-host"}
    front.close()


def test_a_large_body_passes_either_way(behind: Site) -> None:
    front, text = through(Front(), behind), "x" * 1_000_000
    behind.pages["/"] = text

    came = ask(front, data={"text": text})

    assert (came.text == text, behind.asked[0].body == f"text={text}") == (True, True)
    front.close()


def test_a_platform_that_is_away_is_a_bad_gateway() -> None:
    front = Front()
    front.lead_to(1)

    assert ask(front).status == 502
    front.close()


class Echo(socketserver.BaseRequestHandler):
    """Says again what it hears, to the end, which `ended` tells."""

    ended = threading.Event()

    def handle(self) -> None:
        """To the end."""
        while data := self.request.recv(65_536):
            self.request.sendall(data)
        self.ended.set()


def test_sockets_pass_and_who_hangs_up_has_hung_up_on_the_platform_too() -> None:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Echo) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        front = Front()
        front.lead_to(server.server_address[1])
        with connected(front.origin(), certificates()[1], 5) as line:
            line.sendall(b"GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
            head = line.recv(65_536)
            line.sendall(b"ping")
            assert (b"Connection: Upgrade" in head, line.recv(4)) == (True, b"ping")
        assert Echo.ended.wait(5)
        front.close()
        server.shutdown()


def test_nobody_else_trusts_it(behind: Site) -> None:
    front, asking = through(Front(), behind), target()
    asking.allow_origin(front.origin())

    with (
        pytest.raises(NoAnswer, match="CERTIFICATE_VERIFY_FAILED"),
        closing(Client(asking, front.origin(), "visitor", lambda _: None)) as client,
    ):
        client.get("/")
    front.close()


def test_closed_it_listens_no_more(behind: Site) -> None:
    front = through(Front(), behind)
    front.close()

    with pytest.raises(NoAnswer, match="refused"):
        ask(front)


def test_only_its_own_names_lead_here() -> None:
    assert {name: address_of(name) for name in (DOMAIN, f"app.{DOMAIN}", f"not{DOMAIN}", "example.org")} == {
        DOMAIN: "127.0.0.1", f"app.{DOMAIN}": "127.0.0.1", f"not{DOMAIN}": f"not{DOMAIN}", "example.org": "example.org",
    }  # fmt: skip


@pytest.fixture
def own(tmp_path: Path) -> Iterator[OwnPlatform]:
    """A copy of the small platform, not started yet, whose profile has these modes."""
    path = ROOT / "tests" / "small" / "target.toml"
    modes = {"behind_proxy": {"TRUST": "{proxy}", "PAGES": "{page_origin}"}, "production": {"FAST": "1", "PAGES": ""}}
    small = Target(replace(load(path), modes=modes), path, ROOT, Level.DISRUPTIVE, "run-1", "2026-01-31")
    platform = OwnPlatform(Ground(small, tmp_path, "secret"), "test_front", lambda _: None)
    yield platform
    platform.end()


def test_a_platform_is_told_what_stands_before_it(own: OwnPlatform) -> None:
    own.starts(mode="production behind_proxy", tls=True)

    assert own.instance is not None
    told = {name: own.instance.environment[name] for name in ("FAST", "TRUST", "PAGES")}
    assert told == {"FAST": "1", "TRUST": "127.0.0.1", "PAGES": own.url}


def test_what_no_setting_is_told_of_is_not_possible(own: OwnPlatform) -> None:
    own.must_be_told("proxy", mode="behind_proxy")
    with pytest.raises(NotPossibleHere, match=r"needs \{domain\} in \[modes.behind_proxy\] of .*target.toml"):
        own.must_be_told("domain", mode="behind_proxy")


@pytest.mark.skipif(not may_come_from(UNTRUSTED), reason="this machine has one address")
def test_a_platform_behind_it_knows_who_is_logged_in(own: OwnPlatform) -> None:
    own.starts(tls=True)

    assert own.url.startswith("https://app.plumbline.test:")
    assert own.login("admin").me().meaning == OK
    assert own.stranger().login(own.account("admin")).meaning == OK
    own.restart()
    assert own.login("admin").me().meaning == OK


def test_a_browser_takes_no_certificate_on_trust_but_that_of_a_front_of_this_run() -> None:
    url = f"https://app.{DOMAIN}:8443"
    ours, theirs = target(), target(Level.READONLY, remote=Remote(origins=(url,)))
    assert not Guard(ours).vouches_for(url), "before there is a front"
    ours.trust(url, certificates()[1])
    theirs.trust(url, certificates()[1])

    assert Guard(ours).vouches_for(f"{url}/login")
    assert not Guard(ours).vouches_for("https://other.example")
    assert not Guard(theirs).vouches_for(url), "a platform that is not ours"
