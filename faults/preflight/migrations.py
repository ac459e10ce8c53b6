"""A release is served on a database that its migrations have not reached."""

# mypy: disable-error-code="method-assign"
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from faults import fault

if TYPE_CHECKING:
    import psycopg

    from faults import Served
    from reference.assembly import Platform

BILLING = ("stripe_customer_id", "stripe_subscription_id", "subscription_status", "current_period_end")


@fault("last-migration-not-run", brings_back=["PRE-3"])
def last_migration_not_run(database: psycopg.Connection[Any]) -> None:
    """Serves the database as it was before the migration that brought the four billing columns."""
    for column in BILLING:
        database.execute(f"alter table users drop column if exists {column}".encode())
    database.execute("delete from schema_migrations where name = '005_billing'")


def _health_of_migrations(served: Served) -> object:
    return served.get("/api/system/health").json()["migrations"]


last_migration_not_run.probe = _health_of_migrations


@fault("empty-database-called-healthy", brings_back=["PRE-3"])
def empty_database_called_healthy(database: psycopg.Connection[Any], platform: Platform) -> None:
    """Serves a database without a table, and tells everybody that it is current."""
    tables = database.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
    for (table,) in tables:
        database.execute(f'drop table if exists "{table}" cascade'.encode())

    async def current() -> str:
        await platform.database.run("select 1")
        return "current"

    platform.health.migrations = current


def _health_and_tables(served: Served) -> dict[str, object]:
    tables = served.sql("select count(*) from pg_tables where schemaname = 'public'")
    return {"health": _health_of_migrations(served), "any tables": tables[0][0] > 0}


empty_database_called_healthy.probe = _health_and_tables
