"""A socket that lets anybody in, or says nothing to those who may."""

# mypy: disable-error-code="method-assign"
from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

from starlette.websockets import WebSocket

from faults import fault
from reference.routing import Guard

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import HTTPConnection

    from faults import Served
    from reference.accounts.users import User
    from reference.assembly import Platform

PING = json.dumps({"type": "ping"})
BEAT = 0.3
"""Seconds between two pongs that nobody asked for."""


def heard(served: Served, cookie: str = "", messages: int = 2) -> list[object]:
    """The handshake's status, then what each ping got: the answer, or the code that closed the socket instead."""
    from websockets.exceptions import ConnectionClosed, InvalidStatus
    from websockets.sync.client import connect

    url = f"ws{served.url.removeprefix('http')}/ws"
    seen: list[object] = [101]
    try:
        with connect(url, additional_headers={"Cookie": cookie} if cookie else {}, proxy=None) as socket:
            for _ in range(messages):
                socket.send(PING)
                seen.append(json.loads(socket.recv(timeout=5)))
    except InvalidStatus as refused:
        return [refused.response.status_code]
    except ConnectionClosed as closed:
        return [*seen, closed.rcvd.code if closed.rcvd else None]
    return seen


def session_of(served: Served) -> str:
    """The cookie header of an administrator."""
    return "; ".join(f"{one.name}={one.value}" for one in served.caller("admin").cookies)


def as_anonymous(served: Served) -> list[object]:
    """What somebody without a session hears."""
    return heard(served)


def as_admin(served: Served) -> list[object]:
    """What an administrator hears."""
    return heard(served, session_of(served))


def unguarded(platform: Platform) -> None:
    """Takes the guard from the socket's route."""
    platform.routes[:] = [replace(one, guard=Guard.PUBLIC) if one.socket else one for one in platform.routes]


@fault("anonymous-socket", brings_back=["RT-1", "RT-1 anonymous"])
def anonymous_socket(platform: Platform) -> None:
    """Accepts every socket."""
    unguarded(platform)


anonymous_socket.probe = as_anonymous


@fault("socket-answers-then-closes", brings_back=["RT-1", "RT-1 anonymous"])
def socket_answers_then_closes(platform: Platform) -> None:
    """Looks at the session with the first message, after it has been answered."""
    unguarded(platform)
    talk = platform.sockets.talk

    async def late(socket: WebSocket) -> None:
        if platform.cookies.sid(socket) is not None:
            return await talk(socket)
        await socket.accept()
        await socket.send_json(platform.sockets.answer(await socket.receive_text()))
        return await socket.close(4401)

    platform.sockets.talk = late


socket_answers_then_closes.probe = as_anonymous


def admitting(platform: Platform, sid: Callable[[WebSocket], str | None]) -> None:
    """Lets in to sockets whoever's session `sid` finds."""
    admit = platform.login.admit

    async def admitted(request: HTTPConnection) -> User:
        found = sid(request) if isinstance(request, WebSocket) else None
        session = await platform.sessions.find(found) if found else None
        user = await platform.users.by_id(session.user_id) if session else None
        return user or await admit(request)

    platform.login.admit = admitted


@fault("socket-ignores-the-signature", brings_back=["RT-1"])
def socket_ignores_the_signature(platform: Platform) -> None:
    """Reads the session id out of the cookie at the upgrade and leaves the signature aside."""

    def read(socket: WebSocket) -> str | None:
        sid = unquote(socket.cookies.get(platform.cookies.name, "")).removeprefix("s:").rpartition(".")[0]
        return sid if sid.isprintable() else None

    admitting(platform, read)


socket_ignores_the_signature.probe = lambda served: heard(served, f"{session_of(served).rpartition('.')[0]}.none")


@fault("socket-outlives-the-session", brings_back=["RT-1"])
def socket_outlives_the_session(platform: Platform) -> None:
    """Remembers whom it has let in once, and lets them in for ever."""
    admit, known = platform.login.admit, dict[str, "User"]()

    async def remembered(request: HTTPConnection) -> User:
        sid = platform.cookies.sid(request)
        if not isinstance(request, WebSocket) or sid is None:
            return await admit(request)
        if sid not in known:
            known[sid] = await admit(request)
        return known[sid]

    platform.login.admit = remembered


def _after_logout(served: Served) -> list[object]:
    admin = served.caller("admin")
    cookie = "; ".join(f"{one.name}={one.value}" for one in admin.cookies)
    heard(served, cookie)
    admin.post("/api/auth/logout")
    return heard(served, cookie)


socket_outlives_the_session.probe = _after_logout


@fault("socket-without-pong", brings_back=["RT-1"])
def socket_without_pong(platform: Platform) -> None:
    """Knows no ping, and says so."""
    platform.sockets.answer = lambda text: {"type": "error", "code": "invalid"}


socket_without_pong.probe = as_admin


@fault("socket-ends-after-one-answer", brings_back=["RT-1"])
def socket_ends_after_one_answer(platform: Platform) -> None:
    """Answers one message and lets the socket go, as if it were a request."""

    async def once(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_json(platform.sockets.answer(await socket.receive_text()))
        await socket.close()

    platform.sockets.talk = once


socket_ends_after_one_answer.probe = as_admin


@fault("socket-pongs-unasked", brings_back=["RT-1"])
def socket_pongs_unasked(platform: Platform) -> None:
    """Says pong by the clock, and listens to nothing."""

    async def by_the_clock(socket: WebSocket) -> None:
        await socket.accept()
        while True:
            await asyncio.sleep(BEAT)
            await socket.send_json({"type": "pong", "id": None})

    platform.sockets.talk = by_the_clock


def _unasked(served: Served) -> object:
    from websockets.sync.client import connect

    url = f"ws{served.url.removeprefix('http')}/ws"
    with connect(url, additional_headers={"Cookie": session_of(served)}, proxy=None) as socket, suppress(TimeoutError):
        return json.loads(socket.recv(timeout=10 * BEAT))
    return None


socket_pongs_unasked.probe = _unasked


@fault("socket-outlives-the-expiry", brings_back=["RT-1 expired"])
def socket_outlives_the_expiry(platform: Platform) -> None:
    """Looks the session up at the upgrade and leaves its expiry to ordinary requests."""
    expired = platform.sessions.expired
    upgrading = ContextVar("upgrading", default=False)
    platform.sessions.expired = lambda expires: not upgrading.get() and expired(expires)

    def seen(socket: WebSocket) -> str | None:
        upgrading.set(True)  # for this socket's task alone
        return platform.cookies.sid(socket)

    admitting(platform, seen)


def _after_the_expiry(served: Served) -> list[object]:
    """The logout empties the cache; what is put back into the table ended an hour ago."""
    admin = served.caller("admin")
    cookie = "; ".join(f"{one.name}={one.value}" for one in admin.cookies)
    sid, sess = served.sql("select sid, sess::text from session order by expire desc limit 1")[0]
    admin.post("/api/auth/logout")
    served.sql("insert into session values (%s, %s, now() at time zone 'UTC' - interval '1 hour')", sid, sess)
    return heard(served, cookie)


socket_outlives_the_expiry.probe = _after_the_expiry
