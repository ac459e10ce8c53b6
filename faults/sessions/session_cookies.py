"""Session cookies that scripts can read, that other sites can send, or whose id was known before."""

# mypy: disable-error-code="method-assign"
from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from faults import fault
from reference.accounts.sessions import Session

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from faults import Served
    from reference.accounts.users import User
    from reference.assembly import Platform

A_YEAR = 31_536_000


@fault("cookie-without-httponly", brings_back=["SES-9"])
def cookie_without_httponly(platform: Platform) -> None:
    """Lets scripts read the session cookie."""
    platform.cookies.http_only = False


@fault("cookie-for-every-site", brings_back=["SES-9"])
def cookie_for_every_site(platform: Platform) -> None:
    """Has the session cookie sent along whoever asks."""
    platform.cookies.same_site = "None"


@fault("cookie-for-a-year", brings_back=["SES-9"])
def cookie_for_a_year(environment: dict[str, str]) -> None:
    """Lets sessions live for a year."""
    environment["SESSION_TTL"] = str(A_YEAR)


@fault("portal-cookie-without-httponly", brings_back=["SES-9 logins"])
def portal_cookie_without_httponly(platform: Platform) -> None:
    """Lets scripts read the session cookie of whoever comes by a portal: its login writes a cookie of its own."""
    enter = platform.portals.enter

    async def readable(request: Request, role: str) -> Response:
        answer = await enter(request, role)
        answer.headers["set-cookie"] = answer.headers["set-cookie"].replace("; HttpOnly", "")
        return answer

    platform.portals.enter = readable


@fault("session-found-is-logged-in-too", brings_back=["SES-11"])
def session_found_is_logged_in_too(platform: Platform) -> None:
    """Gives a new session id, and logs in the session that came with the login as well."""
    enter = platform.login.enter

    async def both(request: Request, user: User | None, password: str) -> Response:
        earlier, answer = platform.cookies.sid(request), await enter(request, user, password)
        if earlier is not None and user is not None:
            again = Session(earlier, user.id, platform.clock.now() + timedelta(hours=1))
            await platform.session_store.write(again)
            await platform.session_cache.put(again)
        return answer

    platform.login.enter = both


@fault("session-id-kept", brings_back=["SES-11"])
def session_id_kept(platform: Platform) -> None:
    """Goes on with the session id that came with the login."""
    enter = platform.login.enter

    async def kept(request: Request, user: User | None, password: str) -> Response:
        answer, earlier = await enter(request, user, password), platform.cookies.sid(request)
        if earlier is not None and user is not None:
            ends = platform.clock.now() + timedelta(seconds=platform.settings.session_ttl)
            await platform.session_store.write(Session(earlier, user.id, ends))
            answer.headers["set-cookie"] = platform.cookies.issued(earlier)
        return answer

    platform.login.enter = kept


def _cookie_of_a_login(served: Served) -> object:
    """The attributes of the session cookie."""
    given = served.caller().post("/api/auth/login", {"username": "admin", "password": "password123"}).headers
    return [part.strip() for part in given["Set-Cookie"].split(";")[1:]]


def _cookie_of_a_portal(served: Served) -> object:
    """The same of a creator's."""
    creator = {"email": "creator@example.invalid", "password": "creator-password-1"}
    given = served.caller().post("/api/auth/creator/login", creator).headers
    return [part.strip() for part in given["Set-Cookie"].split(";")[1:]]


def _status_of_the_earlier_id(served: Served) -> int:
    admin = served.caller("admin")
    earlier = "; ".join(f"{one.name}={one.value}" for one in admin.cookies)
    admin.post("/api/auth/login", {"username": "admin", "password": "password123"})
    return served.get("/api/auth/me", Cookie=earlier).status


def _id_changes(served: Served) -> object:
    admin = served.caller("admin")
    first = [cookie.value for cookie in admin.cookies]
    admin.post("/api/auth/login", {"username": "admin", "password": "password123"})
    return bool(first != [cookie.value for cookie in admin.cookies])


cookie_without_httponly.probe = _cookie_of_a_login
cookie_for_every_site.probe = _cookie_of_a_login
cookie_for_a_year.probe = _cookie_of_a_login
portal_cookie_without_httponly.probe = _cookie_of_a_portal
session_found_is_logged_in_too.probe = _status_of_the_earlier_id
session_id_kept.probe = _id_changes
