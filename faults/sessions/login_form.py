"""A login form that leads nowhere, too early or to another site, says nothing, or puts the password into an address."""

# mypy: disable-error-code="method-assign"
from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse

from faults import fault, get
from faults.assets import lacks, rewrite, says

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from faults import Served
    from reference.accounts.sessions import Session
    from reference.assembly import Platform

SENT = "const answer = await "
DOOR = '"/api/auth/login"'
LEADS_ON = "window.location.assign(destination(form.dataset.next));"
EXPLAINED = "busy(false);\n      explain(answer);"
WHOLE = "return url.pathname + url.search + url.hash;"
REFUSED = "if (answer.status === 401) {"
OUR_PATHS = 'if (!next.startsWith("/")) return "/";'
WHOLE = "return url.href;"
A_MOMENT = 0.5


@fault("login-leads-nowhere", brings_back=["SES-16"])
def login_leads_nowhere(platform: Platform) -> None:
    """Logs people in and leaves them at the form."""
    rewrite(platform, "login.js", (LEADS_ON, ""))


@fault("page-goes-on-before-the-session", brings_back=["SES-16"])
def page_goes_on_before_the_session(platform: Platform) -> None:
    """Opens the next page as soon as the login is sent, before there is a session."""
    rewrite(platform, "login.js", (SENT, f"setTimeout(() => {LEADS_ON[:-1]}, 1);\n      {SENT}"))


@fault("page-guesses-how-long-a-login-takes", brings_back=["SES-16 late"])
def page_guesses_how_long_a_login_takes(platform: Platform) -> None:
    """Opens the next page a second after the login is sent, whether or not it has been answered."""
    rewrite(platform, "login.js", (SENT, f"setTimeout(() => {LEADS_ON[:-1]}, 1000);\n      {SENT}"))


@fault("session-stored-after-the-answer", brings_back=["SES-16"])
def session_stored_after_the_answer(platform: Platform) -> None:
    """Answers a login, and stores its session a moment later."""
    write, begun = platform.session_store.write, set[asyncio.Task[None]]()

    async def stored(session: Session) -> None:
        await asyncio.sleep(A_MOMENT)
        await write(session)

    async def promised(session: Session) -> None:
        begun.add(asyncio.create_task(stored(session)))

    platform.session_store.write = promised
    platform.session_cache.put = _uncopied


async def _uncopied(session: Session) -> None:
    """No copy goes before it."""


@fault("start-page-ends-the-session", brings_back=["SES-16"])
def start_page_ends_the_session(platform: Platform) -> None:
    """Shows the start page once, and takes the cookie back with it."""
    dashboard = platform.pages.dashboard

    async def once(request: Request) -> Response:
        answer = await dashboard(request)
        answer.headers.append("set-cookie", platform.cookies.cleared())
        return answer

    platform.pages.dashboard = once


@fault("deep-link-lost", brings_back=["SES-16"])
def deep_link_lost(platform: Platform) -> None:
    """Forgets, at the login page, which page was asked for."""
    _goes_back_to(platform, lambda _: "/")


@fault("deep-link-without-its-query", brings_back=["SES-16"])
def deep_link_without_its_query(platform: Platform) -> None:
    """Leads back to the page that was asked for, without what its address asked for there."""
    rewrite(platform, "login.js", (WHOLE, "return url.pathname;"))


@fault("refusal-forgets-the-deep-link", brings_back=["SES-16"])
def refusal_forgets_the_deep_link(platform: Platform) -> None:
    """Leads whoever mistyped the password once to the first page, as a form that is drawn again without its link."""
    rewrite(platform, "login.js", (EXPLAINED, f'form.dataset.next = "/";\n      {EXPLAINED}'))


@fault("wrong-password-says-nothing", brings_back=["SES-16"])
def wrong_password_says_nothing(platform: Platform) -> None:
    """Never shows the message that a login was refused with."""
    rewrite(platform, "login.js", ("message.hidden = false;", ""))


@fault("wrong-password-leads-away", brings_back=["SES-16"])
def wrong_password_leads_away(platform: Platform) -> None:
    """Sends whoever mistypes the password to a page that says that something was wrong."""
    rewrite(platform, "login.js", (REFUSED, f'{REFUSED}\n      return window.location.assign("/error");'))


@fault("button-locked-after-a-refusal", brings_back=["SES-16"])
def button_locked_after_a_refusal(platform: Platform) -> None:
    """Leaves the button locked once a login was refused."""
    rewrite(platform, "login.js", (EXPLAINED, "explain(answer);"))


@fault("password-in-the-address", brings_back=["SES-16"])
def password_in_the_address(platform: Platform) -> None:
    """Sends the password in the address of the login too, where every log has it."""
    rewrite(platform, "login.js", (DOOR, "`/api/auth/login?p=${encodeURIComponent(password.value)}`"))


@fault("form-without-its-script", brings_back=["SES-16"])
def form_without_its_script(platform: Platform) -> None:
    """Lets the browser send the form by itself, as a link with name and password in it."""
    render = platform.pages.render

    def plain(template: str, **context: object) -> str:
        html = render(template, **context)
        return html.replace('method="post"', 'method="get"').replace("/assets/login.", "/assets/no-login.")

    platform.pages.render = plain


@fault("login-leads-to-any-site", brings_back=["SES-16 elsewhere"])
def login_leads_to_any_site(platform: Platform) -> None:
    """Leads whoever has logged in to whatever address the link named."""
    _goes_back_to(platform, str)
    rewrite(platform, "login.js", (OUR_PATHS, "return next;"))


@fault("two-slashes-taken-for-a-path", brings_back=["SES-16 elsewhere"])
def two_slashes_taken_for_a_path(platform: Platform) -> None:
    """Takes every address that begins with a slash for one of its own."""
    _goes_back_to(platform, str)
    rewrite(platform, "login.js", (OUR_PATHS, f"{OUR_PATHS}\n    return next;"))


@fault("backslash-taken-for-a-path", brings_back=["SES-16 elsewhere"])
def backslash_taken_for_a_path(platform: Platform) -> None:
    """Turns away an address that begins with two slashes, and not the backslash that browsers read as one."""
    _goes_back_to(platform, str)
    rewrite(platform, "login.js", (OUR_PATHS, f'{OUR_PATHS}\n    if (!next.startsWith("//")) return next;'))


@fault("own-address-cut-to-its-path", brings_back=["SES-16 elsewhere"])
def own_address_cut_to_its_path(platform: Platform) -> None:
    """Makes sure that an address is of its own site, and then follows its path, which may begin with two slashes."""
    rewrite(platform, "login.js", (WHOLE, "return url.pathname + url.search + url.hash;"))


def _goes_back_to(platform: Platform, chosen: Callable[[str], str]) -> None:
    """Has the login page lead back to what is chosen by its link, without a look at whose it is."""

    async def login(request: Request) -> Response:
        asked = request.query_params.get("next", "/")
        return HTMLResponse(platform.pages.render("login.html", next=chosen(asked)))

    platform.pages.login = login


def _leads_back_to(served: Served) -> str:
    return served.get("/login?next=/calendar").text.partition('data-next="')[2].partition('"')[0]


def _cookies_of_the_start_page(served: Served) -> bool:
    return "set-cookie" in served.get("/", as_="admin").headers


def _how_the_form_is_sent(served: Served) -> str:
    return served.get("/login").text.partition('method="')[2].partition('"')[0]


login_leads_nowhere.probe = says("/login", "login.js", LEADS_ON)
page_goes_on_before_the_session.probe = says("/login", "login.js", "setTimeout")
page_guesses_how_long_a_login_takes.probe = says("/login", "login.js", "setTimeout")
session_stored_after_the_answer.probe = get("/api/auth/me", as_="admin")
start_page_ends_the_session.probe = _cookies_of_the_start_page
deep_link_lost.probe = _leads_back_to
deep_link_without_its_query.probe = lacks("/login", "login.js", WHOLE)
refusal_forgets_the_deep_link.probe = says("/login", "login.js", 'dataset.next = "/"')
wrong_password_says_nothing.probe = lacks("/login", "login.js", "message.hidden = false;")
wrong_password_leads_away.probe = says("/login", "login.js", '"/error"')
button_locked_after_a_refusal.probe = lacks("/login", "login.js", EXPLAINED)
password_in_the_address.probe = says("/login", "login.js", "?p=")
form_without_its_script.probe = _how_the_form_is_sent
login_leads_to_any_site.probe = lacks("/login", "login.js", OUR_PATHS)
two_slashes_taken_for_a_path.probe = says("/login", "login.js", f"{OUR_PATHS}\n    return next;")
own_address_cut_to_its_path.probe = lacks("/login", "login.js", WHOLE)
backslash_taken_for_a_path.probe = says("/login", "login.js", '!next.startsWith("//")')
