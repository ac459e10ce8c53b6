"""Whether a platform uses the database that it was given: before anything is seeded, it must be seen there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbline.database import Database
from plumbline.elsewhere.permission import Level
from plumbline.standing.child import NotFilled

if TYPE_CHECKING:
    from plumbline.standing.instance import Instance
    from plumbline.target import Target

MADE = (
    "SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm') AND relnamespace NOT IN"
    " (SELECT oid FROM pg_namespace WHERE nspname LIKE 'pg\\_%' OR nspname = 'information_schema')"
)


def seen_by_its_migration(url: str, target: Target) -> None:
    """Returns where the migration has made something in the database at `url`; NotFilled where it has not."""
    database = Database(url, Level.READONLY)
    try:
        made = database.ask(MADE)
    finally:
        database.close()
    if not made:
        raise NotFilled(_elsewhere("migrate ended well and made no table in it", target))


def seen_while_it_serves(instance: Instance, url: str, target: Target) -> None:
    """The same of a platform without a migration: it is started, asked, and must be connected meanwhile."""
    database = Database(url, Level.READONLY)
    try:
        start = instance.start()
        health = target.profile.path(target.profile.health.path or target.commands.ready)
        seen = start.answers and database.seen_while(
            lambda: instance.ask_json(health, "status"), database.platform_connections
        )
    finally:
        instance.kill()
        database.close()
    if not start.answers:
        raise NotFilled(f"before seeding, {start.told}")
    if not seen:
        raise NotFilled(_elsewhere("while it serves it has no connection to it", target))


def _elsewhere(what: str, target: Target) -> str:
    return (
        f"the platform does not use the database that it was given: {what}. A .env file or a configuration of its own"
        f" may name another, which nobody wants to be filled with demo data: nothing was seeded. Take that out for the"
        f" suite's runs, or give the variable that goes before it in [environment] of {target.path}"
    )
