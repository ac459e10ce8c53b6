"""A platform that is in production as it was on a developer's machine, or does not know what stands before it."""

# mypy: disable-error-code="method-assign"
from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from faults import fault
from faults.production import ADMIN, CREATOR, chosen, login
from reference.accounts.cookies import Cookies

if TYPE_CHECKING:
    from starlette.datastructures import MutableHeaders
    from starlette.requests import HTTPConnection, Request
    from starlette.responses import Response

    from faults import Served
    from reference.assembly import Platform

MEMORY = "USE_MEMORY_SESSIONS"


@fault("cookie-without-secure-in-production", brings_back=["SES-9 production"])
def cookie_without_secure_in_production(platform: Platform) -> None:
    """Leaves `secure: false` on in production."""

    class Plain(Cookies):
        secure = False

    platform.cookies = Plain(platform)


@fault("proxy-not-trusted", brings_back=["SES-9 production"])
def proxy_not_trusted(platform: Platform) -> None:
    """Does not believe the proxy that it was told to trust: who comes by https is taken for one without."""
    platform.proxies.trusted = lambda request: False


@fault("every-proxy-trusted", brings_back=["SES-9 production"])
def every_proxy_trusted(platform: Platform) -> None:
    """Believes X-Forwarded-Proto whoever says it."""
    platform.proxies.trusted = lambda request: True


@fault("cookie-domain-ignored", brings_back=["SES-9 production", "SES-19"])
def cookie_domain_ignored(environment: dict[str, str]) -> None:
    """Gives a cookie for the host alone, whatever Domain is configured."""
    environment.pop("COOKIE_DOMAIN", None)


@fault("cookie-domain-of-the-demo", brings_back=["SES-9 production", "SES-19"])
def cookie_domain_of_the_demo(environment: dict[str, str]) -> None:
    """Gives a cookie for the site of the demonstration, wherever it runs."""
    environment["COOKIE_DOMAIN"] = "demo.example.org"


@fault("cookie-override-ignored", brings_back=["SES-9 production"])
def cookie_override_ignored(environment: dict[str, str]) -> None:
    """Decides by the mode alone whether the cookie is Secure."""
    environment.pop("COOKIE_SECURE", None)


@fault("cookie-override-for-staff-alone", brings_back=["SES-9 production"])
def cookie_override_for_staff_alone(platform: Platform) -> None:
    """Decides by the mode alone whether the cookie of whoever comes by a portal is Secure."""
    enter = platform.portals.enter

    async def by_mode(request: Request, role: str) -> Response:
        answer = await enter(request, role)
        if platform.settings.production and "; Secure" not in answer.headers["set-cookie"]:
            answer.headers["set-cookie"] += "; Secure"
        return answer

    platform.portals.enter = by_mode


@fault("portal-cookie-without-secure", brings_back=["SES-9 production"])
def portal_cookie_without_secure(platform: Platform) -> None:
    """Lets the cookie of whoever comes by a portal go over http: its login writes a cookie of its own."""
    enter = platform.portals.enter

    async def plain(request: Request, role: str) -> Response:
        answer = await enter(request, role)
        answer.headers["set-cookie"] = answer.headers["set-cookie"].replace("; Secure", "")
        return answer

    platform.portals.enter = plain


@fault("portal-cookie-without-domain", brings_back=["SES-9 production"])
def portal_cookie_without_domain(platform: Platform) -> None:
    """Gives whoever comes by a portal a cookie for the host alone."""
    enter = platform.portals.enter

    async def of_the_host(request: Request, role: str) -> Response:
        answer = await enter(request, role)
        parts = answer.headers["set-cookie"].split("; ")
        answer.headers["set-cookie"] = "; ".join(part for part in parts if not part.startswith("Domain="))
        return answer

    platform.portals.enter = of_the_host


@fault("renewed-cookie-without-secure", brings_back=["SES-9 production"])
def renewed_cookie_without_secure(platform: Platform) -> None:
    """Gives a cookie for https at login, and one for any line as soon as the session is extended."""
    renew = platform.login.renew

    def plain(request: HTTPConnection, headers: MutableHeaders) -> None:
        renew(request, headers)
        if "set-cookie" in headers and getattr(request.state, "session", None) is not None:
            headers["set-cookie"] = headers["set-cookie"].replace("; Secure", "")

    platform.login.renew = plain


@fault("memory-setting-ignored-in-production", brings_back=["SES-18"])
def memory_setting_ignored_in_production(environment: dict[str, str]) -> None:
    """Starts in production with a setting that it does not follow."""
    if environment.get("APP_ENV") == "production":
        environment.pop(MEMORY, None)


@fault("memory-sessions-in-production", brings_back=["SES-18"])
def memory_sessions_in_production(environment: dict[str, str]) -> None:
    """Goes to production with sessions in memory: whoever asks for that is taken for a developer."""
    if environment.get(MEMORY) == "true":
        environment["APP_ENV"] = "development"


@fault("memory-sessions-by-another-word", brings_back=["SES-18"])
def memory_sessions_by_another_word(environment: dict[str, str]) -> None:
    """Refuses the word true in production, and takes 1, yes and on for the same without a word."""
    if environment.get(MEMORY, "").lower() in {"1", "yes", "on"}:
        environment["APP_ENV"] = "development"


@fault("any-memory-setting-is-true", brings_back=["SES-18"])
def any_memory_setting_is_true(environment: dict[str, str]) -> None:
    """Keeps sessions in memory as soon as the setting holds anything, be it the word false."""
    if environment.get(MEMORY):
        environment[MEMORY] = "true"


@fault("memory-sessions-by-default", brings_back=["SES-18"])
def memory_sessions_by_default(environment: dict[str, str]) -> None:
    """Keeps sessions in memory on a developer's machine, unless it is told not to."""
    if environment.get("APP_ENV") != "production":
        environment.setdefault(MEMORY, "true")


@fault("memory-setting-refused-without-its-name", brings_back=["SES-18"])
def memory_setting_refused_without_its_name(environment: dict[str, str]) -> None:
    """Refuses to start in production with sessions in memory, and does not say which setting is wrong."""
    if environment.get("APP_ENV") == "production" and environment.get(MEMORY) == "true":
        sys.stderr.write("reference: the configuration is not fit for production\n")
        raise SystemExit(78)


def _of_the_admin(served: Served) -> object:
    return login(served, ADMIN)


def _of_a_creator(served: Served) -> object:
    return login(served, CREATOR)


def _of_a_stranger(served: Served) -> object:
    return login(served, ADMIN, by="127.0.0.2")


def _by_override(served: Served) -> object:
    return login(served, ADMIN, COOKIE_SECURE="never")


def _of_a_creator_by_override(served: Served) -> object:
    return login(served, CREATOR, COOKIE_SECURE="never")


def _by_mode(served: Served) -> object:
    """Where sessions are kept, by mode and setting."""
    return [
        chosen(served, APP_ENV=mode, **said)
        for mode in ("development", "production")
        for said in ({}, {MEMORY: "false"}, {MEMORY: "true"}, {MEMORY: "1"})
    ]


for _seen_by, _faults in {
    _of_the_admin: (
        cookie_without_secure_in_production, proxy_not_trusted, cookie_domain_ignored, cookie_domain_of_the_demo,
        renewed_cookie_without_secure,
    ),
    _of_a_creator_by_override: (cookie_override_for_staff_alone,),
    _of_a_creator: (portal_cookie_without_secure, portal_cookie_without_domain),
    _of_a_stranger: (every_proxy_trusted,),
    _by_override: (cookie_override_ignored,),
    _by_mode: (
        memory_setting_ignored_in_production, memory_sessions_in_production, any_memory_setting_is_true,
        memory_sessions_by_default, memory_setting_refused_without_its_name, memory_sessions_by_another_word,
    ),
}.items():  # fmt: skip
    for _fault in _faults:
        _fault.probe = _seen_by
