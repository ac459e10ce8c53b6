"""Notifications: what a user is told, each to that user alone."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reference.clock import iso

if TYPE_CHECKING:
    from reference.assembly import Platform

MOST = 50
"""How many are listed, the newest."""


@dataclass(frozen=True, slots=True)
class NotificationRow:
    """A notification; *read_at* is None until it is read."""

    id: int
    kind: str
    title: str
    body: str
    created_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Unread:
    """How many a user has not read."""

    count: int


class Notifications:
    """Lists and counts notifications."""

    def __init__(self, platform: "Platform") -> None:
        self._platform = platform

    async def rows(self, user_id: int) -> list[NotificationRow]:
        """Return the newest of a user's, newest first."""
        return await self._platform.database.rows(
            NotificationRow,
            "select id, kind, title, body, created_at, read_at from notifications"
            " where user_id = %s order by created_at desc, id desc limit %s",
            [user_id, MOST],
        )

    async def unread(self, user_id: int) -> int:
        """Return how many the user has not read."""
        found = await self._platform.database.row(
            Unread, "select count(*) from notifications where user_id = %s and read_at is null", [user_id]
        )
        return found.count if found else 0

    def shown(self, row: NotificationRow) -> dict[str, object]:
        """Return what the API tells of a notification."""
        return {
            "id": row.id,
            "kind": row.kind,
            "title": row.title,
            "body": row.body,
            "createdAt": iso(row.created_at),
            "readAt": iso(row.read_at) if row.read_at else None,
        }

    async def own(self, request: Request) -> Response:
        """Answer the caller's notifications."""
        rows = await self.rows(request.state.caller.id)
        return JSONResponse([self.shown(row) for row in rows])
