"""The stream of a caller's notifications as server-sent events (WHATWG HTML, 9.2)."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

if TYPE_CHECKING:
    from reference.assembly import Platform

RECONNECT = 3000
"""Milliseconds after which a browser whose stream broke comes back."""

EVENTS = "text/event-stream"
HEADERS = {
    "cache-control": "no-cache, no-store",
    "x-accel-buffering": "no",  # nginx would keep the events back until its buffer is full
}


class Stream:
    """Holds the callers' streams open, and lets go of them all when the server ends."""

    def __init__(self, platform: "Platform") -> None:
        self._platform = platform
        self._ending = asyncio.Event()

    async def open(self, request: Request) -> Response:
        """Answer a stream that begins at once; to HEAD its headers alone."""
        unread = await self._platform.notifications.unread(request.state.caller.id)
        if request.method != "HEAD":
            parts = self.while_logged_in(request, self.parts(unread))
            return StreamingResponse(parts, headers=self.headers(), media_type=EVENTS)
        head = Response(headers=self.headers(), media_type=EVENTS)
        del head.headers["content-length"]  # a stream has none
        return head

    def headers(self) -> dict[str, str]:
        """Return what tells caches and proxies on the way to pass each event on as it comes."""
        return dict(HEADERS)

    async def parts(self, unread: int) -> AsyncIterator[str]:
        """Give how many are unread, then signs of life until the server ends."""
        yield f"retry: {RECONNECT}\n" + event("unread", {"count": unread})
        while not await self._ended_within(self._platform.settings.sse_keepalive):
            yield ": still here\n\n"

    async def while_logged_in(self, request: Request, parts: AsyncIterator[str]) -> AsyncIterator[str]:
        """Pass *parts* on until the caller is logged out, disabled, or has another password."""
        begun = False
        async for part in parts:
            if begun and not await self._platform.login.stays(request):
                return
            begun = True
            yield part

    def end(self) -> None:
        """Let every stream end, and those that are opened from now on."""
        self._ending.set()

    async def _ended_within(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self._ending.wait(), seconds)
        except TimeoutError:
            return False
        return True


def event(name: str, data: object) -> str:
    """Return the text of one event, its data as JSON."""
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"
