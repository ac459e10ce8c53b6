"""Pages and API on two hosts, of which one does not let the other ask as whoever is logged in."""

# mypy: disable-error-code="method-assign"
from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from faults import fault
from faults.assets import rewrite, says
from reference.headers import POLICY

if TYPE_CHECKING:
    from starlette.datastructures import MutableHeaders
    from starlette.requests import HTTPConnection

    from faults import Served
    from reference.assembly import Platform

CREDENTIALS = "access-control-allow-credentials"
INCLUDED = 'credentials: "include"'


def _told(platform: Platform, change: Callable[[MutableHeaders], None]) -> None:
    """Changes what pages on other hosts are told."""
    tell = platform.cors.tell

    def changed(request: HTTPConnection, headers: MutableHeaders) -> None:
        tell(request, headers)
        if CREDENTIALS in headers:
            change(headers)

    platform.cors.tell = changed


@fault("other-hosts-may-not-send-cookies", brings_back=["SES-19"])
def other_hosts_may_not_send_cookies(platform: Platform) -> None:
    """Lets pages on other hosts ask, and not as whoever is logged in."""
    _told(platform, lambda headers: headers.__delitem__(CREDENTIALS))


@fault("every-host-may-ask", brings_back=["SES-19"])
def every_host_may_ask(platform: Platform) -> None:
    """Allows every origin, by a star: with cookies no browser takes that."""
    _told(platform, lambda headers: headers.__setitem__("access-control-allow-origin", "*"))


@fault("preflight-not-answered", brings_back=["SES-19"])
def preflight_not_answered(platform: Platform) -> None:
    """Has no answer for a browser that asks first whether a page may send JSON."""
    platform.cors.preflight = lambda request: None


@fault("other-hosts-may-ask-for-logins-alone", brings_back=["SES-19"])
def other_hosts_may_ask_for_logins_alone(platform: Platform) -> None:
    """Lets pages on other hosts ask who is logged in, and nothing else: the page is there, and nothing on it."""
    allowed = platform.cors.allowed
    platform.cors.allowed = lambda request: allowed(request) if request.url.path.startswith("/api/auth/") else None


@fault("pages-may-not-ask-the-api", brings_back=["SES-19"])
def pages_may_not_ask_the_api(platform: Platform) -> None:
    """Has a Content-Security-Policy that lets pages ask where they come from alone."""
    of = platform.headers.of
    platform.headers.of = lambda status: of(status) | {"content-security-policy": POLICY}


@fault("pages-ask-without-cookies", brings_back=["SES-19"])
def pages_ask_without_cookies(platform: Platform) -> None:
    """Has its scripts ask another host as nobody, so that the browser takes no cookie from there."""
    rewrite(platform, "api.js", (INCLUDED, 'credentials: "same-origin"'))


@fault("cookie-for-the-api-alone", brings_back=["SES-19"])
def cookie_for_the_api_alone(platform: Platform) -> None:
    """Gives a cookie for the paths of the API: pages never get it."""
    platform.cookies.path = "/api"


def _answer(served: Served) -> object:
    told = served.headers_for_another_host("GET", "/api/nothing")
    return [told.get("access-control-allow-origin"), told.get(CREDENTIALS)]


def _whether_deals_may_be_read(served: Served) -> object:
    return served.headers_for_another_host("GET", "/api/deals").get("access-control-allow-origin")


def _preflight(served: Served) -> object:
    return served.headers_for_another_host("OPTIONS", "/api/auth/login").get("access-control-allow-methods")


def _policy(served: Served) -> str:
    return served.headers_for_another_host("GET", "/login")["content-security-policy"]


def _cookie(served: Served) -> bool:
    door = {"username": "admin", "password": "password123"}
    return "Path=/api" in str(served.caller().post("/api/auth/login", door).headers["set-cookie"])


other_hosts_may_not_send_cookies.probe = every_host_may_ask.probe = _answer
other_hosts_may_ask_for_logins_alone.probe = _whether_deals_may_be_read
preflight_not_answered.probe = _preflight
pages_may_not_ask_the_api.probe = _policy
pages_ask_without_cookies.probe = says("/", "api.js", "same-origin")
cookie_for_the_api_alone.probe = _cookie
