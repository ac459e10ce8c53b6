"""Sessions: who is logged in, kept in Postgres and cached in Redis."""

import contextlib
import json
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, LiteralString, Protocol

from psycopg.rows import class_row

from reference.clock import iso

if TYPE_CHECKING:
    from reference.assembly import Platform


@dataclass(frozen=True, slots=True)
class Session:
    """One login: whose, and until when (aware, UTC); *extended* if its end has just been moved."""

    sid: str
    user_id: int
    expires: datetime
    extended: bool = field(default=False, compare=False)


class SessionStore(Protocol):
    """Where sessions are kept; `name` goes into the boot log, `storage` into health."""

    name: str
    storage: str

    async def read(self, sid: str) -> Session | None:
        """Return the session as stored, expired or not."""

    async def write(self, session: Session) -> None:
        """Store the session, over an older one of the same id."""

    async def extend(self, session: Session, expires: datetime) -> bool:
        """Move the end of the session, unless it was moved or forgotten meanwhile; return whether."""

    def held(self, sid: str) -> contextlib.AbstractAsyncContextManager[Session | None]:
        """Give the session as stored; nobody moves or forgets it inside."""

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


READ: LiteralString = "select sid, sess, expire from session where sid = %s"


class PgSession:
    """Keeps sessions in Postgres, in the table shape of connect-pg-simple."""

    name = "PgSession"
    storage = "pg"

    def __init__(self, platform: "Platform") -> None:
        self._platform = platform

    async def read(self, sid: str) -> Session | None:
        """Return the session as stored, expired or not; None also for a row that is no session of ours."""
        return _session(await self._platform.database.row(SessionRow, READ, [sid]))

    async def write(self, session: Session) -> None:
        """Store the session, over an older one of the same id."""
        await self._platform.database.run(
            "insert into session (sid, sess, expire) values (%s, %s, %s)"
            " on conflict (sid) do update set sess = excluded.sess, expire = excluded.expire",
            [session.sid, self._platform.sessions.encoded(session), session.expires.replace(tzinfo=None)],
        )

    async def extend(self, session: Session, expires: datetime) -> bool:
        """Move the end of the session, unless it was moved or forgotten meanwhile; return whether."""
        text = self._platform.sessions.encoded(replace(session, expires=expires))
        ends, ended = expires.replace(tzinfo=None), session.expires.replace(tzinfo=None)
        touched = await self._platform.database.run(
            "update session set sess = %s, expire = %s where sid = %s and expire = %s", [text, ends, session.sid, ended]
        )
        return touched > 0

    @contextlib.asynccontextmanager
    async def held(self, sid: str) -> AsyncIterator[Session | None]:
        """Give the session as stored; who would move or forget it waits for what is done inside."""
        async with self._platform.database.connection() as connection, connection.transaction():
            cursor = connection.cursor(row_factory=class_row(SessionRow))
            yield _session(await (await cursor.execute(READ + " for share", [sid])).fetchone())

    async def delete(self, sid: str) -> None:
        """Forget the session."""
        await self._platform.database.run("delete from session where sid = %s", [sid])

    async def delete_of(self, user_id: int) -> list[str]:
        """Forget all sessions of a user and return their ids."""
        ended = await self._platform.database.rows(
            EndedRow, "delete from session where sess ->> 'userId' = %s returning sid", [str(user_id)]
        )
        return [row.sid for row in ended]


def _session(row: SessionRow | None) -> Session | None:
    if row is None or not isinstance(row.sess.get("userId"), int):
        return None
    return Session(row.sid, row.sess["userId"], row.expire.replace(tzinfo=UTC))


class Sessions:
    """Begins, finds, extends and ends sessions."""

    def __init__(self, platform: "Platform") -> None:
        self._platform = platform

    async def begin(self, user_id: int) -> Session:
        """Store a new session with a fresh id for this user and return it."""
        session = Session(secrets.token_urlsafe(24), user_id, self._platform.clock.now() + self.life)
        await self._platform.session_store.write(session)
        await self.copy(session.sid)
        return session

    async def find(self, sid: str) -> Session | None:
        """Return the living session of that id, from the cache or, failing that, from the store."""
        session = await self._platform.session_cache.get(sid)
        if session is None or self.due(session):
            session = await self.recalled(sid)
        if session is None or self.expired(session.expires):
            return None
        return session

    async def seen(self, sid: str) -> Session | None:
        """Return the living session of that id as it is, which is no use of it: nothing is extended or copied."""
        session = await self._platform.session_cache.get(sid)
        if session is None or self.expired(session.expires):  # a copy may be older than its row
            session = await self._platform.session_store.read(sid)
        return None if session is None or self.expired(session.expires) else session

    async def recalled(self, sid: str) -> Session | None:
        """Return the living session of that id from the store, extended if that is due, with a copy in the cache."""
        session = await self._platform.session_store.read(sid)
        if session is None or self.expired(session.expires):
            return None
        if self.due(session):
            session = await self.extended(session)
        await self.copy(sid)
        return session

    async def extended(self, session: Session) -> Session:
        """Return the session with a whole life before it; as it is if another request came first, or a logout."""
        expires = self._platform.clock.now() + self.life
        if not await self._platform.session_store.extend(session, expires):
            return session
        return replace(session, expires=expires, extended=True)

    async def copy(self, sid: str) -> None:
        """Copy the session into the cache, held: the copy of one that ended meanwhile would live on."""
        if self._platform.cache.rests:
            return
        async with self._platform.session_store.held(sid) as session:
            if session is not None:
                await self._platform.session_cache.put(session)

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

    @property
    def life(self) -> timedelta:
        """How long a session lives that nobody uses."""
        return timedelta(seconds=self._platform.settings.session_ttl)

    def due(self, session: Session) -> bool:
        """Return whether the session is to be extended when it is used: the last time is an update age ago."""
        age = timedelta(seconds=self._platform.settings.session_update_age)
        return self._platform.clock.now() >= session.expires - self.life + age

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
