"""Sessions that end with the process."""

# mypy: disable-error-code="method-assign"
from __future__ import annotations

from typing import TYPE_CHECKING

from faults import fault
from reference.accounts.memory_sessions import MemorySession

if TYPE_CHECKING:
    from faults import Served
    from reference.accounts.sessions import Session
    from reference.assembly import Platform


class MemoryStore(MemorySession):
    """Keeps sessions in the process where nobody asked for it."""

    storage = "pg"  # what health has always said, and nobody changed


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
