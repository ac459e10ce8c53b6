"""Two stores where there should be one."""

# mypy: disable-error-code="method-assign"
from __future__ import annotations

import itertools
import random
from typing import TYPE_CHECKING

from faults import fault
from faults.sessions.restart import MemoryStore

if TYPE_CHECKING:
    from faults import Served
    from reference.accounts.sessions import Session
    from reference.assembly import Platform

ONE_IN_FIFTY = 50


@fault("store-falls-back-to-memory", brings_back=["SES-6"])
def store_falls_back_to_memory(platform: Platform) -> None:
    """Keeps sessions in memory, while health and the boot log go on saying what they always said."""
    memory = MemoryStore()
    memory.name = platform.session_store.name
    platform.session_store = memory


@fault("health-names-another-store", brings_back=["SES-6"])
def health_names_another_store(platform: Platform) -> None:
    """Says that sessions are kept in memory, which they are not."""
    platform.session_store.storage = "memory"


@fault("one-request-in-fifty-asks-the-other-store", brings_back=["SES-7"])
def one_request_in_fifty_asks_the_other_store(platform: Platform) -> None:
    """Looks every fiftieth session up in a store that has none."""
    find, asked = platform.sessions.find, itertools.count(1)

    async def now_and_then(sid: str) -> Session | None:
        return None if next(asked) % ONE_IN_FIFTY == 0 else await find(sid)

    platform.sessions.find = now_and_then


@fault("two-percent-ask-the-other-store", brings_back=["SES-7"])
def two_percent_ask_the_other_store(platform: Platform) -> None:
    """Looks two sessions in a hundred, whichever they are, up in a store that has none."""
    find = platform.sessions.find

    async def by_chance(sid: str) -> Session | None:
        return None if random.random() < 1 / ONE_IN_FIFTY else await find(sid)

    platform.sessions.find = by_chance


def _a_login_is_stored(served: Served) -> object:
    before = served.sql("select count(*) from session")[0][0]
    served.caller("admin")
    storage = served.get("/api/system/health").json()["storage"]
    return [served.sql("select count(*) from session")[0][0] > before, storage]


def _all_are_logged_in(served: Served) -> object:
    admin = served.caller("admin")
    return all(admin.get("/api/auth/me").status == OK for _ in range(500))


OK = 200

store_falls_back_to_memory.probe = _a_login_is_stored
health_names_another_store.probe = _a_login_is_stored
one_request_in_fifty_asks_the_other_store.probe = _all_are_logged_in
two_percent_ask_the_other_store.probe = _all_are_logged_in
