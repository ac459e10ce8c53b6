"""Health that answers without looking."""

# mypy: disable-error-code="method-assign"
from __future__ import annotations

from typing import TYPE_CHECKING

from faults import fault
from reference.clock import iso

if TYPE_CHECKING:
    from faults import Served
    from reference.assembly import Platform

FINE = {
    "status": "ok", "databaseConnected": True, "storage": "pg", "migrations": "current",
    "installation": "6f6ad1f2-4c0e-4d1b-9f0e-0d3f6f1c2a55",
}  # fmt: skip


@fault("health-has-a-fixed-body", brings_back=["HLT-1", "HLT-1 asks"])
def health_has_a_fixed_body(platform: Platform) -> None:
    """Answers health with a text that somebody once wrote down."""

    async def fixed() -> tuple[int, dict[str, object]]:
        written_down = {"timestamp": "2024-03-01T09:00:00.000Z", "release": platform.settings.release}
        return 200, {**FINE, **written_down}

    platform.health.report = fixed


@fault("health-never-asks-the-database", brings_back=["HLT-1 asks"])
def health_never_asks_the_database(platform: Platform) -> None:
    """Answers health with the time of now and all else unasked."""

    async def unasked() -> tuple[int, dict[str, object]]:
        now = iso(platform.clock.now())
        return 200, {**FINE, "timestamp": now, "release": platform.settings.release}

    platform.health.report = unasked


def _the_database_was_asked(served: Served) -> bool:
    before = served.sql("select clock_timestamp()")[0][0]
    served.get("/api/system/health")
    own = "application_name = 'platform' and datname = current_database() and query_start > %s"
    return bool(served.sql(f"select count(*) from pg_stat_activity where {own}", before)[0][0])


def _the_time_moves(served: Served) -> bool:
    first, second = (served.get("/api/system/health").json()["timestamp"] for _ in range(2))
    return bool(first != second)


health_has_a_fixed_body.probe = _the_time_moves
health_never_asks_the_database.probe = _the_database_was_asked
