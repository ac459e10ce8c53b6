"""Sessions that are not extended, in one of their places or at all, or at each request."""

# mypy: disable-error-code="method-assign"
from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from faults import fault

if TYPE_CHECKING:
    from starlette.datastructures import MutableHeaders
    from starlette.requests import HTTPConnection

    from faults import Served
    from faults.served import Caller
    from reference.accounts.sessions import Session
    from reference.accounts.users import User
    from reference.assembly import Platform

THREE_DAYS = 259_200


@fault("sessions-extended-at-each-request", brings_back=["SES-10"])
def sessions_extended_at_each_request(platform: Platform) -> None:
    """Gives a session its whole life again, and writes it, at every request."""
    platform.sessions.due = lambda session: True


@fault("last-request-noted-in-the-session", brings_back=["SES-10"])
def last_request_noted_in_the_session(platform: Platform) -> None:
    """Writes a session again at every request, with the same end."""
    find = platform.sessions.find

    async def noted(sid: str) -> Session | None:
        session = await find(sid)
        if session is not None:
            await platform.session_store.write(session)
        return session

    platform.sessions.find = noted


@fault("renewal-leaves-the-copy", brings_back=["SES-10"])
def renewal_leaves_the_copy(platform: Platform) -> None:
    """Extends a session in Postgres; a copy that is there already keeps its end."""
    put = platform.session_cache.put

    async def unless_there(session: Session) -> None:
        if await platform.session_cache.get(session.sid) is None:
            await put(session)

    platform.session_cache.put = unless_there


@fault("renewal-leaves-the-copys-key", brings_back=["SES-10"])
def renewal_leaves_the_copys_key(platform: Platform) -> None:
    """Writes the new end into the copy, whose key ends when it would have ended before."""
    put = platform.cache.put

    async def with_its_life(key: str, value: str, seconds: int) -> bool:
        left = await platform.cache._connected().ttl(key)
        return await put(key, value, left if left > 0 else seconds)

    platform.cache.put = with_its_life


@fault("renewal-in-the-copy-alone", brings_back=["SES-10"])
def renewal_in_the_copy_alone(platform: Platform) -> None:
    """Extends the copy in Redis; in Postgres the session ends as before."""

    async def in_the_copy(session: Session) -> Session:
        expires = platform.clock.now() + platform.sessions.life
        extended = replace(session, expires=expires, extended=True)
        await platform.session_cache.put(extended)
        return extended

    async def left(sid: str) -> None:
        return None

    platform.sessions.extended, platform.sessions.copy = in_the_copy, left


@fault("sessions-never-extended", brings_back=["SES-10"])
def sessions_never_extended(platform: Platform) -> None:
    """Ends every session a week after its login, whoever uses it."""
    platform.sessions.due = lambda session: False


@fault("sessions-extended-once", brings_back=["SES-10"])
def sessions_extended_once(platform: Platform) -> None:
    """Extends each session once: who comes every day is logged out after eight days."""
    extended, once = platform.sessions.extended, set[str]()

    async def first(session: Session) -> Session:
        if session.sid in once:
            return session
        once.add(session.sid)
        return await extended(session)

    platform.sessions.extended = first


@fault("one-route-alone-extends", brings_back=["SES-10"])
def one_route_alone_extends(platform: Platform) -> None:
    """Extends a session where it is asked who that is; who works elsewhere for a week is logged out."""
    admit, find = platform.login.admit, platform.sessions.find

    async def by_route(request: HTTPConnection) -> User:
        platform.sessions.find = find if request.url.path == "/api/auth/me" else platform.sessions.seen
        return await admit(request)

    platform.login.admit = by_route


@fault("sessions-extended-after-three-days", brings_back=["SES-10"])
def sessions_extended_after_three_days(environment: dict[str, str]) -> None:
    """Waits for three days before a session is extended: who stays away for a weekend has less of it left."""
    environment["SESSION_UPDATE_AGE"] = str(THREE_DAYS)


@fault("ended-sessions-come-back", brings_back=["SES-10"])
def ended_sessions_come_back(platform: Platform) -> None:
    """Turns away who comes after the end, and extends the session for it, so that the next request is let in."""
    find = platform.sessions.find

    async def extended_anyway(sid: str) -> Session | None:
        session = await find(sid)
        ended = await platform.session_store.read(sid) if session is None else None
        if ended is not None:
            await platform.sessions.extended(ended)
        return session

    platform.sessions.find = extended_anyway


@fault("renewal-without-a-cookie", brings_back=["SES-9 renewal"])
def renewal_without_a_cookie(platform: Platform) -> None:
    """Extends a session and leaves the browser its old cookie, which ends a week after the login."""
    platform.login.renew = lambda request, headers: None


@fault("pages-renew-without-a-cookie", brings_back=["SES-9 renewal"])
def pages_renew_without_a_cookie(platform: Platform) -> None:
    """Extends a session whatever is asked, and gives the cookie anew with what scripts ask alone."""
    renew = platform.login.renew

    def of_scripts(request: HTTPConnection, headers: MutableHeaders) -> None:
        if request.url.path.startswith("/api/"):
            renew(request, headers)

    platform.login.renew = of_scripts


def _renewed(platform: Platform, old: str, new: str) -> None:
    """Changes a part of the cookies that come with renewals."""
    renew = platform.login.renew

    def otherwise(request: HTTPConnection, headers: MutableHeaders) -> None:
        before = headers.getlist("set-cookie")
        renew(request, headers)
        if headers.getlist("set-cookie") != before:
            headers["set-cookie"] = headers["set-cookie"].replace(old, new)

    platform.login.renew = otherwise


@fault("renewed-cookie-without-httponly", brings_back=["SES-9 renewal"])
def renewed_cookie_without_httponly(platform: Platform) -> None:
    """Lets scripts read the session cookie from its first renewal on."""
    _renewed(platform, "; HttpOnly", "")


@fault("renewed-cookie-ends-with-the-browser", brings_back=["SES-9 renewal"])
def renewed_cookie_ends_with_the_browser(platform: Platform) -> None:
    """Leaves the life out of the cookie of a renewal."""
    _renewed(platform, f"; Max-Age={platform.settings.session_ttl}", "")


def _older(served: Served, hours: int) -> Caller:
    """Somebody whose session, row and copy, was extended so many hours ago."""
    import redis

    admin, by = served.caller("admin"), timedelta(hours=hours)
    served.sql("update session set expire = expire - %s", by)
    with redis.Redis.from_url(served.redis_url) as client:
        for key in client.keys("sess:*"):
            [[expire]] = served.sql("select expire from session where %s = 'sess:' || sid", key.decode())
            kept = json.loads(client.get(key))
            kept["cookie"]["expires"] = f"{expire.isoformat()}Z"
            client.set(key, json.dumps(kept), keepttl=True)
            client.expire(key, client.ttl(key) - hours * 3600)
    return admin


def _hours_left(served: Served, hours: int) -> list[object]:
    """Of a session that was extended so long ago and then used: by its row, its copy, the copy's key."""
    import redis

    _older(served, hours).get("/api/auth/me")
    row = served.sql(
        "select round(extract(epoch from max(expire) - now() at time zone 'UTC') / 3600)::int from session"
    )
    now = "now() at time zone 'UTC'"
    with redis.Redis.from_url(served.redis_url) as client:
        keys = client.keys("sess:*")
        copies = [json.loads(client.get(key))["cookie"]["expires"] for key in keys]
        lives = [round(client.ttl(key) / 3600) for key in keys]
    end = max(copies, default="")
    copy = served.sql(f"select round(extract(epoch from %s::timestamp - {now}) / 3600)::int", end[:-1])
    return [row[0][0], copy[0][0], max(lives, default=0)]


def _a_day_later(served: Served) -> object:
    return _hours_left(served, 25)


def _an_hour_later(served: Served) -> object:
    return _hours_left(served, 1)


def _a_day_and_a_day_later(served: Served) -> object:
    """Hours left to a session that was used after a day, and after another."""
    admin, left = _older(served, 25), []
    for _ in range(2):
        admin.get("/api/auth/me")
        left += served.sql(
            "select round(extract(epoch from max(expire) - now() at time zone 'UTC') / 3600)::int from session"
        )
        served.sql("update session set expire = expire - interval '25 hours'")
        served.forget_copies()
    return left


def _row_after_a_request(served: Served) -> object:
    """Whether a request has left the row as it was."""
    admin = served.caller("admin")
    before = served.sql("select ctid::text, xmin::text from session order by 1")
    admin.get("/api/auth/me")
    return bool(before == served.sql("select ctid::text, xmin::text from session order by 1"))


def _status_after_the_end(served: Served) -> object:
    admin = _older(served, 200)
    served.forget_copies()
    return [admin.get("/api/auth/me").status for _ in range(2)]


def _after_another_route(served: Served) -> bool:
    """Whether a session of yesterday is extended where the deals are asked for."""
    return "Set-Cookie" in _older(served, 25).get("/api/deals").headers


def _cookie_of_a_page(served: Served) -> bool:
    return "Set-Cookie" in _older(served, 25).get("/").headers


def _cookie_of_a_renewal(served: Served) -> object:
    given = _older(served, 25).get("/api/auth/me").headers["Set-Cookie"] or ""
    return [part.strip() for part in given.split(";")[1:]]


sessions_extended_at_each_request.probe = _an_hour_later
last_request_noted_in_the_session.probe = _row_after_a_request
renewal_leaves_the_copy.probe = _a_day_later
renewal_leaves_the_copys_key.probe = _a_day_later
renewal_in_the_copy_alone.probe = _a_day_later
sessions_never_extended.probe = _a_day_later
sessions_extended_once.probe = _a_day_and_a_day_later
one_route_alone_extends.probe = _after_another_route
sessions_extended_after_three_days.probe = _a_day_later
ended_sessions_come_back.probe = _status_after_the_end
renewal_without_a_cookie.probe = _cookie_of_a_renewal
pages_renew_without_a_cookie.probe = _cookie_of_a_page
renewed_cookie_without_httponly.probe = _cookie_of_a_renewal
renewed_cookie_ends_with_the_browser.probe = _cookie_of_a_renewal
