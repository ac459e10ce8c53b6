"""Changing one's own password, which ends whatever was begun with the old one."""

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from reference.accounts.registration import SHORTEST_PASSWORD
from reference.accounts.users import User
from reference.errors import Problem
from reference.reading import Text, body_as

if TYPE_CHECKING:
    from reference.assembly import Platform


class Passwords(BaseModel):
    """The body of a change of password."""

    model_config = ConfigDict(extra="forbid", strict=True)

    current: Text = Field(alias="currentPassword", min_length=1, max_length=1024)
    new: Text = Field(alias="newPassword", min_length=SHORTEST_PASSWORD, max_length=1024)


class PasswordChange:
    """Changes passwords."""

    def __init__(self, platform: "Platform") -> None:
        self._platform = platform

    async def change(self, request: Request) -> Response:
        """Change the caller's password, end all of their sessions, and begin a new one here."""
        asked = await body_as(Passwords, request)
        user: User = request.state.caller
        if not await self._platform.passwords.verify(user.password_hash, asked.current):
            raise wrong_password()
        if not await self._platform.users.rehashed(user, await self._platform.passwords.hash(asked.new)):
            raise wrong_password()  # another change was quicker
        await self.end_sessions(user)
        session = await self._platform.sessions.begin(user.id)
        answer = Response(status_code=204)
        answer.headers.append("set-cookie", self._platform.cookies.issued(session.sid))
        return answer

    async def end_sessions(self, user: User) -> None:
        """End what was begun with the old password, in both stores; a new id is given to who has changed it."""
        await self._platform.sessions.end_of(user.id)


def wrong_password() -> Problem:
    """Return the 422 for a current password that is not the caller's: a 401 would say that the session is over."""
    return Problem(422, "wrong_password", "The current password is wrong.")
