"""Closing schedules without a due date."""

# mypy: disable-error-code="method-assign"
from __future__ import annotations

from typing import TYPE_CHECKING

from faults import fault, get

if TYPE_CHECKING:
    from faults import Served
    from reference.assembly import Platform
    from reference.desk.schedules import ScheduleRow


@fault("due-date-taken-for-granted", brings_back=["CRT-1", "CRT-3", "CRT-13"])
def due_date_taken_for_granted(platform: Platform) -> None:
    """Formats every due date, as the first release did."""
    shown = platform.schedules.shown
    platform.schedules.shown = lambda row: shown(row) | {"dueDate": f"{row.due_date:%Y-%m-%d}"}


due_date_taken_for_granted.probe = get("/api/closing-schedules", see="status")


@fault("two-undated-schedules", brings_back=["CRT-13"])
def two_undated_schedules(platform: Platform) -> None:
    """Puts *the* schedule without a date last, as if there could be only one."""
    rows = platform.schedules.rows

    async def the_undated_last() -> list[ScheduleRow]:
        every = await rows()
        [undated] = [row for row in every if row.due_date is None]
        return [*(row for row in every if row.due_date), undated]

    platform.schedules.rows = the_undated_last


def _status_with_two_undated(served: Served) -> int:
    made = (
        "insert into closing_schedules (deal_id, title, amount)"
        " select min(deal_id), 'Made by a probe', 1 from closing_schedules returning id"
    )
    number = served.sql(made)[0][0]
    try:
        return served.get("/api/closing-schedules", as_="admin").status
    finally:
        served.sql("delete from closing_schedules where id = %s", number)


two_undated_schedules.probe = _status_with_two_undated
