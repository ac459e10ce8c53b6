"""The Postgres pool: connections that are known to live, and errors that say what happened."""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, LiteralString, TypeVar

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import class_row
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout, TooManyRequests

from reference.errors import Unavailable

if TYPE_CHECKING:
    from reference.assembly import Platform

Connection = psycopg.AsyncConnection[Any]
T = TypeVar("T")
Parameters = Sequence[object] | Mapping[str, object]

CONNECT_LIMIT = 2
"""Seconds for one try to connect (libpq's smallest)."""
POOL_LIMIT = 1.5
"""Seconds that a request waits for a free connection."""
CHECK_LIMIT = 0.75
"""Seconds that an open connection may take to prove that it lives."""
IDLE_IN_TRANSACTION_LIMIT = 60_000
"""Milliseconds after which the server ends a transaction that nobody goes on with."""
MOST_WAITING = 200
"""Requests that may queue for a connection; the next one is refused at once."""


def cut(connection: Connection) -> None:
    """Shut the socket under *connection*, so that whoever waits on it gets an error now.

    Cancelling the waiting task would not do: psycopg first asks the silent server to cancel, and waits.
    """
    with contextlib.suppress(OSError, psycopg.OperationalError):
        duplicate = socket.socket(fileno=os.dup(connection.fileno()))
        try:
            duplicate.shutdown(socket.SHUT_RDWR)
        finally:
            duplicate.close()


@contextlib.asynccontextmanager
async def limited(connection: Connection, seconds: float) -> AsyncIterator[None]:
    """Cut *connection* if what is done inside takes longer than *seconds*."""
    timer = asyncio.get_running_loop().call_later(seconds, cut, connection)
    try:
        yield
    finally:
        timer.cancel()


async def check_alive(connection: Connection) -> None:
    """Raise psycopg.OperationalError unless the server answers on *connection* soon."""
    async with limited(connection, CHECK_LIMIT):
        await AsyncConnectionPool.check_connection(connection)


class Database:
    """Hands out connections of a pool that is opened at the start and mends itself."""

    def __init__(self, platform: "Platform") -> None:
        self._platform = platform
        self._pool: AsyncConnectionPool[Connection] | None = None

    @property
    def max_connections(self) -> int:
        """Most connections that the pool may hold."""
        return self._platform.settings.database_pool_max

    @property
    def connections_in_use(self) -> int:
        """Connections that are lent out at this moment."""
        if self._pool is None:
            return 0
        stats = self._pool.get_stats()
        return stats["pool_size"] - stats["pool_available"]

    def parameters(self) -> dict[str, Any]:
        """Return what every connection is made with: limits on both ends, UTC, a name for the server."""
        settings = self._platform.settings
        given = conninfo_to_dict(settings.database_url.get_secret_value())
        milliseconds = int(settings.statement_timeout * 1000)
        server = f"-c TimeZone=UTC -c statement_timeout={milliseconds}"
        server += f" -c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_LIMIT}"
        return {
            "application_name": "platform",
            "client_encoding": "UTF8",  # a server in C locale would hand out bytes
            "connect_timeout": CONNECT_LIMIT,
            "tcp_user_timeout": 3000,
            "keepalives_idle": 10,
            "keepalives_interval": 3,
            "keepalives_count": 3,
            **given,
            "options": f"{given.get('options', '')} {server}".strip(),
        }

    async def connect(self) -> Connection:
        """Return a connection outside the pool; the caller closes it. Raises psycopg.OperationalError."""
        return await psycopg.AsyncConnection.connect(autocommit=True, prepare_threshold=None, **self.parameters())

    async def open(self, first: Connection) -> None:
        """Open the pool with *first* in it; further connections are made when they are asked for."""
        settings = self._platform.settings
        self._pool = AsyncConnectionPool(
            connection_class=_handing_over(first),
            kwargs={"autocommit": True, "prepare_threshold": None, **self.parameters()},
            min_size=0,  # a database that goes away is met by requests, not by a busy background task
            max_size=settings.database_pool_max,
            timeout=POOL_LIMIT,
            max_waiting=MOST_WAITING,
            max_idle=300,
            # Short: each request that finds no connection starts the next try, so recovery is never far.
            reconnect_timeout=1,
            check=self.check,
            open=False,
            name="platform",
        )
        await self._pool.open(wait=False)

    async def check(self, connection: Connection) -> None:
        """Raise psycopg.OperationalError unless *connection* lives; what has ended it has ended the idle ones too.

        The pool would look at those one a second, each request for as long as it may wait.
        """
        try:
            await check_alive(connection)
        except psycopg.OperationalError:
            if self._pool is not None:
                await self._pool.drain()
            raise

    async def close(self) -> None:
        """Close the pool and its connections."""
        if self._pool is not None:
            await self._pool.close(timeout=0.2)

    @contextlib.asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """Lend a connection (autocommit) that has just proved to live; Unavailable if there is none."""
        if self._pool is None:
            raise Unavailable("database", "closed")
        limit = self._platform.settings.statement_timeout + 1
        try:
            async with self._pool.connection() as connection, limited(connection, limit):
                yield connection
        except (PoolTimeout, PoolClosed) as error:
            raise Unavailable("database", "connection") from error
        except TooManyRequests as error:
            raise Unavailable("database", "pool") from error
        except psycopg.errors.QueryCanceled as error:
            raise Unavailable("database", "timeout") from error
        except psycopg.OperationalError as error:
            raise Unavailable("database", "connection") from error

    async def rows(self, kind: type[T], query: LiteralString, parameters: Parameters = ()) -> list[T]:
        """Return all rows of *query*, each as a *kind* made from its columns by name."""
        async with self.connection() as connection:
            cursor = await connection.cursor(row_factory=class_row(kind)).execute(query, parameters)
            return await cursor.fetchall()

    async def row(self, kind: type[T], query: LiteralString, parameters: Parameters = ()) -> T | None:
        """Return the first row of *query*, or None."""
        found = await self.rows(kind, query, parameters)
        return found[0] if found else None

    async def run(self, query: LiteralString, parameters: Parameters = ()) -> int:
        """Run a statement and return how many rows it touched."""
        async with self.connection() as connection:
            return (await connection.execute(query, parameters)).rowcount


def _handing_over(first: Connection) -> type[Connection]:
    """Return a connection class whose first connect gives *first*: a start needs one connection, not two."""
    waiting = [first]

    class HandedOver(psycopg.AsyncConnection[Any]):
        @classmethod
        async def connect(cls, conninfo: str = "", **parameters: Any) -> Connection:  # type: ignore[override]  # noqa: ANN401
            return waiting.pop() if waiting else await psycopg.AsyncConnection.connect(conninfo, **parameters)

    return HandedOver
