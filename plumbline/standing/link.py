"""Links: the suite's own TCP relays between an instance and what it depends on; to be cut, frozen, delayed, restored.

The words are toxiproxy's deeds under plain names: `reset_peer` and a closed door are *cut*, `timeout` is *freeze*,
`latency` is *delay*. All relays of a process share one thread.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
import time
from collections.abc import Coroutine
from concurrent.futures import Future
from itertools import cycle, pairwise
from typing import Any, TypeVar
from urllib.parse import urlsplit

from plumbline.standing.ports import reserve_port

T = TypeVar("T")

CHUNK = 65_536
RESET = struct.pack("ii", 1, 0)
"""SO_LINGER that makes a close a reset."""

WAITING = 100
"""Connections that may stand before the door."""

AT_ONCE = 0.01
"""Seconds: who comes so soon after another has not waited."""

PATIENCE = 5.0
"""Seconds for the relays' thread to do what it is told."""


class Link:
    """A door on 127.0.0.1 that leads to a host and port as long as nobody does anything to it.

    With several it is a front: who comes is led to each in turn, connection by connection.
    """

    def __init__(self, *to: tuple[str, int]) -> None:
        self._turns = cycle(to)
        self._reservation = reserve_port()
        self._door: socket.socket | None = None
        self._passing: dict[asyncio.Task[None], socket.socket] = {}
        self._open = True
        self.turned_away: list[float] = []
        """When somebody was turned away, in seconds of `time.monotonic`."""
        self._delay = 0.0
        self._passes, self._at_once = asyncio.Event(), asyncio.Event()
        self._passes.set()
        self._changed = time.monotonic()
        relays().do(self._listen())

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._reservation.port

    @property
    def seconds(self) -> float:
        """Since when it has been as it is."""
        return time.monotonic() - self._changed

    @property
    def turns_away(self) -> bool:
        """Whether it still turns away who comes."""
        return not self._open

    @property
    def waits(self) -> list[float]:
        """Seconds between those who were turned away; a pool that comes with several at once has come once."""
        gaps = [later - earlier for earlier, later in pairwise(self.turned_away)]
        return [gap for gap in gaps if gap > AT_ONCE]

    def through(self, url: str) -> str:
        """The same URL, leading through the link."""
        parts = urlsplit(url)
        login, at, _ = parts.netloc.rpartition("@")
        return parts._replace(netloc=f"{login}{at}127.0.0.1:{self.port}").geturl()

    def cut(self) -> None:
        """Resets what is connected and refuses who comes, until `restore`."""
        relays().do(self._cut())
        self._changed = time.monotonic()

    def freeze(self) -> None:
        """Keeps what is connected, accepts who comes, and lets nothing pass either way, until `restore`."""
        relays().do(self._freeze())
        self._changed = time.monotonic()

    def turn_away(self) -> None:
        """Resets what is connected and whoever comes, and notes when in `turned_away`, until `restore`."""
        relays().do(self._turn_away())
        self._changed = time.monotonic()

    def delay(self, seconds: float) -> None:
        """Keeps everything back so long, either way, until `restore`."""
        self._at_once.clear()
        self._delay = seconds
        self._changed = time.monotonic()

    def restore(self) -> None:
        """Lets everything pass again, what was kept back first."""
        self._delay = 0.0
        relays().do(self._restore())
        self._changed = time.monotonic()

    def close(self) -> None:
        """Ends it; its port is free."""
        relays().do(self._cut())
        self._reservation.close()

    async def _listen(self) -> None:
        door = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(("127.0.0.1", self.port))
        door.listen(WAITING)
        door.setblocking(False)  # noqa: FBT003 - socket's own
        asyncio.get_running_loop().add_reader(door, self._accept, door)
        self._door = door

    def _accept(self, door: socket.socket) -> None:
        """Takes in whoever stands before the door; asyncio's own server loses who comes while it closes."""
        with contextlib.suppress(BlockingIOError):
            while True:
                came, _ = door.accept()
                if not self._open:
                    self.turned_away.append(time.monotonic())
                    _reset(came)
                    continue
                came.setblocking(False)  # noqa: FBT003 - socket's own
                task = asyncio.get_running_loop().create_task(self._joined(came))
                self._passing[task] = came
                task.add_done_callback(self._passing.pop)

    async def _cut(self) -> None:
        door, self._door = self._door, None
        if door is not None:
            asyncio.get_running_loop().remove_reader(door)
            self._accept(door)
            door.close()
        cut = dict(self._passing)
        for task in cut:
            task.cancel()
        await asyncio.gather(*cut, return_exceptions=True)
        for came in cut.values():
            _reset(came)  # a task that had not begun has done nothing

    async def _freeze(self) -> None:
        self._passes.clear()
        if self._door is None:
            await self._listen()

    async def _turn_away(self) -> None:
        await self._cut()
        self._open = False
        await self._listen()

    async def _restore(self) -> None:
        self._open = True
        self._at_once.set()
        self._passes.set()
        if self._door is None:
            await self._listen()

    async def _joined(self, came: socket.socket) -> None:
        """Joins who came with where the link leads; whatever ends it early is a reset to both."""
        writers: list[asyncio.StreamWriter] = []
        try:
            await self._passes.wait()
            further_reader, further = await asyncio.open_connection(*next(self._turns))
            writers.append(further)
            reader, writer = await asyncio.open_connection(sock=came.dup())  # the door's own is closed by whoever cuts
            writers.append(writer)
            came.close()
            await asyncio.gather(self._pump(reader, further), self._pump(further_reader, writer))
            for one in writers:
                one.close()
        except (OSError, asyncio.CancelledError):
            for one in writers:
                one.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                one.transport.abort()
            _reset(came)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(CHUNK):
                await self._passes.wait()
                if self._delay:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._at_once.wait(), self._delay)
                writer.write(data)
                await writer.drain()
            await self._passes.wait()
            writer.write_eof()


class _Relays:
    """The thread in which all links of this process are."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="plumbline-links", daemon=True).start()

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        future: Future[T] = asyncio.run_coroutine_threadsafe(work, self._loop)
        return future.result(PATIENCE)


_STARTED: list[_Relays] = []
_STARTING = threading.Lock()


def relays() -> _Relays:
    """The thread of this process in which connections are passed on; started when first asked for."""
    with _STARTING:
        if not _STARTED:
            _STARTED.append(_Relays())
        return _STARTED[0]


def _reset(connection: socket.socket) -> None:
    """Ends a connection as a crash does: with a reset, nothing flushed."""
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        connection.close()
