"""Asks a platform that is not served, for what shows only under settings that the served one lacks."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from faults.breaking import break_
from reference.assembly import assemble
from reference.front import Front
from reference.settings import Settings

if TYPE_CHECKING:
    from starlette.types import Message, Scope

    from faults.registry import Fault


def headers_of(fault: Fault | None, path: str, environment: dict[str, str]) -> dict[str, str]:
    """The headers of a GET of `path`, which must need no database, by their names in small letters."""
    platform = assemble(Settings.read(environment))
    if fault is not None:
        break_(fault, platform, environment, starts=False)
    return asyncio.run(_asked(Front(platform), path))


async def _asked(front: Front, path: str) -> dict[str, str]:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"",
        "root_path": "", "scheme": "http", "http_version": "1.1", "headers": [], "server": ("127.0.0.1", 80),
    }  # fmt: skip
    await front(scope, receive, send)
    return {name.decode(): value.decode() for name, value in sent[0]["headers"]}
