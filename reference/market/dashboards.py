"""The first page of each portal: what its people look for first."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

if TYPE_CHECKING:
    from reference.assembly import Platform

STATUSES = ("draft", "published", "archived")


@dataclass(frozen=True, slots=True)
class Count:
    """How many pitches there are of one kind."""

    kind: str
    pitches: int


class Dashboards:
    """Answers the dashboard of each role; routes let nobody else in."""

    def __init__(self, platform: "Platform") -> None:
        self._platform = platform

    async def creator(self, request: Request) -> Response:
        """Answer how many of the caller's own pitches are in each status."""
        rows = await self._platform.database.rows(
            Count,
            "select status as kind, count(*) as pitches from pitches where creator_id = %s group by status",
            [request.state.caller.id],
        )
        counts = {row.kind: row.pitches for row in rows}
        return JSONResponse({"pitches": {status: counts.get(status, 0) for status in STATUSES}})

    async def investor(self, _request: Request) -> Response:
        """Answer how many pitches are published, and the newest featured one."""
        published = await self._platform.database.row(
            Count, "select 'published' as kind, count(*) as pitches from pitches where status = 'published'"
        )
        newest = await self._platform.pitches.featured_rows(most=1)
        return JSONResponse(
            {
                "published": published.pitches if published else 0,
                "newestFeatured": self._platform.pitches.shown(newest[0]) if newest else None,
            }
        )

    async def production(self, _request: Request) -> Response:
        """Answer how many pitches are published in each genre, most first."""
        rows = await self._platform.database.rows(
            Count,
            "select genre as kind, count(*) as pitches from pitches where status = 'published'"
            " group by genre order by count(*) desc, genre",
        )
        return JSONResponse({"genres": [{"genre": row.kind, "pitches": row.pitches} for row in rows]})
