"""The users, as administrators see and change them."""

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reference.accounts.registration import SHORTEST_PASSWORD, Email, taken
from reference.accounts.users import User
from reference.errors import Problem, not_found
from reference.reading import Text, body_as, id_from

if TYPE_CHECKING:
    from reference.assembly import Platform

Role = Literal["admin", "creator", "investor", "production"]


class NewUser(BaseModel):
    """The body that makes a user; staff log in by a *username*."""

    model_config = ConfigDict(extra="forbid", strict=True)

    email: Email
    name: Text = Field(min_length=1, max_length=200)
    password: Text = Field(min_length=SHORTEST_PASSWORD, max_length=1024)
    role: Role
    username: Text | None = Field(default=None, min_length=1, max_length=254)


class Change(BaseModel):
    """The body that changes a user; what is left out, or null, stays as it is."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Text | None = Field(default=None, min_length=1, max_length=200)
    role: Role | None = None
    disabled: bool | None = None


class UserAdmin:
    """Lists users, makes, changes, disables and removes them.

    A role is asked for at each request, so another one holds at once. Nobody shuts themselves out, nor the last
    administrator: who would let them in again?
    """

    def __init__(self, platform: "Platform") -> None:
        self._platform = platform

    def shown(self, user: User) -> dict[str, object]:
        """Return what administrators are told of *user*."""
        return {**self._platform.users.shown(user), "email": user.email, "disabled": user.disabled}

    async def every(self, _request: Request) -> Response:
        """Answer all users."""
        return JSONResponse([self.shown(user) for user in await self._platform.users.every()])

    async def one(self, request: Request) -> Response:
        """Answer one user, 404 for an unknown id."""
        return JSONResponse(self.shown(await self._known(request)))

    async def create(self, request: Request) -> Response:
        """Make a user and answer it; 409 where somebody has that e-mail or username."""
        new = await body_as(NewUser, request)
        password_hash = await self._platform.passwords.hash(new.password)
        user = await self._platform.users.made(new.email, new.name, new.role, password_hash, new.username)
        if user is None:
            raise taken("Somebody has this e-mail or this username.")
        return JSONResponse(self.shown(user), 201, {"location": f"/api/users/{user.id}"})

    async def change(self, request: Request) -> Response:
        """Change a user and answer it; whoever is disabled is logged out everywhere."""
        change = await body_as(Change, request)
        user = await self._known(request)
        if user.id == request.state.caller.id and (change.disabled or change.role not in {None, "admin"}):
            raise shut_out("Nobody disables or demotes themselves.")
        changed = await self._platform.users.changed(user.id, change.name, change.role, change.disabled)
        if changed is None:
            raise await self._why(request)
        if changed.disabled:
            await self.end_sessions(changed)
        return JSONResponse(self.shown(changed))

    async def delete(self, request: Request) -> Response:
        """Remove a user with all that is theirs, and end their sessions."""
        user = await self._known(request)
        if user.id == request.state.caller.id:
            raise shut_out("Nobody removes themselves.")
        if not await self._platform.users.removed(user.id):
            raise await self._why(request)
        await self.end_sessions(user)
        return Response(status_code=204)

    async def end_sessions(self, user: User) -> None:
        """End all sessions of *user*, in both stores."""
        await self._platform.sessions.end_of(user.id)

    async def _known(self, request: Request) -> User:
        user = await self._platform.users.by_id(id_from(request))
        if user is None:
            raise not_found("user")
        return user

    async def _why(self, request: Request) -> Problem:
        """Return why nothing was done: the user went meanwhile, or is the last administrator."""
        await self._known(request)
        return shut_out("There has to be an administrator.")


def shut_out(message: str) -> Problem:
    """Return the 409 for what would leave the platform without somebody to mend it."""
    return Problem(409, "shut_out", message)
