"""The login form is found however it is made, what it leads to is judged, and a run may send no more than a login."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fixtures.answers import WRONG
from plumbline.asking.client import Client
from plumbline.browsing import login_form
from plumbline.browsing.login_form import LoginForm
from plumbline.deadlines import DeadlineMissed, eventually
from plumbline.elsewhere.ledger import Ledger, read
from plumbline.elsewhere.permission import Level, PermissionRefused
from plumbline.judging.record import NotPossibleHere
from plumbline.profile import Account, Logout
from tests.browsing import FAST, browsing
from tests.sites import Site, site

ADA = Account("ada@real.test", password="a-good-password")
SENDS = """<script>
const send = () => fetch('/api/auth/login', {method: 'POST', body: JSON.stringify(
  [...document.querySelectorAll('input')].map(one => one.value))});
const goes = event => { event?.preventDefault(); send().then(came => came.text()).then(() => { location = '/'; }); };
document.forms[0]?.addEventListener('submit', goes);
</script>"""
SPELLED = {
    "labels": "<form><label>E-mail<input></label><label>Secret<input type=password></label><button>Go</button></form>",
    "placeholders": "<form><input type=email placeholder=E-mail><input type=password><input type=submit></form>",
    "a search before it": "<input type=search><input name=q><form><input type=text><input type=password>"
    "<button type=button>Show</button><button type=submit>Go</button></form>",
    "a trap for robots": "<form><input type=text><input name=trap style='display:none'><input type=password>"
    "<button>Go</button></form>",
    "no form": "<input><input type=password><button onclick=goes()>Go</button>",
    "no button": "<input type=tel><input type=password onkeydown=\"event.key === 'Enter' && goes()\">",
    "drawn late": "<form></form><script>setTimeout(() => { document.forms[0].innerHTML = '<input>"
    "<input type=password><button>Go</button>'; }, 300)</script>",
}


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What never comes is not waited for as long as in a run."""
    monkeypatch.setattr(login_form, "WITHIN", 4.0)


@pytest.fixture
def here() -> Iterator[Site]:
    """The target's site, where every login is right."""
    with site() as made:
        made.pages["/"] = "<h1>Home</h1>"
        made.cookies["/api/auth/login"] = "connect.sid=a-session-of-hers-1; Path=/"
        yield made


@contextmanager
def form_at(here: Site, *, logs_in: bool = True, ledger: Path | None = None, **profile: Any) -> Iterator[Any]:  # noqa: ANN401 - fields of Profile
    """Has something done with the form of a browser at this site, in the browser's thread."""
    own: dict[str, Any] = {name: profile.pop(name) for name in ("third_parties", "synthetic") if name in profile}
    remote: dict[str, Any] = {"limits": FAST, **own}
    with browsing(here, Level.READONLY, accounts={"admin": ADA}, remote=remote, **profile) as browser:
        browser.platform.ledger = Ledger(ledger) if ledger else None
        client = Client(browser.platform, here.url, "the browser", lambda _: None)
        form = browser.thread.run(lambda: LoginForm(browser.thread.tab(here.url, {}, logs_in=logs_in), client))

        def done(what: Callable[[LoginForm], Any]) -> Any:  # noqa: ANN401 - whatever it gives
            return browser.thread.run(lambda: what(form))

        yield done
        done(LoginForm.close)


def pages(folder: Path, **words: object) -> dict[str, Any]:
    """The part of a profile that says how its form looks."""
    told = "".join(f"{name} = {word!r}\n" for name, word in words.items())
    (folder / "pages.toml").write_text(f'["/login"]\nrole = "anonymous"\nheading = "Log in"\n{told}', "utf-8")
    return {"pages": str(folder / "pages.toml")}


@pytest.mark.parametrize("html", SPELLED.values(), ids=SPELLED.keys())
def test_a_form_is_found_by_how_forms_look(here: Site, html: str) -> None:
    here.pages["/login"] = html + SENDS
    with form_at(here) as form:
        form(lambda one: one.open("/login").log_in(ADA))
        form(lambda one: one.expect_to_be_at("/"))

    [sent] = [one.body for one in here.asked if one.path == "/api/auth/login"]
    assert f'"{ADA.username}","{ADA.password}"' in sent.replace('"",', "").replace('"Submit"', "")


def test_the_labels_of_the_profile_go_before_and_the_password_may_come_second(here: Site, tmp_path: Path) -> None:
    """A login in two steps is no wrong password."""
    here.pages["/login"] = (
        (
            "<form><label>Account<input id=a></label><label>Company<input value=ours></label>"
            "<label id=b hidden>Password<input type=password></label><button>Next</button></form>" + SENDS
        )
        .replace("goes(event)", "")
        .replace(
            "addEventListener('submit', goes)",
            "addEventListener('submit', event => { event.preventDefault();"
            " if (document.getElementById('b').hidden) document.getElementById('b').hidden = false; else goes(); })",
        )
    )
    with form_at(here, **pages(tmp_path, fields=["Account", "Password"], send="Next")) as form:
        form(lambda one: one.open("/login").log_in(ADA))
        form(lambda one: one.expect_to_be_at("/"))

    assert ("POST", "/api/auth/login") in here.seen


@pytest.mark.usefixtures("soon")
def test_a_form_that_is_found_nowhere_is_red_where_the_profile_says_there_is_one(here: Site, tmp_path: Path) -> None:
    here.pages["/login"] = "<p>Loading</p>"
    with form_at(here) as form, pytest.raises(NotPossibleHere, match=r"fields and send of \[\"/login\"\]"):
        form(lambda one: one.open("/login"))
    told = pages(tmp_path, fields=["Name", "Password"])
    with form_at(here, **told) as form, pytest.raises(AssertionError, match=r"/login shows no login form.*Loading"):
        form(lambda one: one.open("/login"))


TELLS = {
    "a text": "document.body.append('Wrong password')",
    "a box": "alert('Wrong password')",
    "a field": "document.querySelector('input').setCustomValidity('Wrong password')",
}
SAYS_NOTHING = {
    "nothing": "",
    "what is hidden": "document.body.insertAdjacentHTML('beforeend', '<p hidden>Wrong password</p>')",
    "the button": "document.querySelector('button').textContent = 'Please wait'",
    "another page": "location = '/error'",
}


@pytest.mark.parametrize("does", [*TELLS.values(), *SAYS_NOTHING.values()], ids=[*TELLS, *SAYS_NOTHING])
@pytest.mark.usefixtures("soon")
def test_a_refusal_is_told_where_something_new_is_to_be_read_at_the_form(here: Site, does: str) -> None:
    here.statuses["/api/auth/login"] = 401
    here.pages["/error"] = "Something went wrong"
    here.pages["/login"] = SPELLED["labels"] + SENDS.replace("location = '/';", does)
    with form_at(here) as form:
        form(lambda one: one.open("/login").log_in(replace(ADA, username="nobody@example.invalid", password=WRONG)))
        if does in TELLS.values():
            form(LoginForm.expect_to_be_told)
        else:
            with pytest.raises(DeadlineMissed, match="POST /api/auth/login 401 after"):
                form(LoginForm.expect_to_be_told)


@pytest.mark.usefixtures("soon")
def test_a_password_in_an_address_is_told_without_it(here: Site) -> None:
    here.pages["/login"] = SPELLED["labels"].replace("<input type", "<input name=p type")
    with form_at(here) as form, pytest.raises(AssertionError) as red:
        form(lambda one: one.open("/login").log_in(ADA))

    assert "the password stood in the address of GET /login" in str(red.value)
    assert ADA.password not in str(red.value)


@pytest.mark.usefixtures("soon")
def test_only_the_browser_that_logs_in_may_send_a_login_and_nothing_else(here: Site) -> None:
    here.pages["/login"] = SPELLED["labels"] + SENDS + "<script>fetch('/note', {method: 'POST'})</script>"
    with form_at(here) as form:
        form(lambda one: one.open("/login").log_in(ADA))
    assert [path for method, path in here.seen if method == "POST"] == ["/api/auth/login", "/api/auth/logout"]

    here.asked.clear()
    with form_at(here, logs_in=False) as form, pytest.raises(NotPossibleHere, match="which this run may not"):
        form(lambda one: one.open("/login").log_in(ADA))
    assert [path for method, path in here.seen if method == "POST"] == []


def test_a_session_of_a_form_is_in_the_ledger_until_it_is_ended(here: Site, tmp_path: Path) -> None:
    here.pages["/login"] = SPELLED["labels"] + SENDS
    ledger = tmp_path / "ledger"
    with form_at(here, ledger=ledger) as form:
        form(lambda one: one.open("/login").log_in(ADA))
        assert [(step, entry.id) for step, entry in read(ledger)] == [("logged in", "admin")]

    assert here.asked[-1].headers["cookie"] == "connect.sid=a-session-of-hers-1"
    assert list(read(ledger)) == []


def test_a_real_account_gets_one_wrong_password_of_a_form(here: Site) -> None:
    here.pages["/login"] = SPELLED["labels"] + SENDS
    with form_at(here) as form:
        form(lambda one: one.open("/login").log_in(replace(ADA, password=WRONG)))
        with pytest.raises(PermissionRefused, match="one at most"):
            form(lambda one: one.log_in(replace(ADA, password=WRONG)))
        with pytest.raises(PermissionRefused, match="neither an account"):
            form(lambda one: one.log_in(replace(ADA, username="bob@real.test")))


def test_a_login_that_is_held_back_goes_out_later_and_once(here: Site) -> None:
    here.pages["/login"] = SPELLED["labels"] + SENDS.replace("'/api/auth/login'", "'/api/auth/login?' + began()")
    here.pages["/login"] += "<script>const began = () => { window.at = performance.now(); return 'x'; }</script>"
    here.pages["/login"] = here.pages["/login"].replace("location = '/'", "location = '/?' + (performance.now() - at)")
    with form_at(here) as form:
        form(lambda one: one.open("/login").log_in(ADA, late=1))
        form(lambda one: one.expect_to_be_at("/"))

    [took] = [float(path.partition("?")[2]) for _, path in here.seen if path.startswith("/?")]
    assert took >= 1000
    assert [method for method, path in here.seen if path.startswith("/api/auth/login")] == ["POST"]


@pytest.mark.parametrize("address", ["https://elsewhere.invalid", "//elsewhere.invalid"])
@pytest.mark.usefixtures("soon")
def test_a_link_to_another_site_is_followed_no_further_than_to_be_seen(here: Site, address: str) -> None:
    goes = "location = new URLSearchParams(location.search).get('next') || '/'"
    here.pages["/login"] = SPELLED["labels"] + SENDS.replace("location = '/'", goes)
    with form_at(here) as form:
        [asked] = form(lambda one: one.open("/login").log_in_to_go_to(address, ADA))

    assert asked.endswith("://elsewhere.invalid/")


@pytest.mark.usefixtures("soon")
def test_nothing_is_typed_into_a_form_of_another_site(here: Site) -> None:
    """The page of a third party may load, but not get to know who logs in."""
    with site() as theirs:
        theirs.pages["/theirs"] = SPELLED["labels"].replace("<form", "<form action=/got")
        here.locations["/login"], here.statuses["/login"] = f"{theirs.url}/theirs", 302
        said = pytest.raises(PermissionRefused, match="own origins alone; this form is at")
        with form_at(here, third_parties=(theirs.url,)) as form, said:
            form(lambda one: one.open("/login").log_in(ADA))

    assert {path for _, path in theirs.seen} <= {"/theirs", "/favicon.ico"}


@pytest.mark.usefixtures("soon")
def test_a_password_goes_to_no_third_party(here: Site) -> None:
    with site() as theirs:
        here.pages["/login"] = (
            SPELLED["labels"]
            .replace("<input type", "<input name=p type")
            .replace("<form", f"<form action={theirs.url}/got")
        )
        with form_at(here, third_parties=(theirs.url,)) as form, pytest.raises(AssertionError):
            form(lambda one: one.open("/login").log_in(ADA))

    assert theirs.seen == []


@pytest.mark.usefixtures("soon")
def test_a_page_sends_a_login_once_each_time_and_logs_nobody_out(here: Site) -> None:
    """Its own next tries would be wrong passwords, and logging out everywhere would end other people's sessions."""
    here.statuses["/api/auth/login"] = 401
    again = "send(), send(), fetch('/api/auth/logout', {method: 'POST'}), fetch('/all', {method: 'POST'})"
    here.pages["/login"] = SPELLED["labels"] + SENDS.replace("location = '/';", again) + "<script>send()</script>"
    with form_at(here, logout=Logout(everywhere="/all")) as form:
        form(lambda one: one.open("/login").log_in(replace(ADA, password=WRONG)))
        form(lambda one: eventually(lambda: len(set(one._target.refused)) >= 3, within=10))
        sent = [path for method, path in here.seen if method == "POST"]

    assert sent == ["/api/auth/login"]


def test_a_session_is_ended_whatever_the_path_of_its_cookie(here: Site) -> None:
    here.cookies["/api/auth/login"] = "connect.sid=a-session-of-hers-2; Path=/api"
    here.pages["/login"] = SPELLED["labels"] + SENDS
    with form_at(here) as form:
        form(lambda one: one.open("/login").log_in(ADA))

    assert [one.headers.get("cookie") for one in here.asked if one.path == "/api/auth/logout"] == [
        "connect.sid=a-session-of-hers-2"
    ]


def test_a_session_that_takes_the_place_of_another_is_ended_as_well(here: Site) -> None:
    sets = "setTimeout(() => { document.cookie = 'connect.sid=a-session-of-hers-2; path=/'; }, 1000)"
    here.pages["/login"], here.pages["/"] = SPELLED["labels"] + SENDS, f"<script>{sets}</script>"
    with form_at(here) as form:
        form(lambda one: one.open("/login").log_in(ADA))
        form(lambda one: one.tab.wait_for_function("document.cookie.endsWith('-2')"))

    ended = [one.headers.get("cookie") for one in here.asked if one.path == "/api/auth/logout"]
    assert ended == [f"connect.sid=a-session-of-hers-{number}" for number in (1, 2)]


@pytest.mark.usefixtures("soon")
def test_what_stands_behind_the_login_is_told_only_where_it_is_nobodys(here: Site) -> None:
    here.pages["/login"], here.pages["/"] = SPELLED["labels"] + SENDS, "<h1>Mrs Doe owes 4711</h1>"
    for synthetic in (False, True):
        with form_at(here, synthetic=synthetic) as form:
            form(lambda one: one.open("/login").log_in(ADA))
            form(lambda one: one.expect_to_be_at("/"))
            assert ("Mrs Doe" in form(lambda one: one.state)) is synthetic
