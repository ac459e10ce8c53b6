"""Asks a platform that is not served, for what shows only under settings that the served one lacks."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from typing import TYPE_CHECKING

import reference.server
import reference.starting
from faults.breaking import break_
from reference.assembly import assemble
from reference.errors import Unavailable
from reference.front import Front
from reference.settings import Settings

if TYPE_CHECKING:
    from starlette.types import Message, Scope

    from faults.registry import Fault
    from reference.assembly import Platform


HALF_A_SECOND = 0.5
LATE = 2.0
"""Seconds; a platform that leaves Redis alone takes a third of one."""


def headers_of(
    fault: Fault | None, path: str, environment: dict[str, str], method: str = "GET", origin: str = ""
) -> dict[str, str]:
    """The headers of an answer at `path`, which must need no database, by their names in small letters.

    `origin` is that of the page that asks, where one does.
    """
    platform = assemble(Settings.read(environment))
    if fault is not None:
        break_(fault, platform, environment, starts=False)
    return asyncio.run(_asked(Front(platform), path, method, origin))


def start_in_vain(fault: Fault | None, environment: dict[str, str]) -> tuple[str, int]:
    """What a platform that is starting says of a database that refuses, and how often it has waited for it."""
    platform = assemble(Settings.read(environment))
    if fault is not None:
        break_(fault, platform, environment, starts=False)
    waits: list[str] = []
    platform.log.info = lambda message, **_: waits.append(message)  # type: ignore[method-assign]
    reach = reference.server.reach  # type: ignore[attr-defined]  # as the server itself has it
    try:
        asyncio.run(reach(platform, HALF_A_SECOND))
    except reference.starting.CannotReach as error:
        return str(error), len(waits)
    return "it went on", len(waits)


def copy_in_vain(fault: Fault | None, environment: dict[str, str]) -> str:
    """What comes of asking a Redis that is not there for a copy."""
    platform = assemble(Settings.read(environment))
    if fault is not None:
        break_(fault, platform, environment, starts=False)
    try:
        return str(asyncio.run(platform.cache.get("sess:of-nobody")))
    except Unavailable as error:
        return error.code


def without_redis(fault: Fault | None, environment: dict[str, str]) -> list[str]:
    """Asks, in a forked process, for a copy and for Redis' health, of a Redis that accepts and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        platform = assemble(Settings.read(environment | {"REDIS_URL": url}))
        if fault is not None:
            break_(fault, platform, environment, starts=False)
        child = os.fork()
        if child == 0:
            os._exit(asyncio.run(_outcome(platform)))
        return [WITHOUT[os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])]]


def numbers_in_vain(fault: Fault | None, environment: dict[str, str]) -> str:
    """How soon the kept numbers are given up by a platform whose Redis accepts and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        platform = assemble(Settings.read(environment | {"REDIS_URL": url}))
        if fault is not None:
            break_(fault, platform, environment, starts=False)
        begun = time.monotonic()
        try:
            found = asyncio.run(platform.analytics.kept())
        except Unavailable as error:
            return error.code
        return "made up" if found else "late" if time.monotonic() - begun > LATE else "soon"


WITHOUT = {
    10: "soon, and health says so",
    11: "late, and health says so",
    12: "soon, and health says nothing",
    1: "ended",
}


async def _outcome(platform: Platform) -> int:
    begun = time.monotonic()
    await platform.cache.get("sess:of-nobody")
    late = time.monotonic() - begun > 1
    return 12 if await platform.health.cache_up() else 11 if late else 10


def login_in_vain(fault: Fault | None, environment: dict[str, str]) -> bool:
    """Whether a session is known that began while Redis was not there."""
    platform = assemble(Settings.read(environment))
    if fault is not None:
        break_(fault, platform, environment, starts=False)

    async def known() -> bool:
        await platform.database.open(await platform.database.connect())
        try:
            session = await platform.sessions.begin(1)
            return await platform.sessions.find(session.sid) is not None
        finally:
            await platform.database.close()

    return asyncio.run(known())


async def _asked(front: Front, path: str, method: str, origin: str) -> dict[str, str]:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": b"",
        "root_path": "", "scheme": "http", "http_version": "1.1", "server": ("127.0.0.1", 80),
        "headers": [(b"origin", origin.encode()), (b"access-control-request-method", b"POST")] if origin else [],
    }  # fmt: skip
    await front(scope, receive, send)
    return {name.decode(): value.decode() for name, value in sent[0]["headers"]}
