"""What stands before an own platform with TLS: who comes through is told to the platform, and to nobody else."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import pytest

from plumbline.asking.exchange import OK
from plumbline.asking.names import DOMAIN, address_of
from plumbline.asking.transport import Transport
from plumbline.elsewhere.permission import Level
from plumbline.profile_file import load
from plumbline.standing.front import UNTRUSTED, Front, certificates, may_come_from
from plumbline.standing.instance import Ground
from plumbline.standing.own import OwnPlatform
from plumbline.target import Target
from tests.sites import site
from tests.whole_runs import ROOT

if TYPE_CHECKING:
    from pathlib import Path

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


def ask(url: str, trusted: ssl.SSLContext, **options: dict[str, str]) -> httpx.Response:
    """What comes back for a GET there."""
    with httpx.Client(transport=Transport(trusted, retries=0), trust_env=False) as client:
        return client.get(url, **options)  # type: ignore[arg-type]  # headers alone


def test_it_says_that_there_was_tls_and_whom_one_asked_for(behind: Site) -> None:
    front = through(Front(), behind)

    ask(f"{front.origin('api')}/deals?x=1", certificates()[1])

    (asked,) = behind.asked
    host = urlsplit(front.origin("api")).netloc
    told = {name: asked.headers.get(name) for name in ("host", "x-forwarded-host", "x-forwarded-proto")}
    assert told == {"host": host, "x-forwarded-host": host, "x-forwarded-proto": "https"}
    assert (asked.path, asked.headers["x-forwarded-for"]) == ("/deals?x=1", "127.0.0.1")
    front.close()


def test_what_a_caller_says_of_it_is_not_passed_on(behind: Site) -> None:
    front = through(Front(says_https=False), behind)
    lies = {"X-Forwarded-Proto": "https", "Forwarded": "proto=https", "X-Forwarded-Port": "443"}

    ask(front.origin(), certificates()[1], headers=lies)

    said = {name for name in behind.asked[0].headers if "forwarded" in name}
    assert said == {"x-forwarded-for", "x-forwarded-host"}
    front.close()


def test_a_large_body_passes_either_way(behind: Site) -> None:
    front, text = through(Front(), behind), "x" * 1_000_000
    behind.pages["/"] = text

    with httpx.Client(transport=Transport(certificates()[1], retries=0), trust_env=False) as client:
        came = client.post(f"{front.origin()}/", content=text)

    assert (came.text == text, behind.asked[0].body == text) == (True, True)
    front.close()


def test_a_platform_that_is_away_is_a_bad_gateway() -> None:
    front = Front()
    front.lead_to(1)

    assert ask(front.origin(), certificates()[1]).status_code == 502
    front.close()


def test_nobody_else_trusts_it(behind: Site) -> None:
    front = through(Front(), behind)

    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        ask(front.origin(), ssl.create_default_context())
    front.close()


def test_closed_it_listens_no_more(behind: Site) -> None:
    front = through(Front(), behind)
    front.close()

    with pytest.raises(httpx.ConnectError):
        ask(front.origin(), certificates()[1])


def test_only_its_own_names_lead_here() -> None:
    assert {name: address_of(name) for name in (DOMAIN, f"app.{DOMAIN}", f"not{DOMAIN}", "example.org")} == {
        DOMAIN: "127.0.0.1", f"app.{DOMAIN}": "127.0.0.1", f"not{DOMAIN}": f"not{DOMAIN}", "example.org": "example.org",
    }  # fmt: skip


@pytest.mark.skipif(not may_come_from(UNTRUSTED), reason="this machine has one address")
def test_a_platform_behind_it_knows_who_is_logged_in(tmp_path: Path) -> None:
    path = ROOT / "tests" / "small" / "target.toml"
    target = Target(load(path), path, ROOT, Level.DISRUPTIVE, "run-1", "2026-01-31")
    own = OwnPlatform(Ground(target, tmp_path, "secret"), "test_front", lambda _: None)

    own.starts(tls=True)

    assert own.url.startswith("https://app.plumbline.test:")
    assert own.login("admin").me().meaning == OK
    assert own.stranger().login(own.account("admin")).meaning == OK
    own.restart()
    assert own.login("admin").me().meaning == OK
    own.end()
