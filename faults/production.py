"""The platform in production mode, in this process: what it answers behind a proxy, and whether it starts at all."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from faults.breaking import break_
from reference.assembly import assemble
from reference.front import Front
from reference.settings import Settings, SettingsProblem

if TYPE_CHECKING:
    from starlette.types import Message, Scope

    from faults.served import Served
    from reference.assembly import Platform

PROXY = "127.0.0.1"
BEHIND_PROXY = {"APP_ENV": "production", "TRUSTED_PROXIES": PROXY, "COOKIE_DOMAIN": "example.invalid"}

ADMIN = ("/api/auth/login", {"username": "admin", "password": "password123"})
CREATOR = ("/api/auth/creator/login", {"email": "creator@example.invalid", "password": "creator-password-1"})


def assembled(served: Served, **settings: str) -> Platform:
    """The platform with these settings, and the fault where it is to have it; SettingsProblem where they are wrong."""
    environment = served._environment() | settings
    fault = served._present
    if fault is not None and fault.parts == {"environment"}:
        fault.act(environment=environment)
    platform = assemble(Settings.read(environment))
    if fault is not None:
        break_(fault, platform, environment, starts=False)
    return platform


def chosen(served: Served, **settings: str) -> str:
    """Where a platform with these settings keeps sessions, or why it does not start."""
    try:
        return assembled(served, **settings).session_store.name
    except (SettingsProblem, SystemExit) as problem:
        return str(problem)


def login(served: Served, door: tuple[str, dict[str, str]] = ADMIN, by: str = PROXY, **settings: str) -> list[object]:
    """Status and cookie of a login there, and the cookie of a renewal, behind a proxy at `by` that has TLS."""
    platform = assembled(served, **(BEHIND_PROXY | settings))
    return asyncio.run(_logged_in(platform, door, by))


async def _logged_in(platform: Platform, door: tuple[str, dict[str, str]], by: str) -> list[object]:
    await platform.database.open(await platform.database.connect())
    try:
        status, given = await _asked(platform, "POST", door[0], json.dumps(door[1]), by)
        platform.sessions.due = lambda session: True  # type: ignore[method-assign]  # so that it is renewed
        _, renewed = await _asked(platform, "GET", "/api/auth/me", "", by, given.partition(";")[0])
    finally:
        await platform.database.close()
    return [status, *(sorted(set(cookie.split("; ")[1:])) for cookie in (given, renewed))]


async def _asked(
    platform: Platform, method: str, path: str, body: str, by: str, cookie: str = ""
) -> tuple[int, str]:  # fmt: skip
    """Status and `Set-Cookie` of an answer."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body.encode(), "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = {"content-type": "application/json", "x-forwarded-proto": "https", "cookie": cookie}
    scope: Scope = {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": b"",
        "root_path": "", "scheme": "http", "http_version": "1.1", "server": ("127.0.0.1", 80), "client": (by, 1),
        "headers": [(name.encode(), text.encode()) for name, text in headers.items() if text],
    }  # fmt: skip
    await Front(platform)(scope, receive, send)
    given = {name.decode(): text.decode() for name, text in sent[0]["headers"]}
    return sent[0]["status"], given.get("set-cookie", "")
