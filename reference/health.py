"""Health: each answer comes from asking, never from remembering."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reference.clock import iso
from reference.errors import Unavailable

if TYPE_CHECKING:
    from reference.assembly import Platform


@dataclass(frozen=True, slots=True)
class Installation:
    """The row that tells one installation from another."""

    id: str


class Health:
    """Tells how the process and what it depends on are."""

    def __init__(self, platform: "Platform") -> None:
        self._platform = platform

    async def migrations(self) -> str:
        """Return `current` or `pending`; asks the database, raises Unavailable when it is away."""
        async with self._platform.database.connection() as connection:
            return "pending" if await self._platform.migrations.pending(connection) else "current"

    async def installation(self) -> str | None:
        """Return the id that the database was given when it was migrated; None before, Unavailable when it is away."""
        try:
            row = await self._platform.database.row(Installation, "select id::text as id from installation")
        except psycopg.errors.UndefinedTable:
            return None
        return row.id if row else None

    async def report(self) -> tuple[int, dict[str, object]]:
        """Return status and body of the system's health."""
        try:
            migrations, installation = await self.migrations(), await self.installation()
        except Unavailable:
            return 503, {"status": "error", "databaseConnected": False}
        return 200, {
            "status": "ok",
            "databaseConnected": True,
            "storage": self._platform.session_store.storage,
            "timestamp": iso(self._platform.clock.now()),
            "release": self._platform.settings.release,
            "migrations": migrations,
            "installation": installation,
        }

    async def database_up(self) -> bool:
        """Return whether the database answers right now."""
        try:
            await self._platform.database.run("select 1")
        except Unavailable:
            return False
        return True

    async def cache_up(self) -> bool:
        """Return whether Redis answers right now."""
        return await self._platform.cache.ping()

    async def alive(self, _request: Request) -> Response:
        """Answer that this process runs; asks nobody."""
        return JSONResponse({"status": "ok"})

    async def system(self, _request: Request) -> Response:
        """Answer the health of the whole: 200, or 503 without the database."""
        status, body = await self.report()
        return JSONResponse(body, status)

    async def database(self, _request: Request) -> Response:
        """Answer whether the database is there, and how fast it said so."""
        begun = time.perf_counter()
        return _told(begun, up=await self.database_up())

    async def cache(self, _request: Request) -> Response:
        """Answer whether Redis is there, and how fast it said so."""
        begun = time.perf_counter()
        return _told(begun, up=await self.cache_up())


def _told(begun: float, *, up: bool) -> Response:
    if not up:
        return JSONResponse({"status": "error"}, 503)
    return JSONResponse({"status": "ok", "latencyMs": round((time.perf_counter() - begun) * 1000, 2)})
