"""The connections of one caller, and what goes with each of its requests."""

from __future__ import annotations

import logging
import sys
import time
from typing import TYPE_CHECKING, Any

from plumbline.elsewhere.permission import plain_origin

if TYPE_CHECKING:
    import httpx

    from plumbline.target import Target

VERSION = "0.1"

TRACED = {"traceparent", "x-request-id"}
"""Request headers by which the platform's log lines are picked."""

OURS = {"host", "accept", "accept-encoding", "connection", "content-length", "user-agent", *TRACED}
"""Request headers that a reader of a curl line does not need."""

# httpx's command line, which `import httpx` takes in wherever click and rich are installed, costs 100 ms.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # Python's way to say "not to be had"

for _library in ("httpcore", "httpx", "websockets"):  # at DEBUG they log every header, cookies before these are known
    logging.getLogger(_library).setLevel(logging.WARNING)


def pool_for(target: Target, url: str) -> httpx.Client:
    """A connection pool with an empty cookie jar. No proxy, no redirect, nothing out of the environment.

    Whoever takes a client's pool to send something by himself is asked for permission too.
    """
    import httpx

    from plumbline.asking.jar import BrowserJar
    from plumbline.asking.transport import Transport

    plain = target.profile.managed and url.startswith("http:")
    verify = target.no_authority if plain else target.tls_for(url) or target.tls_context
    headers = {"User-Agent": agent(target), **target.headers}

    def ask(request: httpx.Request) -> None:
        place = str(request.url)
        target.permission.may_send(request.method, plain_origin(place), request.url.path, credentials=False)

    # Connecting is tried again where there is a network in between; an answer is asked for once.
    line = Transport(verify, retries=0 if target.profile.managed else 2)
    return httpx.Client(
        trust_env=False, transport=line, headers=headers, cookies=BrowserJar(),
        event_hooks={"request": [ask]},
    )  # fmt: skip


def agent(target: Target) -> str:
    """By what the platform's logs tell this run's traffic from others'."""
    return f"Plumbline/{VERSION} (run {target.run_mark})"


def never_ends(response: httpx.Response) -> bool:
    """Whether this is a stream of events, whose end nobody waits for."""
    media: str = response.headers.get("content-type", "")
    return media.partition(";")[0].strip().lower() == "text/event-stream"


def what_was_sent(ours: str, request: httpx.Request, who: str, seconds: float) -> dict[str, Any]:
    """What an exchange says of its request, the path being the contract's."""
    return {
        "method": request.method, "url": str(request.url), "path": ours, "who": who,
        "request_headers": {name: text for name, text in request.headers.items() if name.lower() not in OURS},
        "request_body": request.content.decode("utf-8", "replace"), "seconds": seconds,
        "request_id": request.headers.get("x-request-id", ""), "began": time.time() - seconds,
    }  # fmt: skip
