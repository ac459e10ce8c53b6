"""The Redis copies of sessions: quick to read, never needed."""

import json
import math
from datetime import datetime
from typing import TYPE_CHECKING

from reference.accounts.sessions import Session

if TYPE_CHECKING:
    from reference.assembly import Platform


class SessionCache:
    """Keeps a copy of each session in Redis under `sess:<sid>`; whatever goes wrong there is a miss."""

    def __init__(self, platform: "Platform") -> None:
        self._platform = platform
        self._owed: set[str] = set()
        """Ended sessions whose copy could not be deleted yet, since Redis was away."""

    async def get(self, sid: str) -> Session | None:
        """Return the copy, None where there is none that can be read."""
        if self._owed and not await self._settle():
            return None
        text = await self._platform.cache.get(self.key(sid))
        if text is None:
            return None
        try:
            content = json.loads(text)
            expires = datetime.fromisoformat(content["cookie"]["expires"])
            if expires.tzinfo is None or not isinstance(content["userId"], int):
                return None
            return Session(sid, content["userId"], expires)
        except (ValueError, KeyError, TypeError):
            return None

    async def put(self, session: Session) -> None:
        """Keep a copy until the session's end."""
        left = (session.expires - self._platform.clock.now()).total_seconds()
        await self._platform.cache.put(
            self.key(session.sid), self._platform.sessions.encoded(session), max(1, math.ceil(left))
        )

    async def forget(self, sid: str) -> None:
        """Delete the copy; if Redis is away, no copy is believed until it has been deleted."""
        if not await self._platform.cache.delete(self.key(sid)):
            self._owed.add(sid)

    def key(self, sid: str) -> str:
        """Return the name of the copy in Redis."""
        return f"sess:{sid}"

    async def _settle(self) -> bool:
        owed = set(self._owed)
        if await self._platform.cache.delete(*[self.key(sid) for sid in owed]):
            self._owed -= owed
        return not self._owed
