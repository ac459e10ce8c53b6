"""The routes of login, logout and "who am I"."""

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response

from reference.accounts.users import User
from reference.clock import iso
from reference.errors import Problem, Unavailable, unauthenticated
from reference.reading import Text, body_as

if TYPE_CHECKING:
    from reference.assembly import Platform


class Credentials(BaseModel):
    """The body of a login."""

    model_config = ConfigDict(extra="forbid")

    username: Text = Field(min_length=1, max_length=254)
    password: Text = Field(min_length=1, max_length=1024)


class Login:
    """Lets people in and out."""

    def __init__(self, platform: "Platform") -> None:
        self._platform = platform

    async def login(self, request: Request) -> Response:
        """Answer a login: 200 with the user and a new session's cookie, 401 for any wrong pair."""
        credentials = await body_as(Credentials, request)
        user = await self._platform.users.by_username(credentials.username)
        return await self.enter(request, user, credentials.password)

    async def enter(self, request: Request, user: User | None, password: str) -> Response:
        """Answer a login as *user*, None for a name that nobody has."""
        if not self._platform.cookies.reaches(request):
            raise Problem(403, "https_required", "Logging in needs https.")
        if user is None:
            raise await self.unknown(password)
        if not await self._platform.passwords.verify(user.password_hash, password):
            raise self.refused()
        if user.disabled:
            raise self.refused()
        session = await self._platform.sessions.begin(user.id)
        if not await self._platform.users.unchanged(user):
            # Another password, or none any more, ended the sessions that there were: this one came too late for that.
            await self._platform.sessions.end(session.sid)
            raise self.refused()
        # The id that came with the request is given up: somebody may have planted it.
        earlier = self._platform.cookies.sid(request)
        if earlier is not None:
            await self._platform.sessions.end(earlier)
        answer = JSONResponse({"user": self._platform.users.shown(user)})
        answer.headers.append("set-cookie", self._platform.cookies.issued(session.sid))
        return answer

    async def unknown(self, password: str) -> Problem:
        """Return the refusal of a name nobody has, after as much work as a wrong password costs."""
        await self._platform.passwords.verify(self._platform.passwords.nobodys, password)
        return self.refused()

    def refused(self) -> Problem:
        """Return the one refusal, the same whatever was wrong."""
        return Problem(401, "bad_credentials", "Username or password is wrong.")

    async def logout(self, request: Request) -> Response:
        """End the caller's session, if there is one, and take the cookie back."""
        sid = self._platform.cookies.sid(request)
        if sid is not None:
            await self._platform.sessions.end(sid)
        answer = Response(status_code=204)
        answer.headers.append("set-cookie", self._platform.cookies.cleared())
        return answer

    async def logout_everywhere(self, request: Request) -> Response:
        """End all sessions of the caller, this one too, and take the cookie back."""
        user: User = request.state.caller
        await self._platform.sessions.end_of(user.id)
        answer = Response(status_code=204)
        answer.headers.append("set-cookie", self._platform.cookies.cleared())
        return answer

    async def me(self, request: Request) -> Response:
        """Answer who the caller is."""
        user: User = request.state.caller
        return JSONResponse({"user": self._platform.users.shown(user)})

    async def session(self, request: Request) -> Response:
        """Answer who the caller is and until when."""
        user: User = request.state.caller
        return JSONResponse({"user": self._platform.users.shown(user), "expiresAt": iso(request.state.session.expires)})

    def renew(self, request: HTTPConnection, headers: MutableHeaders) -> None:
        """Send the cookie of a session that was just extended again, where the answer itself says nothing of it."""
        session, cookies = getattr(request.state, "session", None), self._platform.cookies
        said = any(value.startswith(f"{cookies.name}=") for value in headers.getlist("set-cookie"))
        if session is not None and session.extended and not said:
            headers.append("set-cookie", cookies.issued(session.sid))

    async def admit(self, request: HTTPConnection) -> User:
        """Return the caller of *request*; raise the 401 if there is no living session of a living user."""
        sid = self._platform.cookies.sid(request)
        session = None if sid is None else await self._platform.sessions.find(sid)
        user = None if session is None else await self._platform.users.by_id(session.user_id)
        if user is None or user.disabled:
            raise unauthenticated()
        request.state.caller, request.state.session = user, session
        return user

    async def stays(self, request: HTTPConnection) -> bool:
        """Return whether who was admitted to what is open still is logged in; yes while a dependency is away.

        Nobody clicks here: a page that is left open on a shared computer extends no session.
        """
        begun = getattr(request.state, "session", None)
        if begun is None:
            return True  # open to anybody
        try:
            session = await self._platform.sessions.seen(begun.sid)
            user = None if session is None else await self._platform.users.by_id(session.user_id)
        except Unavailable:
            return True
        return user is not None and not user.disabled
