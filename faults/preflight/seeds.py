"""The demo data is there twice, or only in part."""

# mypy: disable-error-code="method-assign"
from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from faults import fault

if TYPE_CHECKING:
    from faults import Served
    from reference.assembly import Platform
    from reference.database import Connection
    from reference.seed_file import SeedDeal
    from reference.seeding import Values

KNOWN = str(Path(__file__).parents[2] / "seeds" / "known.toml")


@fault("seed-twice-doubles", brings_back=["PRE-4"])
def seed_twice_doubles(platform: Platform) -> None:
    """Inserts each deal anew, whether there is one of its name or not."""
    seeder, write = platform.seeder, platform.seeder.write

    async def written(connection: Connection, table: str, key: Values, values: Values) -> int:
        if table == "deals":
            return await seeder._insert(connection, table, {**key, **values})
        return await write(connection, table, key, values)

    seeder.write = written


def _deals_after_seeding_again(served: Served) -> dict[str, object]:
    before = served.sql("select count(*) from deals")[0][0]
    code = served.command("seed", KNOWN)
    return {"code": code, "more": served.sql("select count(*) from deals")[0][0] - before}


seed_twice_doubles.probe = _deals_after_seeding_again


@fault("seed-forgets-sectors", brings_back=["PRE-4"])
def seed_forgets_sectors(platform: Platform) -> None:
    """Seeds the deals and leaves deal_sectors empty."""

    async def forgotten(connection: Connection, deal_id: int, deal: SeedDeal) -> None:
        return None

    platform.seeder.seed_sectors = forgotten


def _sectors_after_seeding(served: Served) -> dict[str, object]:
    served.sql("delete from deal_sectors")
    code = served.command("seed", KNOWN)
    return {"code": code, "sectors": served.sql("select count(*) from deal_sectors")[0][0]}


seed_forgets_sectors.probe = _sectors_after_seeding
