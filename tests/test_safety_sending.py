"""What a client and a socket may send to a platform that is not ours: where to, how fast, as whom, and until when."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import trustme
from websockets.sync.server import ServerConnection, serve

from fixtures.answers import WRONG, nobodies_of
from plumbline.asking.client import Client, NoAnswer
from plumbline.asking.head import bare_head
from plumbline.asking.socket import Socket
from plumbline.asking.steps import StepFailed
from plumbline.elsewhere.permission import Level, PermissionRefused
from plumbline.judging.record import Blocked
from plumbline.profile import Account, Limits, Login, Remote, Step
from tests.made_up import target
from tests.sites import Site, site

ROOT = Path(__file__).resolve().parent.parent
FAST = Limits(requests_per_second=1000, logins_per_minute=1000)
ACCOUNTS = {"admin": Account("ada@real.test", password="a-good-password"), "other": Account("bob@real.test", "b-good")}

SWITCHES = (
    r"verify=False|CERT_NONE|check_hostname|ignore_https_errors(?!=self\._guard\.vouches_for\(url\))"
    r"|_create_unverified|ignore-certificate-errors(?!-spki)"
)
"""All the ways in which Python, httpx and browsers are told to look away; a front of the run itself is vouched for."""


@pytest.fixture
def here() -> Iterator[Site]:
    """The target's site."""
    with site() as made:
        yield made


@pytest.fixture
def elsewhere() -> Iterator[Site]:
    """Somebody else's."""
    with site() as made:
        yield made


@pytest.fixture
def calling() -> Iterator[Callable[..., Client]]:
    """A caller of a url target at a site: `remote` are fields of its [remote], the rest are the profile's."""
    with ExitStack() as opened:

        def call(here: Site, level: Level = Level.READONLY, **profile: Any) -> Client:  # noqa: ANN401 - fields of Profile
            remote = Remote(**{"origins": (here.url,), "limits": FAST, **profile.pop("remote", {})})
            made = target(level, **{"accounts": ACCOUNTS, "remote": remote, **profile})
            return opened.enter_context(closing(Client(made, here.url, "visitor", lambda _: None)))

        yield call


Calling = Callable[..., Client]


@pytest.mark.parametrize("level", list(Level))
def test_a_command_line_that_allows_more_than_the_profile_allows_nothing_more(level: Level) -> None:
    assert target(level, remote=Remote(origins=("https://x.test",))).level == min(level, Level.READONLY)
    assert target(level, remote=Remote(origins=("https://x.test",), allow="writes")).level == min(level, Level.WRITES)


def test_only_routes_of_contract_and_profile_are_asked(here: Site, calling: Calling) -> None:
    client = calling(here, paths={"/api/deals": "/tratos"}, makes={}, never=("/api/notifications",))
    for path in ("/api/auth/me", "/api/deals", "/api/deals?page=2", "/login"):
        client.get(path)
    for path in ("/admin/delete-everything", "/api/notifications"):
        with pytest.raises(PermissionRefused):
            client.get(path)

    assert [path for _, path in here.seen] == ["/api/auth/me", "/tratos", "/tratos?page=2", "/login"]


def test_nobody_sends_anything_past_the_permission(here: Site, elsewhere: Site, calling: Calling) -> None:
    pool = calling(here).http
    for method, url in (("GET", f"{elsewhere.url}/"), ("POST", f"{here.url}/api/deals")):
        with pytest.raises(PermissionRefused):
            pool.request(method, url)

    assert (here.asked, elsewhere.asked) == ([], [])


def test_a_redirect_carries_no_login_to_another_origin(here: Site, elsewhere: Site, calling: Calling) -> None:
    steps = (Step(post="/sign-in", form={"name": "{username}", "word": "{password}"}, follow=True),)
    client = calling(here, login=Login(steps=steps))
    here.cookies["/sign-in"] = "connect.sid=a-session; Path=/"
    here.statuses["/sign-in"] = 302
    for place in (elsewhere.url, here.url.replace("http:", "https:")):
        here.locations["/sign-in"] = f"{place}/welcome"
        with pytest.raises(StepFailed, match="leads on to where nobody is followed"):
            client.login(ACCOUNTS["admin"])

    assert elsewhere.asked == []
    assert [path for _, path in here.seen] == ["/sign-in", "/sign-in"]


def test_a_redirect_within_the_targets_origins_is_followed(here: Site, calling: Calling) -> None:
    steps = (Step(post="/sign-in", form={"name": "{username}", "word": "{password}"}, follow=True),)
    client = calling(here, login=Login(steps=steps), never=("/pay",))
    here.statuses["/sign-in"], here.locations["/sign-in"] = 302, "/welcome"
    client.login(ACCOUNTS["admin"])
    here.locations["/sign-in"] = "/pay"
    with pytest.raises(StepFailed, match="`never`"):
        client.login(ACCOUNTS["admin"])

    assert [path for _, path in here.seen] == ["/sign-in", "/welcome", "/sign-in"]


def test_a_second_within_which_requests_were_sent_has_no_more_of_them(here: Site, calling: Calling) -> None:
    client = calling(here, remote={"limits": Limits(requests_per_second=20)})
    began = time.monotonic()
    for _ in range(41):
        client.get("/login")

    assert time.monotonic() - began >= 2


def test_a_stream_a_head_and_a_socket_wait_for_their_turn_as_well(here: Site, calling: Calling) -> None:
    client = calling(here)
    taken: list[None] = []
    client.target.pace.take = lambda: taken.append(None)  # type: ignore[method-assign]
    client.open("/api/notifications/stream", within=5)[1].close()
    client.prepared("HEAD", "/login")
    Socket(client).close()

    assert len(taken) == 3


def test_an_account_logs_in_only_so_often(here: Site, calling: Calling) -> None:
    client = calling(here, remote={"limits": replace(FAST, logins_per_minute=600)})
    client.login(ACCOUNTS["admin"])
    window = client.target.pace._logins["ada@real.test"]
    for _ in range(599):
        window.next()
    assert window.next() - time.monotonic() > 30

    assert "bob@real.test" not in client.target.pace._logins


def test_a_429_stops_every_process_of_the_run_at_once(here: Site, calling: Calling, tmp_path: Path) -> None:
    client, other = calling(here), calling(here)
    for one in (client, other):
        one.target.run_folder = tmp_path
    here.statuses["/api/auth/me"] = 429
    for path, one in (("/api/auth/me", client), ("/login", client), ("/login", other)):
        with pytest.raises(Blocked, match="GET /api/auth/me was answered 429: nothing more is asked"):
            one.get(path)

    assert here.seen == [("GET", "/api/auth/me")]


def test_a_429_of_what_the_run_has_started_is_an_answer_like_any_other(here: Site) -> None:
    ours = target()
    ours.allow_origin(here.url)
    here.statuses["/api/auth/me"] = 429
    with closing(Client(ours, here.url, "visitor", lambda _: None)) as client:
        assert [client.get("/api/auth/me").status for _ in range(2)] == [429, 429]


def test_real_accounts_get_one_wrong_password_a_run(here: Site, calling: Calling, tmp_path: Path) -> None:
    client, other = calling(here), calling(here)
    for one in (client, other):
        one.target.run_folder = tmp_path
    for name in nobodies_of(client.target):
        client.login(Account(name, password=WRONG))
    client.login(replace(ACCOUNTS["admin"], password=WRONG))
    client.login(ACCOUNTS["admin"])
    asked = len(here.asked)
    for account, one in ((ACCOUNTS["admin"], client), (ACCOUNTS["other"], client), (ACCOUNTS["other"], other)):
        with pytest.raises(PermissionRefused, match="a run sends real accounts one at most"):
            one.login(replace(account, password=WRONG))
    with pytest.raises(PermissionRefused, match="one at most"):
        client.post("/api/auth/login", json={"username": "ada@real.test", "password": ""})

    assert (asked, len(here.asked)) == (4, 4)


def test_names_that_somebody_could_have_are_not_tried(here: Site, calling: Calling) -> None:
    client = calling(here)
    with pytest.raises(PermissionRefused, match="neither an account of the profile nor a name"):
        client.login(Account("admin", password=WRONG))

    assert all(name.endswith(".run-1@example.invalid") for name in nobodies_of(client.target))
    assert nobodies_of(target()) == ("unknown-person", "nobody-at-all")
    assert here.asked == []


def test_every_request_says_whose_it_is_and_has_the_profiles_headers(
    here: Site, calling: Calling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAGING_KEY", "a-key-of-ours")
    client = calling(here, headers={"X-Staging-Key": "$STAGING_KEY"})
    client.get("/login")
    client.open("/api/notifications/stream", within=5)[1].close()
    Socket(client).close()
    bare_head(client, "/login")

    assert len(here.asked) == 4
    assert {one.headers["user-agent"] for one in here.asked} == {"Plumbline/0.1 (run run-1)"}
    assert {one.headers["x-staging-key"] for one in here.asked} == {"a-key-of-ours"}


def test_below_writes_a_socket_sends_pings_alone(calling: Calling) -> None:
    heard: list[str | bytes] = []

    def listen(connection: ServerConnection) -> None:
        heard.extend(connection)

    with serve(listen, "localhost", 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        client = calling(Site(f"http://localhost:{server.socket.getsockname()[1]}"))
        socket = Socket(client)
        socket.ping()
        with pytest.raises(PermissionRefused, match="a message that is no ping needs --allow writes"):
            socket.send({"type": "mark-read"})
        assert socket.lives(within=5)
        socket.close()
        server.shutdown()

    assert heard == ['{"type": "ping"}']


def test_certificates_of_the_profiles_authority_are_trusted_and_no_others(calling: Calling, tmp_path: Path) -> None:
    authority, stranger = trustme.CA(), trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    trusted = {"ca_file": str(tmp_path / "ca.pem")}
    with site(authority) as ours, site(stranger) as theirs, site(authority, "other.example") as misnamed:
        assert calling(ours, remote=trusted).get("/login").status == 200
        for place, remote in ((ours, {}), (theirs, trusted), (misnamed, trusted)):
            client = calling(place, remote=remote)
            with pytest.raises(NoAnswer, match="certificate verify failed"):
                client.get("/login")
            with pytest.raises(NoAnswer, match="certificate verify failed"):
                Socket(client)

    assert (len(ours.asked), theirs.asked, misnamed.asked) == (1, [], [])


def test_a_client_of_plain_http_trusts_no_certificate_either() -> None:
    with site(trustme.CA()) as secret:
        ours = target()
        ours.allow_origin(secret.url)
        client = Client(ours, "http://127.0.0.1:1", "visitor", lambda _: None)
        with closing(client), pytest.raises(NoAnswer, match="certificate verify failed"):
            client.get(f"{secret.url}/login")
    assert secret.asked == []


def test_nothing_switches_verification_off() -> None:
    files = [path for folder in ("plumbline", "fixtures", "suites", "bench") for path in (ROOT / folder).rglob("*.py")]

    assert len(files) > 100
    assert [str(path) for path in files if re.search(SWITCHES, path.read_text("utf-8"))] == []
