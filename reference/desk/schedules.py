"""Closing schedules: what must happen, and by when, before a deal is closed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

if TYPE_CHECKING:
    from reference.assembly import Platform


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """A closing schedule; *due_date* is None until the parties have agreed on a day."""

    id: int
    deal_id: int
    deal_name: str
    title: str
    amount: Decimal
    due_date: date | None
    status: str


class Schedules:
    """Lists closing schedules."""

    def __init__(self, platform: "Platform") -> None:
        self._platform = platform

    async def rows(self) -> list[ScheduleRow]:
        """Return all schedules, the next due first, those without a day last."""
        return await self._platform.database.rows(
            ScheduleRow,
            "select c.id, c.deal_id, d.name as deal_name, c.title, c.amount, c.due_date, c.status"
            " from closing_schedules c join deals d on d.id = c.deal_id"
            " order by c.due_date nulls last, c.id",
        )

    def shown(self, row: ScheduleRow) -> dict[str, object]:
        """Return what the API tells of a schedule."""
        return {
            "id": row.id,
            "dealId": row.deal_id,
            "dealName": row.deal_name,
            "title": row.title,
            "amount": float(row.amount),
            "dueDate": row.due_date.isoformat() if row.due_date else None,
            "status": row.status,
        }

    async def every(self, _request: Request) -> Response:
        """Answer all closing schedules."""
        return JSONResponse([self.shown(row) for row in await self.rows()])
