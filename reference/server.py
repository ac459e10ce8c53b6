"""Serving: the socket, the event loop, and an end that does not linger."""

import asyncio
import contextlib
import errno
import signal
import socket
from collections.abc import Iterator
from types import FrameType
from typing import TYPE_CHECKING

import uvicorn
import uvicorn.lifespan.off
import uvicorn.loops.asyncio
import uvicorn.protocols.http.h11_impl
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from reference.front import Front
from reference.logs import configure
from reference.realtime.sockets import LARGEST_MESSAGE
from reference.starting import EX_UNAVAILABLE, CannotReach, reach

if TYPE_CHECKING:
    from uvicorn._types import ASGISendEvent

    from reference.assembly import Platform

TICK, TICKS_A_DAY = 0.1, 864_000
"""Seconds between two ticks of uvicorn, which sets the date of answers, and how many it counts."""

LONGEST_END = 5
"""Seconds that requests in flight may take to end after a SIGTERM; an idle server ends at once."""


class CannotListen(Exception):
    """The address cannot be listened on; its text is one line that says why."""


class Upgraded(WebSocketsSansIOProtocol):
    """Uvicorn's sockets, without the error that it logs for each refused one (Kludex/uvicorn#3138)."""

    async def send(self, message: "ASGISendEvent") -> None:
        """Pass a part of the handshake's answer or a message on."""
        await super().send(message)
        if message["type"] == "websocket.http.response.body":
            self.handshake_complete = True


class Server(uvicorn.Server):
    """Uvicorn, ended by our own signal handlers: at once, and with what follows the serving still done."""

    def __init__(self, config: uvicorn.Config, platform: "Platform") -> None:
        super().__init__(config)
        self._platform = platform
        self._ending = asyncio.Event()

    async def main_loop(self) -> None:
        """Do the work of each tick until the end is asked for, which need not wait for a tick."""
        ticks = 0
        while not await self.on_tick(ticks):
            ticks = (ticks + 1) % TICKS_A_DAY
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), TICK)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Ask for the end; once more by SIGINT, do not wait for requests either."""
        super().handle_exit(sig, frame)
        self._ending.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End with the last request in flight, at once when there is none; uvicorn waits for its next tick."""
        for server in self.servers:
            server.close()
        self._platform.stream.end()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=TICK)
        for _ in range(3):  # turns of the loop in which idle connections close
            await asyncio.sleep(0)
        if self.server_state.connections or self.server_state.tasks:
            await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Turn SIGTERM and SIGINT into a graceful end while inside."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(number)


def bound(host: str, port: int) -> socket.socket:
    """Return a socket bound to the address, not listening yet; raise CannotListen when it is not free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio sets TCP_NODELAY only then; without it each answer on a kept
    # connection waits 40 ms for the caller's delayed acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise CannotListen(_told(host, port, error)) from None
    return listener


def run(platform: "Platform") -> int:
    """Serve *platform* until it is told to end, and return the exit code; CannotListen without its port."""
    configure(platform.settings.log_level)
    with bound(platform.settings.host, platform.settings.port) as listener:
        try:
            asyncio.run(serve(platform, listener))
        except CannotReach as problem:
            msg = f"cannot start: {problem}"
            platform.log.failed(msg, category="database.start")
            return EX_UNAVAILABLE
    return 0


async def serve(platform: "Platform", listener: socket.socket) -> None:
    """Serve *platform* until a signal ends it.

    Raises CannotReach without a database, CannotListen when the port was taken meanwhile.
    """
    settings = platform.settings
    connection = await reach(platform, settings.start_deadline)
    pending = await platform.migrations.pending(connection)
    if pending:
        platform.log.warning("migrations are pending: run `python -m reference migrate`", pending=pending)
    await platform.database.open(connection)
    boot = f"Using {platform.session_store.name} for sessions"
    platform.log.info(boot)
    if settings.use_memory_sessions:
        platform.log.warning("sessions end with this process: USE_MEMORY_SESSIONS is on")
    platform.log.info("listening", host=settings.host, port=settings.port, release=settings.release)
    try:
        await Server(_config(platform), platform).serve([listener])
    except OSError as error:
        raise CannotListen(_told(settings.host, settings.port, error)) from None
    finally:
        await platform.database.close()
        await platform.cache.close()
    platform.log.info("stopped")


def _config(platform: "Platform") -> uvicorn.Config:
    settings = platform.settings
    return uvicorn.Config(
        Front(platform),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        lifespan="off",
        loop="asyncio",
        http="h11",
        ws=Upgraded,
        ws_max_size=LARGEST_MESSAGE,
        ws_per_message_deflate=False,  # messages are short
        server_header=False,
        proxy_headers=False,  # nothing here believes what a proxy says of the caller
        timeout_graceful_shutdown=LONGEST_END,
    )


def _told(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is taken: another process listens on {host}:{port}; end it or set PORT in .env"
    if error.errno == errno.EACCES:
        return f"port {port} is not allowed for this user: set PORT in .env to 1024 or more"
    return f"cannot listen on {host}:{port} ({error.strerror}): set HOST and PORT in .env"
