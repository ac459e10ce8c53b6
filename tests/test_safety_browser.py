"""Nothing leaves a browser that the run may not send: not by a page's own scripts, redirects, sockets or popups."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
import trustme

from plumbline.browsing.browser import BrowserThread
from plumbline.browsing.chromium import find
from plumbline.elsewhere.permission import Level
from plumbline.profile import Limits
from tests.browsing import browsing
from tests.made_up import target
from tests.sites import Site, site

ROOT = Path(__file__).resolve().parent.parent

WRITES_ON_LOAD = """<script>
addEventListener('unhandledrejection', () => fetch('/list').then(answer => answer.text()));
fetch('/read', {method: 'POST'}).then(() => fetch('/list').then(answer => answer.text()));
</script>"""


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


def test_a_page_that_writes_on_load_is_refused_and_named_and_not_blamed(here: Site) -> None:
    here.pages["/"] = WRITES_ON_LOAD
    with browsing(here) as browser:
        complaints = browser.look_at(f"{here.url}/", lambda: browser.platform.refused and ("GET", "/list") in here.seen)

    assert browser.platform.refused == ["POST /read from the page /: this run is readonly"]
    assert not [method for method, _ in here.seen if method != "GET"]
    assert complaints == []


def test_what_a_page_complains_of_besides_is_held_against_it(here: Site) -> None:
    here.pages["/"] = WRITES_ON_LOAD + "<img src=/broken><script>console.error('mine')</script>"
    here.statuses["/broken"] = 500
    with browsing(here) as browser:
        complaints = browser.look_at(
            f"{here.url}/", lambda: browser.platform.refused and ("GET", "/broken") in here.seen
        )

    told = f"500: GET {here.url}/broken"
    assert {told, "console: mine"} <= set(complaints)
    assert all(text == told or text.startswith("console: ") for text in complaints)
    assert not [text for text in complaints if "read" in text or "fetch" in text]


def test_an_answer_that_a_page_does_not_read_is_no_complaint(here: Site) -> None:
    here.pages["/"] = "<script>fetch('/a'); fetch('/b')</script>"
    with browsing(here) as browser:
        assert browser.look_at(f"{here.url}/", lambda: {("GET", "/a"), ("GET", "/b")} <= set(here.seen)) == []


def test_a_level_that_writes_lets_a_page_write(here: Site) -> None:
    here.pages["/"] = WRITES_ON_LOAD
    with browsing(here, Level.WRITES) as browser:
        browser.look_at(f"{here.url}/", lambda: ("POST", "/read") in here.seen)

    assert browser.platform.refused == []


def test_a_path_that_is_never_asked_is_not_by_a_page_either(here: Site) -> None:
    here.pages["/"] = "<img src=/pay><img src='/to?/logout'><img src='/list'>"
    with browsing(here, never=("/pay", "/logout")) as browser:
        browser.look_at(f"{here.url}/", lambda: len(browser.platform.refused) == 2 and ("GET", "/list") in here.seen)
        browser.look_at(f"{here.url}/to?/logout", lambda: len(browser.platform.refused) > 2)

    assert not {("GET", "/pay"), ("GET", "/logout")} & set(here.seen)
    assert "GET /pay from the page /: the profile lists this path under `never`" in browser.platform.refused
    assert "GET /logout from a redirect: the profile lists this path under `never`" in browser.platform.refused


def test_other_origins_get_no_visit_and_are_listed(here: Site, elsewhere: Site) -> None:
    led = f"{here.url}/to?{elsewhere.url}/by-redirect"
    here.pages["/"] = f"<img src={elsewhere.url}/tracker.gif><img src='{led}'><img src='/list'>"
    with browsing(here) as browser:
        complaints = browser.look_at(f"{here.url}/", lambda: len(browser.platform.refused) == 2)

    assert elsewhere.seen == []
    assert sorted(text.partition(": ")[0].partition(" from")[0] for text in browser.platform.refused) == [
        f"GET {elsewhere.url}/by-redirect", f"GET {elsewhere.url}/tracker.gif"
    ]  # fmt: skip
    assert complaints == []


def test_without_the_judges_other_names_do_not_resolve(here: Site, elsewhere: Site) -> None:
    here.pages["/"] = f"<img src={elsewhere.url}/tracker.gif><img src='/list'>"
    with browsing(here) as browser:
        browser.thread._guard.stand_in = lambda *_, **__: None  # type: ignore[method-assign]
        browser.thread._guard.watch = lambda _: None  # type: ignore[assignment,method-assign]
        complaints = browser.look_at(f"{here.url}/", lambda: ("GET", "/list") in here.seen)

    assert elsewhere.seen == []
    assert "ERR_NAME_NOT_RESOLVED" in "".join(complaints)


def test_a_third_party_of_the_profile_is_visited_without_the_profiles_headers(here: Site, elsewhere: Site) -> None:
    led = f"{here.url}/to?{elsewhere.url}/by-redirect"
    here.pages["/"] = f"<img src={elsewhere.url}/logo.png><img src='{led}'><img src='/list'>"
    with browsing(
        here, headers={"X-Forwarded-For": "192.0.2.7"}, remote={"third_parties": (elsewhere.url,)}
    ) as browser:
        browser.look_at(f"{here.url}/", lambda: len(elsewhere.asked) == 2 and ("GET", "/list") in here.seen)

    assert {one.headers.get("x-forwarded-for") for one in here.asked} == {"192.0.2.7"}
    assert {one.headers.get("x-forwarded-for") for one in elsewhere.asked} == {None}


def test_every_request_says_whose_it_is_and_keeps_its_cookies(here: Site) -> None:
    here.pages["/"] = "<script>fetch('/to?/list')</script>"
    with browsing(here, headers={"X-Forwarded-For": "192.0.2.7"}) as browser:
        browser.look_at(f"{here.url}/", lambda: ("GET", "/list") in here.seen, {"connect.sid": "mine"})

    assert all(one.headers["user-agent"].endswith("Plumbline/0.1 (run run-1)") for one in here.asked)
    assert {one.headers.get("cookie") for one in here.asked if one.path != "/favicon.ico"} == {"connect.sid=mine"}


def test_a_popup_and_a_worker_are_held_to_the_same(here: Site) -> None:
    here.pages["/"] = (
        "<form id=f method=post action=/form target=_blank></form><script>f.submit(); new Worker(URL.createObjectURL("
        f"new Blob([\"fetch('{here.url}/worker', {{method: 'PUT'}})\"])))</script>"
    )
    with browsing(here) as browser:
        browser.look_at(f"{here.url}/", lambda: len(browser.platform.refused) >= 2)

    assert {text.partition(" from")[0] for text in browser.platform.refused} == {"POST /form", "PUT /worker"}
    assert not [method for method, _ in here.seen if method != "GET"]


LATER = "addEventListener('pagehide', () => SEND); setTimeout(() => { location = '/list'; }, 200)"
WORKER = "new Worker(URL.createObjectURL(new Blob([`CODE`])))"
PUT = "fetch('HERE/put', {method: 'PUT'})"


@pytest.mark.parametrize(
    "script",
    [
        LATER.replace("SEND", "navigator.sendBeacon('/put')"),
        LATER.replace("SEND", PUT.replace("'PUT'", "'PUT', keepalive: true")),
        WORKER.replace("Worker", "SharedWorker").replace("CODE", PUT),
        WORKER.replace("CODE", WORKER.replace("`CODE`", f'"{PUT}"')),
        "fetchLater('/put', {method: 'PUT', activateAfter: 0})",
    ],
    ids=["beacon as it goes", "fetch as it goes", "shared worker", "worker of a worker", "later"],
)
def test_what_a_page_sends_by_other_ways_is_held_to_the_same(here: Site, script: str) -> None:
    here.pages["/"] = f"<script>{script.replace('HERE', here.url)}</script>"
    with browsing(here) as browser:
        browser.look_at(f"{here.url}/", lambda: browser.platform.refused)

    assert [text.partition(" from")[0].partition(" ")[2] for text in browser.platform.refused] == ["/put"]
    assert not [method for method, _ in here.seen if method != "GET"]


def test_a_service_worker_is_blocked(here: Site) -> None:
    here.pages["/"] = "<script>navigator.serviceWorker.register('/worker.js').finally(() => fetch('/list'))</script>"
    with browsing(here) as browser:
        browser.look_at(f"{here.url}/", lambda: ("GET", "/list") in here.seen)

    assert ("GET", "/worker.js") not in here.seen


def test_a_browser_that_is_told_429_ends_the_run(here: Site) -> None:
    here.pages["/"] = "<img src=/busy>"
    here.statuses["/busy"] = 429
    with browsing(here) as browser:
        browser.look_at(f"{here.url}/", lambda: browser.platform.pace.enough)
        asked = len(here.asked)
        browser.look_at(f"{here.url}/", lambda: True)

    assert browser.platform.pace.enough.startswith("GET /busy was answered 429")
    assert len(here.asked) == asked


def test_a_page_waits_for_its_turn(here: Site) -> None:
    here.pages["/"] = "".join(f"<img src=/{number}.png>" for number in range(6))
    with browsing(here, remote={"limits": Limits(requests_per_second=2)}) as browser:
        taken: list[None] = []
        browser.platform.pace.take = lambda: taken.append(None)  # type: ignore[method-assign]
        browser.look_at(f"{here.url}/", lambda: ("GET", "/5.png") in here.seen)

    assert len(taken) == len(here.asked)


def test_an_authority_of_the_profile_is_trusted_and_no_other(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    trusted = {"ca_file": str(tmp_path / "ca.pem")}
    with site(authority) as ours:
        with browsing(ours, remote=trusted) as browser:
            browser.look_at(f"{ours.url}/", lambda: ours.asked)
        ours.asked.clear()
        with browsing(ours) as browser:
            browser.look_at(f"{ours.url}/", lambda: "ERR_CERT_AUTHORITY_INVALID" in "".join(browser.platform.refused))
    assert ours.asked == []
    with site(trustme.CA()) as theirs, browsing(theirs, remote=trusted) as browser:
        browser.look_at(f"{theirs.url}/", lambda: "ERR_CERT" in "".join(browser.platform.refused))
    with site(authority, "other.example") as misnamed, browsing(misnamed, remote=trusted) as browser:
        browser.look_at(f"{misnamed.url}/", lambda: "ERR_CERT" in "".join(browser.platform.refused))

    assert (theirs.asked, misnamed.asked) == ([], [])


def test_no_check_asks_by_the_browsers_driver() -> None:
    """`page.request` sends from outside the browser, where nobody stands in the way."""
    folders = (ROOT / name for name in ("suites", "fixtures", "plumbline"))
    files = [path for folder in folders for path in folder.rglob("*.py")]
    past = re.compile(r"\b(page|tab|context)\.request\b|APIRequest|new_context\(")

    found = [path.name for path in files if past.search(path.read_text("utf-8"))]
    assert found == ["browser.py"], "the one place where contexts are made, with a guard"


def test_a_target_of_our_own_has_no_handler_between_page_and_network(here: Site) -> None:
    chromium = find()
    if chromium is None:
        pytest.skip("there is no browser here")
    with ExitStack() as ending:
        thread = BrowserThread(chromium, target(), headed=False)
        ending.callback(thread.stop)
        with closing(ending):
            tab = thread.run(lambda: thread.tab(here.url, {}))
            assert (tab.context._impl_obj._routes, tab.context._impl_obj._web_socket_routes) == ([], [])
