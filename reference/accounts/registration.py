"""Registering: how somebody new becomes a user of a portal, by themselves."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reference.errors import Problem
from reference.reading import Text, body_as

if TYPE_CHECKING:
    from reference.assembly import Platform

SHORTEST_PASSWORD = 8

Email = Annotated[str, StringConstraints(max_length=254, pattern=r"^[^\s@\x00]+@[^\s@\x00]+\.[^\s@\x00]+$")]
"""Whether it can be reached only a mail would tell."""


class Registrant(BaseModel):
    """The body of a registration. Nobody makes an administrator of themselves: there is no such role here."""

    model_config = ConfigDict(extra="forbid", strict=True)

    email: Email
    name: Text = Field(min_length=1, max_length=200)
    password: Text = Field(min_length=SHORTEST_PASSWORD, max_length=1024)
    role: Literal["creator", "investor", "production"]


class Registration:
    """Lets people register; they log in afterwards, at the portal of their role."""

    def __init__(self, platform: "Platform") -> None:
        self._platform = platform

    async def register(self, request: Request) -> Response:
        """Make a user and answer it; 409 where somebody has that e-mail."""
        new = await body_as(Registrant, request)
        password_hash = await self._platform.passwords.hash(new.password)
        user = await self._platform.users.made(new.email, new.name, new.role, password_hash, None)
        if user is None:
            raise taken("Somebody has registered with this e-mail.")
        shown = {"user": self._platform.users.shown(user)}
        return JSONResponse(shown, 201, {"location": f"/api/users/{user.id}"})


def taken(message: str) -> Problem:
    """Return the 409 for a name that somebody has."""
    return Problem(409, "taken", message)
