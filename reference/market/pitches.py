"""Pitches: the published ones, newest first, and the few that the front page shows."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, LiteralString

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reference.clock import iso
from reference.reading import page_from

if TYPE_CHECKING:
    from reference.assembly import Platform

LISTED: LiteralString = (
    "select p.id, p.title, p.logline, p.genre, u.name as creator, p.created_at"
    " from pitches p join users u on u.id = p.creator_id"
)
FEATURED = 10
"""Pitches on the front page, at most."""
PAGE = 20
"""Pitches on one page of the list."""


@dataclass(frozen=True, slots=True)
class PitchRow:
    """A pitch as lists show it, with its creator's name."""

    id: int
    title: str
    logline: str
    genre: str
    creator: str
    created_at: datetime


class Pitches:
    """Lists pitches; what is not published is in no list."""

    def __init__(self, platform: "Platform") -> None:
        self._platform = platform

    async def featured_rows(self, most: int = FEATURED) -> list[PitchRow]:
        """Return the newest pitches that are published and featured."""
        return await self._platform.database.rows(
            PitchRow,
            LISTED + " where p.status = 'published' and p.featured order by p.created_at desc, p.id desc limit %s",
            [most],
        )

    async def page_rows(self, page: int) -> list[PitchRow]:
        """Return one page of the published pitches, newest first; pages count from 1."""
        return await self._platform.database.rows(
            PitchRow,
            LISTED + " where p.status = 'published' order by p.created_at desc, p.id desc limit %s offset %s",
            [PAGE, (page - 1) * PAGE],
        )

    def shown(self, row: PitchRow) -> dict[str, object]:
        """Return what the API tells of a pitch."""
        return {
            "id": row.id,
            "title": row.title,
            "logline": row.logline,
            "genre": row.genre,
            "creator": row.creator,
            "createdAt": iso(row.created_at),
        }

    async def featured(self, _request: Request) -> Response:
        """Answer the featured pitches."""
        return JSONResponse([self.shown(row) for row in await self.featured_rows()])

    async def every(self, request: Request) -> Response:
        """Answer one page of the published pitches; past the last one it is empty."""
        return JSONResponse([self.shown(row) for row in await self.page_rows(page_from(request))])
