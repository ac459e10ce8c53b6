"""Logins at a platform that is not ours: real accounts in whatever spelling, and what libraries would log of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from fixtures.answers import WRONG
from plumbline.asking.client import Client
from plumbline.asking.socket import Socket
from plumbline.elsewhere.permission import Level, PermissionRefused
from plumbline.profile import Account, Limits, Remote
from tests.made_up import target
from tests.sites import Site, site

ADA = Account("ada@real.test", password="a-good-password")


@pytest.fixture
def here() -> Iterator[Site]:
    """The target's site."""
    with site() as made:
        yield made


@pytest.fixture
def client(here: Site) -> Iterator[Client]:
    """A caller of it, who knows one account."""
    limits = Limits(requests_per_second=1000, logins_per_minute=1000)
    made = target(Level.READONLY, accounts={"admin": ADA}, remote=Remote(origins=(here.url,), limits=limits))
    with closing(Client(made, here.url, "visitor", lambda _: None)) as caller:
        yield caller


def test_a_real_account_in_another_spelling_is_that_account(here: Site, client: Client) -> None:
    client.login(replace(ADA, password=WRONG))
    with pytest.raises(PermissionRefused, match="one at most"):
        client.post("/api/auth/login", json={"username": " Ada@Real.test", "password": WRONG})

    assert len(here.asked) == 1


def test_no_library_logs_what_it_sends_and_gets(here: Site, client: Client, caplog: pytest.LogCaptureFixture) -> None:
    here.cookies["/api/auth/login"] = "connect.sid=a-cookie-that-nobody-knows-yet; Path=/"
    with caplog.at_level("DEBUG"):
        client.login(ADA)
        Socket(client).close()

    assert here.asked[-1].headers["cookie"].endswith("a-cookie-that-nobody-knows-yet")
    assert "a-cookie" not in caplog.text
