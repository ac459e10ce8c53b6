"""Numbers about the whole market: counted in Postgres, kept in Redis for a short while, counted again without it."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reference.clock import iso

if TYPE_CHECKING:
    from reference.assembly import Platform

KEY = "analytics:overview"
KEPT = 30
"""Seconds during which nobody counts again."""


@dataclass(frozen=True, slots=True)
class GenreRow:
    """How many pitches of a genre are published, and by how many creators."""

    genre: str
    pitches: int
    creators: int


class Analytics:
    """Answers how the market stands."""

    def __init__(self, platform: "Platform") -> None:
        self._platform = platform

    async def overview(self, _request: Request) -> Response:
        """Answer the published pitches and their creators by genre, and when they were counted."""
        return JSONResponse(await self.kept() or await self.counted())

    async def kept(self) -> dict[str, object] | None:
        """Return what was counted a moment ago, None where Redis has nothing that can be read, or is away."""
        try:
            found = json.loads(await self._platform.cache.get(KEY) or "null")
        except ValueError:
            return None
        return found if isinstance(found, dict) else None

    async def counted(self) -> dict[str, object]:
        """Count, and keep the numbers in Redis."""
        rows = await self._platform.database.rows(
            GenreRow,
            "select genre, count(*) as pitches, count(distinct creator_id) as creators from pitches"
            " where status = 'published' group by genre order by count(*) desc, genre",
        )
        genres = [{"genre": row.genre, "pitches": row.pitches, "creators": row.creators} for row in rows]
        total = sum(row.pitches for row in rows)
        numbers = {"published": total, "genres": genres, "countedAt": iso(self._platform.clock.now())}
        await self._platform.cache.put(KEY, json.dumps(numbers), KEPT)
        return numbers
