"""Sessions that end with the process, for a developer's machine."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime

from reference.accounts.session_cache import SessionCache
from reference.accounts.sessions import Session


class MemorySession:
    """Keeps sessions in this process: no other sees them, and nobody after it."""

    name = "MemorySession"
    storage = "memory"

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}

    async def read(self, sid: str) -> Session | None:
        """Return the session, expired or not."""
        return self._sessions.get(sid)

    async def write(self, session: Session) -> None:
        """Keep the session, in place of an older one of the same id."""
        self._sessions[session.sid] = session

    async def extend(self, session: Session, expires: datetime) -> bool:
        """Move the end of the session, unless it was moved or forgotten meanwhile; return whether."""
        if self._sessions.get(session.sid) != session:
            return False
        self._sessions[session.sid] = replace(session, expires=expires)
        return True

    @contextlib.asynccontextmanager
    async def held(self, sid: str) -> AsyncIterator[Session | None]:
        """Give the session; there are no copies that it could be mixed up with."""
        yield self._sessions.get(sid)

    async def delete(self, sid: str) -> None:
        """Forget the session."""
        self._sessions.pop(sid, None)

    async def delete_of(self, user_id: int) -> list[str]:
        """Forget all sessions of a user and return their ids."""
        ended = [sid for sid, session in self._sessions.items() if session.user_id == user_id]
        for sid in ended:
            del self._sessions[sid]
        return ended


class NoCopies(SessionCache):
    """Stands where the copies in Redis are otherwise: these would outlive the process."""

    async def get(self, sid: str) -> Session | None:
        """Return None: there is no copy."""

    async def put(self, session: Session) -> None:
        """Keep nothing."""

    async def forget(self, sid: str) -> None:
        """Do nothing: there is no copy."""
