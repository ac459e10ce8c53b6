"""Sessions that an outage of the database, or of Redis, ends or makes up."""

# mypy: disable-error-code="method-assign"
from __future__ import annotations

from typing import TYPE_CHECKING

from faults import fault
from faults.away import told, without_database
from faults.sessions.restart import MemoryStore
from reference.errors import Unavailable, unauthenticated

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

    from faults import Served
    from reference.accounts.sessions import Session
    from reference.accounts.users import User
    from reference.assembly import Platform


@fault("store-swaps-on-pool-error", brings_back=["SES-17"])
def store_swaps_on_pool_error(platform: Platform) -> None:
    """Goes on with sessions in memory after the first error of the pool, as the first release did."""
    read, memory = platform.session_store.read, MemoryStore()

    async def read_or_swap(sid: str) -> Session | None:
        try:
            return await read(sid)
        except Unavailable:
            platform.session_store = memory
            return None

    platform.session_store.read = read_or_swap


@fault("store-error-answered-401", brings_back=["SES-17"])
def store_error_answered_401(platform: Platform) -> None:
    """Takes a session that could not be looked up for one that is not there."""
    admit = platform.login.admit

    async def or_not_logged_in(request: HTTPConnection) -> User:
        try:
            return await admit(request)
        except Unavailable:
            raise unauthenticated() from None

    platform.login.admit = or_not_logged_in


@fault("sessions-end-with-an-outage", brings_back=["SES-17"])
def sessions_end_with_an_outage(platform: Platform) -> None:
    """Believes, after an outage, none of the sessions from before."""
    find, database_up = platform.sessions.find, platform.health.database_up
    ended: set[str] = set()

    async def since_the_outage(sid: str) -> Session | None:
        if not await database_up():
            ended.add(sid)
        return None if sid in ended and await database_up() else await find(sid)

    platform.sessions.find = since_the_outage


@fault("a-cache-miss-logs-out", brings_back=["SES-13"])
def a_cache_miss_logs_out(platform: Platform) -> None:
    """Believes that a session that Redis does not know has ended."""

    async def never(sid: str) -> Session | None:
        return None

    platform.session_store.read = never


@fault("redis-is-needed", brings_back=["SES-13"])
def redis_is_needed(platform: Platform) -> None:
    """Answers 503 to everybody while Redis does not answer."""
    get = platform.cache.get

    async def or_unavailable(key: str) -> str | None:
        found = await get(key)
        if found is None and not await platform.cache.ping():
            raise Unavailable("cache", "connection")
        return found

    platform.cache.get = or_unavailable


@fault("a-login-without-redis-is-forgotten", brings_back=["SES-13"])
def a_login_without_redis_is_forgotten(platform: Platform) -> None:
    """Stores a session in the database only once Redis has taken its copy; whoever logs in is told nothing of it."""
    write = platform.session_store.write

    async def after_redis(session: Session) -> None:
        if await platform.cache.ping():
            await write(session)

    platform.session_store.write = after_redis


ME = "/api/auth/me"


def _me_after_an_outage(served: Served) -> object:
    admin = served.caller("admin")
    with without_database(served):
        served.forget_copies()
        while_away = told(lambda: admin.get(ME))
    return [while_away, told(lambda: admin.get(ME))]


def _me_from_the_database(served: Served) -> object:
    admin = served.caller("admin")
    served.forget_copies()
    return told(lambda: admin.get(ME))


def _copy_in_vain(served: Served) -> object:
    return served.copy_in_vain()


def _login_in_vain(served: Served) -> object:
    return served.login_in_vain()


a_login_without_redis_is_forgotten.probe = _login_in_vain
store_swaps_on_pool_error.probe = _me_after_an_outage
store_error_answered_401.probe = _me_after_an_outage
a_cache_miss_logs_out.probe = _me_from_the_database
sessions_end_with_an_outage.probe = _me_after_an_outage
redis_is_needed.probe = _copy_in_vain
