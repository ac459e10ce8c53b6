"""Portals that are not joined to the sessions, and guards that ask for a login and not for the role."""

# mypy: disable-error-code="method-assign"
from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

from faults import fault
from reference.accounts.sessions import SessionRow
from reference.routing import Guard

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from faults import Served
    from faults.served import Answer, Caller
    from reference.accounts.sessions import Session
    from reference.accounts.users import User
    from reference.assembly import Platform


def _enters(caller: Caller, role: str, portal: str = "") -> Answer:
    """Logs somebody of that role in at a portal, that of the role where none is given."""
    body = {"email": f"{role}@example.invalid", "password": f"{role}-password-1"}
    return caller.post(f"/api/auth/{portal or role}/login", body)


@fault("portal-switch-drops-session", brings_back=["SES-12"])
def portal_switch_drops_session(platform: Platform) -> None:
    """Tidies up after the portal that the browser comes from, the new cookie included."""
    enter = platform.portals.enter

    async def tidied(request: Request, role: str) -> Response:
        answer = await enter(request, role)
        if platform.cookies.sid(request) is not None:
            answer.headers.append("set-cookie", platform.cookies.cleared())
        return answer

    platform.portals.enter = tidied


def _cookies_of_a_switch(served: Served) -> int:
    """How many cookies a login sets where there was one before; a browser heeds the last."""
    caller = served.caller()
    _enters(caller, "creator")
    return len(_enters(caller, "investor").headers.get_all("set-cookie", []))


portal_switch_drops_session.probe = _cookies_of_a_switch


@fault("portal-keeps-the-first-user", brings_back=["SES-12"])
def portal_keeps_the_first_user(platform: Platform) -> None:
    """Lets whoever is logged in already pass every portal, as whoever that is."""
    enter = platform.portals.enter

    async def passed(request: Request, role: str) -> Response:
        sid = platform.cookies.sid(request)
        session = await platform.sessions.find(sid) if sid else None
        user = await platform.users.by_id(session.user_id) if session else None
        return JSONResponse({"user": platform.users.shown(user)}) if user else await enter(request, role)

    platform.portals.enter = passed


def _who_after_a_switch(served: Served) -> str:
    caller = served.caller()
    _enters(caller, "creator")
    _enters(caller, "investor")
    return str(caller.get("/api/auth/me").json()["user"]["username"])


portal_keeps_the_first_user.probe = _who_after_a_switch


@fault("one-session-a-user", brings_back=["SES-12"])
def one_session_a_user(platform: Platform) -> None:
    """Ends the sessions that a user has in other browsers as soon as there is a new one."""
    begin = platform.sessions.begin

    async def alone(user_id: int) -> Session:
        earlier = await platform.database.rows(
            SessionRow, "select sid, sess, expire from session where sess ->> 'userId' = %s", [str(user_id)]
        )
        for row in earlier:
            await platform.sessions.end(row.sid)
        return await begin(user_id)

    platform.sessions.begin = alone


def _status_in_another_browser(served: Served) -> int:
    caller, another = served.caller(), served.caller()
    _enters(another, "creator")
    _enters(caller, "creator")
    return another.get("/api/auth/me").status


one_session_a_user.probe = _status_in_another_browser


@fault("portal-cookie-for-its-own-path", brings_back=["SES-12"])
def portal_cookie_for_its_own_path(platform: Platform) -> None:
    """Sets the cookie of each portal for the paths of that portal alone."""
    enter = platform.portals.enter

    async def confined(request: Request, role: str) -> Response:
        answer = await enter(request, role)
        answer.headers["set-cookie"] = answer.headers["set-cookie"].replace("Path=/;", f"Path=/api/auth/{role};")
        return answer

    platform.portals.enter = confined


def _status_after_a_login(served: Served) -> int:
    caller = served.caller()
    _enters(caller, "creator")
    return caller.get("/api/auth/me").status


portal_cookie_for_its_own_path.probe = _status_after_a_login


@fault("portal-lets-everybody-in", brings_back=["SES-12"])
def portal_lets_everybody_in(platform: Platform) -> None:
    """Finds people by their e-mail, and does not ask which portal is theirs."""

    async def anybody(email: str, role: str) -> User | None:
        return await platform.users.by_email(email)

    platform.portals.known = anybody


def _status_at_another_portal(served: Served) -> int:
    return _enters(served.caller(), "investor", "creator").status


portal_lets_everybody_in.probe = _status_at_another_portal


@fault("portal-asks-no-password", brings_back=["SES-12"])
def portal_asks_no_password(platform: Platform) -> None:
    """Lets in at a portal whoever names somebody of it, whatever the password."""
    verify, known = platform.passwords.verify, platform.portals.known
    named: set[str] = set()

    async def remembered(email: str, role: str) -> User | None:
        user = await known(email, role)
        named.update([user.password_hash] if user else [])
        return user

    async def any_password(password_hash: str, password: str) -> bool:
        return password_hash in named or await verify(password_hash, password)

    platform.portals.known = remembered
    platform.passwords.verify = any_password


def _status_with_a_wrong_password(served: Served) -> int:
    body = {"email": "creator@example.invalid", "password": "not-the-password"}
    return served.caller().post("/api/auth/creator/login", body).status


portal_asks_no_password.probe = _status_with_a_wrong_password


def _guarded_by(platform: Platform, path: str, guard: Guard) -> None:
    platform.routes[:] = [replace(route, guard=guard) if route.path == path else route for route in platform.routes]


@fault("investor-reads-creator", brings_back=["SES-12"])
def investor_reads_creator(platform: Platform) -> None:
    """Guards the creators' dashboard by a login alone."""
    _guarded_by(platform, "/api/dashboard/creator", Guard.SESSION)


def _status_as_investor(served: Served, path: str) -> int:
    caller = served.caller()
    _enters(caller, "investor")
    return caller.get(path).status


investor_reads_creator.probe = lambda served: _status_as_investor(served, "/api/dashboard/creator")


@fault("investor-reads-deals", brings_back=["SES-12"])
def investor_reads_deals(platform: Platform) -> None:
    """Guards the administrator's list of deals by a login alone."""
    _guarded_by(platform, "/api/deals", Guard.SESSION)


investor_reads_deals.probe = lambda served: _status_as_investor(served, "/api/deals")


@fault("investor-opens-the-calendar", brings_back=["SES-12"])
def investor_opens_the_calendar(platform: Platform) -> None:
    """Guards the administrator's calendar by a login alone."""
    _guarded_by(platform, "/calendar", Guard.SESSION)


investor_opens_the_calendar.probe = lambda served: _status_as_investor(served, "/calendar")
