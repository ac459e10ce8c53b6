"""Funds and the capital that they call."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

if TYPE_CHECKING:
    from reference.assembly import Platform


@dataclass(frozen=True, slots=True)
class FundRow:
    """A fund: its size and what has been called of it so far."""

    id: int
    name: str
    size: Decimal
    called: Decimal
    currency: str
    vintage: int


@dataclass(frozen=True, slots=True)
class CallRow:
    """A capital call of a fund."""

    id: int
    fund_id: int
    fund_name: str
    title: str
    amount: Decimal
    due_date: date
    status: str


class Funds:
    """Lists funds and capital calls."""

    def __init__(self, platform: "Platform") -> None:
        self._platform = platform

    async def rows(self) -> list[FundRow]:
        """Return all funds by name."""
        return await self._platform.database.rows(
            FundRow, "select id, name, size, called, currency, vintage from funds order by name"
        )

    async def calls(self) -> list[CallRow]:
        """Return all capital calls, the next due first."""
        return await self._platform.database.rows(
            CallRow,
            "select c.id, c.fund_id, f.name as fund_name, c.title, c.amount, c.due_date, c.status"
            " from capital_calls c join funds f on f.id = c.fund_id order by c.due_date, c.id",
        )

    def shown(self, row: FundRow) -> dict[str, object]:
        """Return what the API tells of a fund."""
        return {
            "id": row.id,
            "name": row.name,
            "size": float(row.size),
            "called": float(row.called),
            "uncalled": float(row.size - row.called),
            "currency": row.currency,
            "vintage": row.vintage,
        }

    def call_shown(self, row: CallRow) -> dict[str, object]:
        """Return what the API tells of a capital call."""
        return {
            "id": row.id,
            "fundId": row.fund_id,
            "fundName": row.fund_name,
            "title": row.title,
            "amount": float(row.amount),
            "dueDate": row.due_date.isoformat(),
            "status": row.status,
        }

    async def every(self, _request: Request) -> Response:
        """Answer all funds."""
        return JSONResponse([self.shown(row) for row in await self.rows()])

    async def every_call(self, _request: Request) -> Response:
        """Answer all capital calls."""
        return JSONResponse([self.call_shown(row) for row in await self.calls()])
