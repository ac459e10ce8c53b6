"""What the checks of the smoke that share a platform do, over raw sockets, one after the other; for the floors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench import asked
from bench.wire.web import UPGRADED, Http, WebSocket

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.wire.stores import Postgres

OK, DONE, NO_LOGIN, CLOSED, MISSING = 200, 204, 401, 403, 404
TO_LOGIN = (302, 303, 307)
"""How a page sends its reader to the login."""


def ask_all(port: int, database: Postgres, logged_in: Callable[[str], None]) -> None:
    """All of it; `logged_in` is told the administrator's cookie as soon as there is one."""
    admin = entered(port)
    logged_in(admin.cookie)
    for statement in ("SELECT 1", asked.CONNECTIONS, *asked.SCHEMA, asked.LAST_QUERY, asked.LAST_QUERY):
        if not database.ask(statement):
            raise RuntimeError(f"nothing came of {statement}")
    visitor = Http(port)
    for _ in range(5):
        expect(visitor.get(asked.HEALTH), OK)
    _read(admin)
    _turn_away(port, admin.cookie)
    expect(admin.get("/api/auth/me"), OK)
    _log_in(port)
    _log_out(port)
    _change_portals(port)
    _talk(port, admin.cookie)
    _listen(port, admin.cookie)


def entered(port: int) -> Http:
    """The administrator, logged in."""
    admin = Http(port)
    expect(admin.post("/api/auth/login", asked.ADMIN), OK)
    expect(admin.get("/api/auth/me"), OK)
    return admin


def turned_away(visitor: Http, cookie: str | None, *paths: str) -> None:
    """RuntimeError where one of the paths lets the cookie in."""
    for path in paths:
        expect(visitor.get(path, cookie), NO_LOGIN, *TO_LOGIN)


def expect(answer: tuple[int, bytes], *statuses: int) -> None:
    """RuntimeError unless the answer has one of the statuses."""
    if answer[0] not in statuses:
        raise RuntimeError(f"{answer[0]} where {statuses} was meant: {answer[1][:200]!r}")


def _read(admin: Http) -> None:
    for path in ("/api/closing-schedules", "/api/pitches/featured", "/api/pitches/featured"):
        expect(admin.get(path), OK)
    for path in (*asked.EVERYBODYS, *asked.ADMINS, *asked.PAGES, *asked.PUBLIC):
        expect(admin.get(path), OK)
    for path in asked.closed_to("admin"):
        expect(admin.get(path), CLOSED)


def _turn_away(port: int, live: str) -> None:
    """Everything that a caller without a session asks."""
    visitor = Http(port)
    for cookie in ("", asked.FOREIGN):
        turned_away(visitor, cookie, *asked.GUARDED)
    for path in asked.WITHOUT_SESSION:
        expect(visitor.get(path, accept="text/html"), OK, MISSING)
    for path in asked.WHO_AM_I:
        for cookie in asked.STRANGE:
            expect(visitor.get(path, cookie), NO_LOGIN)
    entered(port)  # whose signature is one of those that are tried
    for number in range(asked.FORGERIES):
        expect(visitor.get("/api/auth/me", live[: -1 - number]), NO_LOGIN)


def _log_in(port: int) -> None:
    """A login that is right, and three that are not."""
    expect(entered(port).get("/api/auth/me"), OK)
    visitor = Http(port)
    for wrong in asked.WRONG:
        expect(visitor.post("/api/auth/login", wrong), NO_LOGIN)
    expect(visitor.get("/api/auth/me"), NO_LOGIN)


def _log_out(port: int) -> None:
    """A logout after which the old cookie opens nothing, and one that is tried thrice."""
    browser, another, visitor = entered(port), entered(port), Http(port)
    copied = browser.cookie
    expect(visitor.get("/api/auth/me", copied), OK)
    expect(browser.post("/api/auth/logout", {}), DONE)
    expect(browser.get("/api/auth/me"), NO_LOGIN)
    turned_away(visitor, copied, *asked.GUARDED)
    expect(another.get("/api/auth/me"), OK)
    twice = entered(port)
    for _ in range(3):
        expect(twice.post("/api/auth/logout", {}), DONE)
    expect(visitor.get("/api/auth/me", copied), NO_LOGIN)


def _change_portals(port: int) -> None:
    """Each portal lets its own people in and no others; whoever goes from one to the next stays logged in."""
    for portal in asked.PORTALS:
        visitor = Http(port)
        _enter(visitor, portal)
        for other in asked.PORTALS:
            if other != portal:
                expect(visitor.post(f"/api/auth/{portal}/login", asked.PEOPLE[other]), NO_LOGIN)
    elsewhere, wanderer = Http(port), Http(port)
    _enter(elsewhere, "creator")
    for portal in (*asked.PORTALS, *asked.PORTALS[-2::-1]):
        _enter(wanderer, portal)
    expect(elsewhere.get("/api/auth/me"), OK)
    for role in (*asked.PORTALS, "admin"):
        visitor = entered(port) if role == "admin" else Http(port)
        if role != "admin":
            expect(visitor.post(f"/api/auth/{role}/login", asked.PEOPLE[role]), OK)
        for path in asked.closed_to(role):
            expect(visitor.get(path), CLOSED)
        expect(visitor.get("/api/auth/me"), OK)


def _enter(visitor: Http, portal: str) -> None:
    for answer in (
        visitor.post(f"/api/auth/{portal}/login", asked.PEOPLE[portal]),
        visitor.get("/api/auth/me"),
        visitor.get(f"/api/dashboard/{portal}"),
    ):
        expect(answer, OK)


def _talk(port: int, cookie: str) -> None:
    """Sockets that are refused, one of a session that then ends, and one that answers two pings and lives."""
    entered(port)  # whose signature is one of those that are tried
    for refused in (*asked.STRANGE, *(cookie[: -1 - number] for number in range(asked.FORGERIES))):
        if WebSocket(port, asked.SOCKET, refused).status == UPGRADED:
            raise RuntimeError(f"a socket opened with {refused!r}")
    leaving = entered(port)
    ended = leaving.cookie
    before = WebSocket(port, asked.SOCKET, ended)
    expect(leaving.post("/api/auth/logout", {}), DONE)
    after = WebSocket(port, asked.SOCKET, ended)
    if (before.status == UPGRADED, after.status == UPGRADED) != (True, False):
        raise RuntimeError(f"a session that ended: {before.status}, {after.status}")
    talk = WebSocket(port, asked.SOCKET, cookie)
    for number in (1, 2, 3):
        if talk.ask({"type": "ping", "id": number}) != {"type": "pong", "id": number}:
            raise RuntimeError("no pong")
    for each in (before, talk):
        each.close()


def _listen(port: int, cookie: str) -> None:
    """Two streams and the first bytes of one; nobody else's."""
    turned_away(Http(port), "", asked.STREAM)
    turned_away(Http(port), asked.FOREIGN, asked.STREAM)
    for _ in range(2):
        stream = Http(port, cookie)
        status, first = stream.stream(asked.STREAM)
        expect((status, first), OK)
        if not first:
            raise RuntimeError("nothing came on the stream")
        stream.close()
    expect(Http(port, cookie).get("/api/auth/me"), OK)
