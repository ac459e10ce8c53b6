"""Closing schedules: what must happen, and by when, before a deal is closed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reference.errors import invalid, not_found
from reference.reading import LARGEST_ID, Text, body_as, id_from

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


class NewSchedule(BaseModel):
    """The body that makes a closing schedule."""

    model_config = ConfigDict(extra="forbid", strict=True)

    deal: int = Field(alias="dealId", ge=1, le=LARGEST_ID)
    title: Text = Field(min_length=1, max_length=200)
    amount: float = Field(ge=0, le=10**13)
    due: date | None = Field(default=None, alias="dueDate")
    status: Literal["planned", "confirmed", "done"] = "planned"


class Schedules:
    """Lists closing schedules, makes them and takes them away."""

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

    async def row(self, schedule_id: int) -> ScheduleRow | None:
        """Return one schedule, or None."""
        return await self._platform.database.row(
            ScheduleRow,
            "select c.id, c.deal_id, d.name as deal_name, c.title, c.amount, c.due_date, c.status"
            " from closing_schedules c join deals d on d.id = c.deal_id where c.id = %s",
            [schedule_id],
        )

    async def made(self, new: NewSchedule) -> ScheduleRow | None:
        """Store a schedule and return it, or None where there is no such deal."""
        return await self._platform.database.row(
            ScheduleRow,
            "with made as (insert into closing_schedules (deal_id, title, amount, due_date, status)"
            " select id, %s, %s, %s, %s from deals where id = %s returning *)"
            " select m.id, m.deal_id, d.name as deal_name, m.title, m.amount, m.due_date, m.status"
            " from made m join deals d on d.id = m.deal_id",
            [new.title, new.amount, new.due, new.status, new.deal],
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

    async def one(self, request: Request) -> Response:
        """Answer one closing schedule, 404 for an unknown id."""
        row = await self.row(id_from(request))
        if row is None:
            raise not_found("closing schedule")
        return JSONResponse(self.shown(row))

    async def create(self, request: Request) -> Response:
        """Make a closing schedule and answer it; 422 for a deal that there is not."""
        new = await body_as(NewSchedule, request)
        row = await self.made(new)
        if row is None:
            raise invalid("Please check: dealId.")
        return JSONResponse(self.shown(row), 201, {"location": f"/api/closing-schedules/{row.id}"})

    async def delete(self, request: Request) -> Response:
        """Take a closing schedule away, 404 for an unknown id."""
        if not await self._platform.database.run("delete from closing_schedules where id = %s", [id_from(request)]):
            raise not_found("closing schedule")
        return Response(status_code=204)
