"""The portals' logins: creators, investors and production companies each have a door of their own."""

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from reference.accounts.users import User
from reference.reading import Text, body_as

if TYPE_CHECKING:
    from reference.assembly import Platform


class PortalCredentials(BaseModel):
    """The body of a portal's login."""

    model_config = ConfigDict(extra="forbid")

    email: Text = Field(min_length=1, max_length=254)
    password: Text = Field(min_length=1, max_length=1024)


class Portals:
    """Lets people in by their e-mail, each at the portal of their role; the session is like any other."""

    def __init__(self, platform: "Platform") -> None:
        self._platform = platform

    async def creator(self, request: Request) -> Response:
        """Answer a creator's login."""
        return await self.enter(request, "creator")

    async def investor(self, request: Request) -> Response:
        """Answer an investor's login."""
        return await self.enter(request, "investor")

    async def production(self, request: Request) -> Response:
        """Answer a production company's login."""
        return await self.enter(request, "production")

    async def enter(self, request: Request, role: str) -> Response:
        """Answer a login at the portal of *role*, where somebody of another role is nobody."""
        credentials = await body_as(PortalCredentials, request)
        user = await self.known(credentials.email, role)
        return await self._platform.login.enter(request, user, credentials.password)

    async def known(self, email: str, role: str) -> User | None:
        """Return the user of that e-mail who may use the portal of *role*, or None."""
        user = await self._platform.users.by_email(email)
        return user if user is not None and user.role == role else None
