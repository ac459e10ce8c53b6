"""Faults that prove the proofs: one must be caught, one must be missed, one must be void."""

# mypy: disable-error-code="method-assign"
from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from faults import fault, get
from faults.probes import start

if TYPE_CHECKING:
    from reference.accounts.sessions import Session
    from reference.assembly import Platform
    from reference.database import Connection


@fault("nobody-stays-logged-in", brings_back=["SES-1"], canary="caught")
def nobody_stays_logged_in(platform: Platform) -> None:
    """Lets people in and knows nobody at the next request."""

    async def nobodys(sid: str) -> Session | None:
        return None

    platform.sessions.find = nobodys


nobody_stays_logged_in.probe = get("/api/auth/me", see="status", as_="admin")


@fault("changes-nothing", brings_back=["SES-1"], canary="missed")
def changes_nothing(platform: Platform) -> None:
    """Leaves the platform as it is."""


changes_nothing.probe = get("/api/auth/me", see="status", as_="admin")


@fault("ends-at-start", brings_back=["SES-1"], canary="void")
def ends_at_start(platform: Platform) -> None:
    """Ends the process while it starts, for no reason that anybody looks for."""

    async def ended(first: Connection) -> NoReturn:
        raise SystemExit(70)

    platform.database.open = ended


ends_at_start.probe = start
