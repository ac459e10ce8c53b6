"""Sessions that end with the process."""

# mypy: disable-error-code="method-assign"
from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from faults import fault

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

    from faults import Served
    from reference.accounts.sessions import Session
    from reference.assembly import Platform


class MemoryStore:
    """Keeps sessions in a dict, as the sample code of every session library does."""

    name = "MemoryStore"
    storage = "pg"  # what health has always said, and nobody changed

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}

    async def read(self, sid: str) -> Session | None:
        """Return the session, or None."""
        return self._sessions.get(sid)

    async def write(self, session: Session) -> None:
        """Keep the session."""
        self._sessions[session.sid] = session

    async def extend(self, session: Session, expires: datetime) -> bool:
        """Move its end."""
        known = self._sessions.get(session.sid) == session
        if known:
            self._sessions[session.sid] = replace(session, expires=expires)
        return known

    @contextlib.asynccontextmanager
    async def held(self, sid: str) -> AsyncIterator[Session | None]:
        """Give the session; nobody is kept from it."""
        yield await self.read(sid)

    async def delete(self, sid: str) -> None:
        """Forget the session."""
        self._sessions.pop(sid, None)

    async def delete_of(self, user_id: int) -> list[str]:
        """Forget the user's sessions."""
        ended = [sid for sid, session in self._sessions.items() if session.user_id == user_id]
        for sid in ended:
            del self._sessions[sid]
        return ended


@fault("sessions-in-memory", brings_back=["SES-5"])
def sessions_in_memory(platform: Platform) -> None:
    """Keeps the sessions in the memory of the process, without a copy in Redis."""

    async def not_kept(session: Session) -> None:
        return None

    platform.session_store = MemoryStore()
    platform.session_cache.put = not_kept


def _a_login_is_stored(served: Served) -> bool:
    before = served.sql("select count(*) from session")[0][0]
    served.caller("admin")
    return bool(served.sql("select count(*) from session")[0][0] > before)


sessions_in_memory.probe = _a_login_is_stored
