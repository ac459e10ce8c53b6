"""What stands before a platform on a server: TLS with an authority of its own; here it can also add to a page's script.

Each connection carries one request, so that every head is seen; sockets and streams go through as they are.
"""

from __future__ import annotations

import asyncio
import re
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import trustme

HEAD_ENDS = b"\r\n\r\n"
HASH = re.compile(r"[.-][0-9a-f]{6,}(?=\.)")
KEPT = re.compile(rb"(?im)^connection:[^\r]*\r\n")


class Front:
    """Listens on a port of its own, at `origin`, for the platform at another."""

    def __init__(self, platform_port: int, authority: trustme.CA, adds: Mapping[str, str] | None = None) -> None:
        """`adds`: name of a script, without a hash in it → what is added to it on the way."""
        self._port, self._adds = platform_port, adds or {}
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1", "localhost").configure_cert(self._context)
        self._serving: set[asyncio.Task[None] | None] = set()
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(
            asyncio.start_server(self._served, "127.0.0.1", 0, ssl=self._context)
        )
        self.origin = f"https://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Listens no more, and hangs up on everybody."""
        asyncio.run_coroutine_threadsafe(self._hung_up(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _hung_up(self) -> None:
        self._server.close()
        while serving := asyncio.all_tasks() - {asyncio.current_task()}:
            for task in serving:
                task.cancel()
            await asyncio.gather(*serving, return_exceptions=True)

    async def _served(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._serving.add(asyncio.current_task())  # asyncio itself forgets one whose caller vanished
        try:
            head = await reader.readuntil(HEAD_ENDS)
            path = head.split(maxsplit=2)[1].decode("latin-1")
            added = self._adds.get(HASH.sub("", path.rpartition("/")[2]))
            if added is not None:
                writer.write(await asyncio.to_thread(self._with, path, added))
                await writer.drain()
            else:
                await self._passed_on(head, reader, writer)
        except (OSError, asyncio.IncompleteReadError):  # whoever asked has hung up
            pass
        finally:
            self._serving.discard(asyncio.current_task())
            writer.close()

    async def _passed_on(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, here = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            if b"upgrade: websocket" not in head.lower():
                head = KEPT.sub(b"", head[:-2]) + b"Connection: close\r\n\r\n"
            here.write(head[:-2] + b"X-Forwarded-Proto: https\r\n\r\n")
            asked = asyncio.create_task(_pumped(reader, here))
            await _pumped(there, writer)
            asked.cancel()
        finally:
            here.close()

    def _with(self, path: str, added: str) -> bytes:
        asking = HTTPConnection("127.0.0.1", self._port, timeout=5)
        asking.request("GET", path)
        body = asking.getresponse().read() + added.encode()
        asking.close()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/javascript\r\nContent-Length: {len(body)}\r\n"
        return f"{head}Connection: close\r\n\r\n".encode() + body


async def _pumped(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):  # one of the two has hung up
        while block := await source.read(65536):
            sink.write(block)
            await sink.drain()


def authority_at(place: Path) -> trustme.CA:
    """A fresh authority; its certificate lies at `place`."""
    import trustme

    made = trustme.CA()
    made.cert_pem.write_to_path(str(place))
    return made
