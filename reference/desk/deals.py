"""Deals and the sectors that they belong to."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reference.clock import iso
from reference.errors import not_found
from reference.reading import id_from

if TYPE_CHECKING:
    from reference.assembly import Platform


@dataclass(frozen=True, slots=True)
class DealRow:
    """A deal with its sectors, largest share (a fraction of 1) first."""

    id: int
    name: str
    stage: str
    amount: Decimal
    currency: str
    updated_at: datetime
    sectors: list[dict[str, Any]]


class Deals:
    """Lists deals."""

    def __init__(self, platform: "Platform") -> None:
        self._platform = platform

    async def rows(self) -> list[DealRow]:
        """Return all deals, oldest first, with their sectors, by one query."""
        return await self._platform.database.rows(
            DealRow,
            "select d.id, d.name, d.stage, d.amount, d.currency, d.updated_at,"
            " coalesce(json_agg(json_build_object('name', s.name, 'share', ds.share)"
            " order by ds.share desc, s.name) filter (where s.id is not null), '[]') as sectors"
            " from deals d left join deal_sectors ds on ds.deal_id = d.id"
            " left join sectors s on s.id = ds.sector_id group by d.id order by d.id",
        )

    async def row(self, deal_id: int) -> DealRow | None:
        """Return one deal with its sectors, or None."""
        return await self._platform.database.row(
            DealRow,
            "select d.id, d.name, d.stage, d.amount, d.currency, d.updated_at,"
            " coalesce((select json_agg(json_build_object('name', s.name, 'share', ds.share)"
            " order by ds.share desc, s.name) from deal_sectors ds join sectors s on s.id = ds.sector_id"
            " where ds.deal_id = d.id), '[]') as sectors from deals d where d.id = %s",
            [deal_id],
        )

    def shown(self, row: DealRow) -> dict[str, object]:
        """Return what the API tells of a deal."""
        return {
            "id": row.id,
            "name": row.name,
            "stage": row.stage,
            "amount": float(row.amount),
            "currency": row.currency,
            "sectors": row.sectors,
            "updatedAt": iso(row.updated_at),
        }

    async def every(self, _request: Request) -> Response:
        """Answer all deals."""
        return JSONResponse([self.shown(row) for row in await self.rows()])

    async def one(self, request: Request) -> Response:
        """Answer one deal, 404 for an unknown id."""
        row = await self.row(id_from(request))
        if row is None:
            raise not_found("deal")
        return JSONResponse(self.shown(row))
