"""The socket of a logged-in user: JSON messages, each answered at once."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from starlette.websockets import WebSocket

from reference.errors import Problem

if TYPE_CHECKING:
    from reference.assembly import Platform

LARGEST_MESSAGE = 64 * 1024
"""Bytes; a larger one closes the socket (1009)."""

LOGGED_OUT = 4401
"""The code that closes a socket whose session is over."""

LARGEST_NUMBER = 2**53
"""What JavaScript can count to."""


class Ping(BaseModel):
    """A message that asks for a sign of life; the answer repeats its id."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["ping"]
    id: Annotated[str, StringConstraints(max_length=64)] | Annotated[int, Field(ge=0, le=LARGEST_NUMBER)] | None = None


class Sockets:
    """Talks over sockets. Who may open one has been decided by the route's guard."""

    def __init__(self, platform: "Platform") -> None:
        self._platform = platform

    async def talk(self, socket: WebSocket) -> None:
        """Accept the socket and answer each message while the other side is logged in; 403 to another site's page."""
        if not self.from_here(socket):
            raise Problem(403, "foreign_origin", "Pages of another site may not open a socket here.")
        await socket.accept()
        while (message := await socket.receive())["type"] == "websocket.receive":
            if not await self._platform.login.stays(socket):
                await socket.close(LOGGED_OUT)
                break
            await socket.send_json(self.answer(message.get("text") or ""))

    def from_here(self, socket: WebSocket) -> bool:
        """Return whether a page of this site asks, or a program: browsers send cookies along for any site's page."""
        origin = socket.headers.get("origin")
        return origin is None or origin.partition("://")[2].lower() == socket.headers.get("host", "").lower()

    def answer(self, text: str) -> dict[str, object]:
        """Return the answer to a message; one that cannot be understood is told so."""
        try:
            ping = Ping.model_validate_json(text)
        except ValidationError:
            return {"type": "error", "code": "invalid"}
        return {"type": "pong", "id": ping.id}
