"""What is kept in Redis, waited for or missed when Redis is away."""

# mypy: disable-error-code="method-assign"
from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from redis.asyncio import Redis
from redis.exceptions import RedisError

from faults import fault
from reference.errors import Unavailable
from reference.market.analytics import KEY

if TYPE_CHECKING:
    from faults import Served
    from reference.assembly import Platform

TIME_OUT = 3.0


@fault("analytics-hang-for-redis", brings_back=["HLT-4"])
def analytics_hang_for_redis(platform: Platform) -> None:
    """Asks Redis for the numbers with a client of its own, and waits for its whole time-out."""
    kept = platform.analytics.kept

    async def after_asking() -> dict[str, object] | None:
        url = platform.settings.redis_url.get_secret_value()
        with contextlib.suppress(RedisError, OSError):
            async with Redis.from_url(url, socket_timeout=TIME_OUT, socket_connect_timeout=TIME_OUT) as client:
                await client.exists(KEY)
        return await kept()

    platform.analytics.kept = after_asking


@fault("analytics-need-redis", brings_back=["HLT-4"])
def analytics_need_redis(platform: Platform) -> None:
    """Answers 503 to who asks for the numbers while Redis does not answer."""
    kept = platform.analytics.kept

    async def or_unavailable() -> dict[str, object] | None:
        if not await platform.cache.ping():
            raise Unavailable("cache", "connection")
        return await kept()

    platform.analytics.kept = or_unavailable


@fault("analytics-empty-without-redis", brings_back=["HLT-4"])
def analytics_empty_without_redis(platform: Platform) -> None:
    """Says that nothing is published while Redis does not answer."""
    kept = platform.analytics.kept

    async def nothing() -> dict[str, object] | None:
        found = await kept()
        return found if await platform.cache.ping() else {"published": 0, "genres": [], "countedAt": None}

    platform.analytics.kept = nothing


def _numbers_in_vain(served: Served) -> object:
    return served.numbers_in_vain()


analytics_hang_for_redis.probe = _numbers_in_vain
analytics_need_redis.probe = _numbers_in_vain
analytics_empty_without_redis.probe = _numbers_in_vain
