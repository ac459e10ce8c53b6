"""Redis, used as a cache: it may be away at any time, and nobody waits for it."""

import asyncio
import time
from typing import TYPE_CHECKING

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

if TYPE_CHECKING:
    from reference.assembly import Platform

LIMIT = 0.15
"""Seconds for one exchange with Redis, connecting included."""
REST = 1.0
"""Seconds during which a Redis that has failed is not asked again."""
PING_LIMIT = 1.0
"""Seconds that Redis may take to answer health."""


class Cache:
    """Reads and writes values in Redis; each failure is a miss and a line in the log, never an error."""

    def __init__(self, platform: "Platform") -> None:
        self._platform = platform
        self._client: Redis | None = None
        self._rests_until = 0.0

    async def get(self, key: str) -> str | None:
        """Return the value of *key*, None if there is none or Redis is away."""
        client = self._ready()
        if client is None:
            return None
        try:
            value = await asyncio.wait_for(client.get(key), LIMIT * 2)
        except (RedisError, OSError, TimeoutError) as error:
            self._failed(error)
            return None
        return value if isinstance(value, str) else None

    async def put(self, key: str, value: str, seconds: int) -> bool:
        """Keep *value* for that many seconds; return whether Redis took it."""
        client = self._ready()
        if client is None:
            return False
        try:
            await asyncio.wait_for(client.set(key, value, ex=seconds), LIMIT * 2)
        except (RedisError, OSError, TimeoutError) as error:
            self._failed(error)
            return False
        return True

    async def delete(self, *keys: str) -> bool:
        """Delete *keys*; return whether Redis has done so."""
        client = self._ready()
        if client is None:
            return False
        try:
            await asyncio.wait_for(client.delete(*keys), LIMIT * 2)
        except (RedisError, OSError, TimeoutError) as error:
            self._failed(error)
            return False
        return True

    async def ping(self) -> bool:
        """Return whether Redis answers right now, resting or not."""
        try:
            await asyncio.wait_for(self._connected().ping(), PING_LIMIT)
        except (RedisError, OSError, TimeoutError):
            return False
        return True

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()

    @property
    def rests(self) -> bool:
        """Whether Redis has just failed and is not asked for now."""
        return time.monotonic() < self._rests_until

    def _ready(self) -> Redis | None:
        return None if self.rests else self._connected()

    def _connected(self) -> Redis:
        if self._client is None:
            # redis-py's own defaults wait for seconds and try again: both are said here.
            self._client = Redis.from_url(
                self._platform.settings.redis_url.get_secret_value(),
                decode_responses=True,
                socket_timeout=LIMIT,
                socket_connect_timeout=LIMIT,
                retry=Retry(NoBackoff(), 0),
                protocol=2,
                driver_info=None,
            )
        return self._client

    def _failed(self, error: Exception) -> None:
        self._rests_until = time.monotonic() + REST
        self._platform.log.warning(
            "Redis does not answer, going on without it", dependency="cache", error=type(error).__name__
        )
