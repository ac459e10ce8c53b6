"""A stream that is not there, is kept back, or is open to anybody."""

# mypy: disable-error-code="method-assign"
from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.responses import StreamingResponse

from faults import fault
from reference.realtime.stream import EVENTS
from reference.routing import Guard

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.responses import Response

    from faults import Served
    from reference.assembly import Platform

PATH = "/api/notifications/stream"
BUFFER = 4096
LIMIT = 1.0
"""Seconds after which a stream is ended that was to stay."""

SOON = 1.0
"""Seconds that a probe waits for a first line."""


def begun(served: Served, as_: str | None = "admin") -> dict[str, object]:
    """Status, two headers and the first bytes of the stream; None where nothing comes soon."""
    import http.client
    from urllib.parse import urlsplit

    cookie = "; ".join(f"{one.name}={one.value}" for one in served.caller(as_).cookies)
    connection = http.client.HTTPConnection(urlsplit(served.url).netloc, timeout=SOON)
    try:
        connection.request("GET", PATH, headers={"Cookie": cookie} if cookie else {})
        answer = connection.getresponse()
        seen: dict[str, object] = {"status": answer.status, "buffering": answer.headers.get("x-accel-buffering")}
        with suppress(TimeoutError):
            seen["first"] = answer.read1(64).decode()[:6]
            seen["goes on"] = answer.read1(64) != b""
        return seen
    finally:
        connection.close()


def _told(served: Served, seconds: float) -> tuple[str, bool]:
    """What a stream says in that time, and whether it is still open then."""
    import http.client
    import time
    from urllib.parse import urlsplit

    cookie = "; ".join(f"{one.name}={one.value}" for one in served.caller("admin").cookies)
    connection = http.client.HTTPConnection(urlsplit(served.url).netloc, timeout=seconds)
    said, until = "", time.monotonic() + seconds
    try:
        connection.request("GET", PATH, headers={"Cookie": cookie})
        answer = connection.getresponse()
        while part := answer.read1(4096):
            said += part.decode()
            connection.sock.settimeout(max(until - time.monotonic(), 0.001))
    except TimeoutError:
        return said, True
    else:
        return said, False
    finally:
        connection.close()


@fault("stream-missing", brings_back=["RT-8"])
def stream_missing(platform: Platform) -> None:
    """Leaves the stream out of the routes."""
    platform.routes[:] = [route for route in platform.routes if route.path != PATH]


stream_missing.probe = begun


@fault("stream-buffered", brings_back=["RT-8"])
def stream_buffered(platform: Platform) -> None:
    """Keeps events back until there are four kilobytes of them."""
    parts = platform.stream.parts

    async def kept_back(unread: int) -> AsyncIterator[str]:
        buffer = ""
        async for part in parts(unread):
            buffer += part
            if len(buffer) >= BUFFER:
                yield buffer
                buffer = ""

    platform.stream.parts = kept_back


stream_buffered.probe = begun


@fault("stream-head-kept-back", brings_back=["RT-8"])
def stream_head_kept_back(platform: Platform) -> None:
    """Answers only when there is something to tell."""
    opened = platform.stream.open

    async def late(request: Request) -> Response:
        answer = await opened(request)
        if request.method == "GET":
            await asyncio.sleep(platform.settings.sse_keepalive)
        return answer

    platform.stream.open = late


def _status_soon(served: Served) -> object:
    try:
        return begun(served)["status"]
    except TimeoutError:
        return None


stream_head_kept_back.probe = _status_soon


@fault("stream-ends-at-once", brings_back=["RT-8"])
def stream_ends_at_once(platform: Platform) -> None:
    """Tells what is unread, and hangs up."""
    parts = platform.stream.parts

    async def first(unread: int) -> AsyncIterator[str]:
        async for part in parts(unread):
            yield part
            break

    platform.stream.parts = first


stream_ends_at_once.probe = begun


@fault("stream-ends-soon", brings_back=["RT-8 stays"])
def stream_ends_soon(platform: Platform) -> None:
    """Ends every stream after a second, as a limit for ordinary requests would."""
    parts = platform.stream.parts

    async def first(unread: int) -> AsyncIterator[str]:
        async for part in parts(unread):
            yield part
            await asyncio.sleep(LIMIT)
            break

    platform.stream.parts = first


def _open_after_the_limit(served: Served) -> object:
    return _told(served, 2 * LIMIT)[1]


stream_ends_soon.probe = _open_after_the_limit


@fault("stream-events-without-end", brings_back=["RT-8"])
def stream_events_without_end(platform: Platform) -> None:
    """Leaves out the empty line after an event: no browser takes notice of it."""
    parts = platform.stream.parts

    async def run_on(unread: int) -> AsyncIterator[str]:
        async for part in parts(unread):
            yield part.removesuffix("\n")

    platform.stream.parts = run_on


stream_events_without_end.probe = lambda served: _told(served, SOON)[0].endswith("\n\n")


@fault("stream-may-be-buffered", brings_back=["RT-8"])
def stream_may_be_buffered(platform: Platform) -> None:
    """Does not tell the proxy in front to pass events on."""
    headers = platform.stream.headers
    platform.stream.headers = lambda: {k: v for k, v in headers().items() if k != "x-accel-buffering"}


stream_may_be_buffered.probe = begun


@fault("stream-open-to-all", brings_back=["RT-8 anonymous"])
def stream_open_to_all(platform: Platform) -> None:
    """Opens a stream to anybody, about nobody's notifications."""

    async def opened(request: Request) -> Response:
        return StreamingResponse(platform.stream.parts(0), headers=platform.stream.headers(), media_type=EVENTS)

    platform.stream.open = opened
    platform.routes[:] = [replace(one, guard=Guard.PUBLIC) if one.path == PATH else one for one in platform.routes]


stream_open_to_all.probe = lambda served: begun(served, as_=None)["status"]
