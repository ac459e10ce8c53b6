"""Sessions: who is logged in, kept in Postgres and cached in Redis."""

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from reference.clock import iso

if TYPE_CHECKING:
    from reference.assembly import Platform


@dataclass(frozen=True, slots=True)
class Session:
    """One login: whose, and until when (aware, UTC)."""

    sid: str
    user_id: int
    expires: datetime


class SessionStore(Protocol):
    """Where sessions are kept; `name` goes into the boot log, `storage` into health."""

    name: str
    storage: str

    async def read(self, sid: str) -> Session | None:
        """Return the session as stored, expired or not."""

    async def write(self, session: Session) -> None:
        """Store the session, over an older one of the same id."""

    async def delete(self, sid: str) -> None:
        """Forget the session; it is no error if there is none."""

    async def delete_of(self, user_id: int) -> list[str]:
        """Forget all sessions of a user and return their ids."""


@dataclass(frozen=True, slots=True)
class EndedRow:
    """The id of a session that was deleted."""

    sid: str


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A row of connect-pg-simple's table; *expire* is UTC without saying so."""

    sid: str
    sess: dict[str, Any]
    expire: datetime


class PgSession:
    """Keeps sessions in Postgres, in the table shape of connect-pg-simple."""

    name = "PgSession"
    storage = "pg"

    def __init__(self, platform: "Platform") -> None:
        self._platform = platform

    async def read(self, sid: str) -> Session | None:
        """Return the session as stored, expired or not; None also for a row that is no session of ours."""
        row = await self._platform.database.row(
            SessionRow, "select sid, sess, expire from session where sid = %s", [sid]
        )
        if row is None or not isinstance(row.sess.get("userId"), int):
            return None
        return Session(sid, row.sess["userId"], row.expire.replace(tzinfo=UTC))

    async def write(self, session: Session) -> None:
        """Store the session, over an older one of the same id."""
        await self._platform.database.run(
            "insert into session (sid, sess, expire) values (%s, %s, %s)"
            " on conflict (sid) do update set sess = excluded.sess, expire = excluded.expire",
            [session.sid, self._platform.sessions.encoded(session), session.expires.replace(tzinfo=None)],
        )

    async def delete(self, sid: str) -> None:
        """Forget the session."""
        await self._platform.database.run("delete from session where sid = %s", [sid])

    async def delete_of(self, user_id: int) -> list[str]:
        """Forget all sessions of a user and return their ids."""
        ended = await self._platform.database.rows(
            EndedRow, "delete from session where sess ->> 'userId' = %s returning sid", [str(user_id)]
        )
        return [row.sid for row in ended]


class Sessions:
    """Begins, finds and ends sessions."""

    def __init__(self, platform: "Platform") -> None:
        self._platform = platform

    async def begin(self, user_id: int) -> Session:
        """Store a new session with a fresh id for this user and return it."""
        life = timedelta(seconds=self._platform.settings.session_ttl)
        session = Session(secrets.token_urlsafe(24), user_id, self._platform.clock.now() + life)
        await self._platform.session_store.write(session)
        await self._platform.session_cache.put(session)
        return session

    async def find(self, sid: str) -> Session | None:
        """Return the living session of that id, from the cache or, failing that, from the store."""
        session = await self._platform.session_cache.get(sid)
        if session is None:
            session = await self._platform.session_store.read(sid)
            if session is not None and not self.expired(session.expires):
                await self._platform.session_cache.put(session)
        if session is None or self.expired(session.expires):
            return None
        return session

    async def end(self, sid: str) -> None:
        """End the session of that id in both places; it is no error if there is none."""
        await self._platform.session_store.delete(sid)
        await self._platform.session_cache.forget(sid)

    async def end_of(self, user_id: int) -> None:
        """End all sessions of a user in both places."""
        for sid in await self._platform.session_store.delete_of(user_id):
            await self._platform.session_cache.forget(sid)

    def expired(self, expires: datetime) -> bool:
        """Return whether *expires* has come; both are moments in UTC, whatever zone the process is in."""
        return expires <= self._platform.clock.now()

    def encoded(self, session: Session) -> str:
        """Return the JSON text that stands for *session* in both stores, shaped as express-session's."""
        cookies = self._platform.cookies
        return json.dumps(
            {
                "cookie": {
                    "originalMaxAge": self._platform.settings.session_ttl * 1000,
                    "expires": iso(session.expires),
                    "httpOnly": cookies.http_only,
                    "secure": cookies.secure,
                    "sameSite": cookies.same_site.lower(),
                    "path": cookies.path,
                },
                "userId": session.user_id,
            }
        )
