"""The migrations: plain SQL files, applied once each and in order."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from reference.database import Connection

if TYPE_CHECKING:
    from reference.assembly import Platform

FOLDER = Path(__file__).parent / "migrations"
LOCK = 7_311_902_455
"""Advisory lock that lets one process migrate while another, started beside it, waits."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: its name orders it, its text runs in one transaction."""

    name: str
    sql: str


class Migrations:
    """Knows which migrations there are, which the database has, and applies the rest."""

    def __init__(self, platform: "Platform") -> None:
        self._platform = platform

    def files(self) -> list[Migration]:
        """Return all migrations in order."""
        return [Migration(path.stem, path.read_text("utf-8")) for path in sorted(FOLDER.glob("[0-9]*_*.sql"))]

    async def applied(self, connection: Connection) -> set[str]:
        """Return the names of the migrations that the database has; none if it is empty."""
        try:
            cursor = await connection.execute("select name from schema_migrations")
        except psycopg.errors.UndefinedTable:
            return set()
        return {name for (name,) in await cursor.fetchall()}

    async def pending(self, connection: Connection) -> list[str]:
        """Return the names of the migrations that are still to be applied."""
        applied = await self.applied(connection)
        return [migration.name for migration in self.files() if migration.name not in applied]

    async def apply(self, connection: Connection) -> list[str]:
        """Apply what is pending, each file in a transaction of its own; return the names."""
        await connection.execute("select pg_advisory_lock(%s)", [LOCK])
        try:
            await self._prepare(connection)
            applied = await self.applied(connection)
            todo = [migration for migration in self.files() if migration.name not in applied]
            for migration in todo:
                async with connection.transaction():
                    # Bytes, since psycopg takes text from literals only; the files are part of the program.
                    await connection.execute(migration.sql.encode())
                    await connection.execute("insert into schema_migrations (name) values (%s)", [migration.name])
        finally:
            await connection.execute("select pg_advisory_unlock(%s)", [LOCK])
        return [migration.name for migration in todo]

    async def _prepare(self, connection: Connection) -> None:
        await connection.execute(
            "create table if not exists schema_migrations"
            " (name text primary key, applied_at timestamptz not null default now())"
        )
