"""A TLS front before a platform that speaks plain HTTP, as on a server; it tells the platform who came, and how.

Each connection carries one request, so that every head is seen, or becomes a socket.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
from functools import cache

from plumbline.asking.names import DOMAIN, LOOPBACK
from plumbline.judging.record import NotPossibleHere
from plumbline.standing.link import relays
from plumbline.standing.ports import reserve_port

HEAD_ENDS = b"\r\n\r\n"
OWN = re.compile(rb"(?im)^(?:forwarded|x-forwarded-[a-z]+):[^\r]*\r\n")
"""Headers that a caller may not say himself: what they say is the front's to tell."""

KEPT = re.compile(rb"(?im)^connection:[^\r]*\r\n")

NOBODY_THERE = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

TRUSTED, UNTRUSTED = LOOPBACK, "127.0.0.2"
"""Where fronts come from: the platform is told to trust the first, and nothing of the other."""


class Front:
    """Listens on a port of 127.0.0.1, under every host name of `DOMAIN`, for a platform on another port.

    One front serves several names, such as `app.` and `api.`: the Host header goes through as it came. A client of
    this run connects by these names; a browser does so with --host-resolver-rules="MAP *.plumbline.test 127.0.0.1",
    in a context that ignores certificate errors (the authority is made anew in each process).
    """

    def __init__(self, comes_from: str = TRUSTED, *, says_https: bool = True) -> None:
        """`comes_from`: the address that the platform sees. Without `says_https` no header tells of TLS."""
        self._comes_from, self._says_https = comes_from, says_https
        self._reservation = reserve_port()
        self._to: int | None = None
        self._serving: set[asyncio.Task[None] | None] = set()
        self._server = relays().do(self._listen(certificates()[0]))

    def origin(self, name: str = "app") -> str:
        """Where it is asked for the host called `name`."""
        return f"https://{name}.{DOMAIN}:{self._reservation.port}"

    def lead_to(self, port: int) -> None:
        """Passes requests on to whoever listens on that port."""
        self._to = port

    def close(self) -> None:
        """Listens no more, and hangs up on everybody."""
        relays().do(self._hang_up())
        self._reservation.close()

    async def _listen(self, context: ssl.SSLContext) -> asyncio.Server:
        return await asyncio.start_server(self._serve, LOOPBACK, self._reservation.port, ssl=context)

    async def _hang_up(self) -> None:
        self._server.close()
        serving = [task for task in self._serving if task is not None]
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._serving.add(asyncio.current_task())
        try:
            head = await reader.readuntil(HEAD_ENDS)
            await self._pass_on(self._told(head), reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):  # whoever asked has hung up
            pass
        finally:
            self._serving.discard(asyncio.current_task())
            writer.close()

    def _told(self, head: bytes) -> bytes:
        """A request's head as the platform gets it."""
        host = re.search(rb"(?im)^host:[ \t]*([^\r]*)", head)
        told = {b"X-Forwarded-For": LOOPBACK.encode()}
        if b"upgrade: websocket" not in head.lower():
            head = KEPT.sub(b"", head)
            told[b"Connection"] = b"close"
        if host:
            told[b"X-Forwarded-Host"] = host[1]
        if self._says_https:
            told[b"X-Forwarded-Proto"] = b"https"
        return OWN.sub(b"", head[:-2]) + b"".join(b"%s: %s\r\n" % one for one in told.items()) + b"\r\n"

    async def _pass_on(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, here = await asyncio.open_connection(LOOPBACK, self._to, local_addr=(self._comes_from, 0))
        except OSError:
            writer.write(NOBODY_THERE)
            await writer.drain()
            return
        asked = asyncio.create_task(_ask(reader, here))
        try:
            here.write(head)
            await _pump(there, writer)
        finally:
            asked.cancel()
            here.close()


async def _ask(caller: asyncio.StreamReader, platform: asyncio.StreamWriter) -> None:
    """Passes on what the caller says, and that he has hung up: of a stream nobody else would tell the platform."""
    await _pump(caller, platform)
    platform.close()


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while block := await source.read(65_536):
            sink.write(block)
            await sink.drain()


@cache
def certificates() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """What this process's fronts show, and what trusts that and nothing else; made when first asked for."""
    try:
        import trustme  # late: it takes 200 ms
    except ImportError:
        raise NotPossibleHere("needs a certificate, which trustme makes: pip install trustme") from None
    authority = trustme.CA()
    shown, trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority.issue_cert(DOMAIN, f"*.{DOMAIN}").configure_cert(shown)
    authority.configure_trust(trusting)
    return shown, trusting


def may_come_from(address: str) -> bool:
    """Whether this machine lets somebody come from that address: Linux has all of 127.*, macOS the first alone."""
    import socket

    with socket.socket() as line:
        try:
            line.bind((address, 0))
        except OSError:
            return False
    return True
