"""What an open page says of itself: its console, uncaught errors, and every request with its answer."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from plumbline.asking.exchange import Exchange

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Error, Page, Request, Response

FAILED = 400

BROWSERS = re.compile(r"sec-|accept|user-agent|connection|host|upgrade-insecure-requests|:", re.IGNORECASE)
"""Request headers that a browser adds by itself, which a reader of a curl line does not need."""

SCRIPTS = {"fetch", "xhr"}
READ = {"document", *SCRIPTS}
"""Playwright's words for what has an answer worth reading: no pictures, scripts or styles."""

REFUSED = "ERR_BLOCKED_BY_CLIENT"
"""How the browser puts it that our own guard (`plumbline/browsing/guard.py`) let a request not out."""

ABANDONED = "ERR_ABORTED"
"""How it puts it that nobody reads on: of an answer that has come that is the page's own business."""

UPSET = {"net::ERR_NETWORK_CHANGED": "a network interface of this machine came or went, as a container's: try again"}
"""What a browser gives up requests for, whoever they went to; what it means."""

OF_A_FETCH = "Failed to fetch"
"""How it puts to a page that a request of its scripts got no answer, whatever the reason."""

MOST = 200
"""Requests of a page that are kept, the last ones."""


class Diary:
    """Listens to a page from its making on. What it keeps costs nothing until somebody reads it."""

    def __init__(self, tab: Page) -> None:
        self.tab = tab
        self._complaints: list[str] = []
        self.lines: list[tuple[float, str]] = []
        """Time, in seconds since the epoch, and what was said, each word of the console included."""
        self._asked: list[tuple[float, Request, Response | None]] = []
        self._finished: set[Request] = set()
        self._answered: set[Request] = set()
        self._refused, self._unanswered = 0, 0
        """Requests of scripts that got no answer: through our own guard, and otherwise."""
        tab.on("console", self._hear)
        tab.on("pageerror", self._catch)
        tab.on("requestfailed", self._miss)
        tab.on("response", self._answer)
        tab.on("requestfinished", self._finish)

    @property
    def complaints(self) -> list[str]:
        """Console errors, uncaught exceptions and failed requests, a line each, but for those that we have caused.

        What a script says of a request without an answer is ours when each request of scripts that got none is.
        """
        ours = self._refused and not self._unanswered
        return [text for text in self._complaints if not (ours and OF_A_FETCH in text)]

    def complain(self, text: str, kind: str = "") -> None:
        """Notes a complaint, of which somebody else has heard."""
        self._complaints.append(text)
        self._note(kind or text)

    def exchanges(self) -> list[Exchange]:
        """The requests of the page with their answers, read from the browser now; in the browser's thread."""
        return [_exchange(*asked, whole=asked[1] in self._finished) for asked in self._asked[-MOST:]]

    def _note(self, text: str) -> None:
        self.lines.append((time.time(), text))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and REFUSED not in message.text:
            self.complain(f"console: {message.text}", f"console error: {message.text}")
        else:
            self._note(f"console {message.type}: {message.text}")

    def _catch(self, error: Error) -> None:
        self.complain(f"uncaught: {error.message}", f"uncaught: {error.stack or error.message}")

    def _miss(self, request: Request) -> None:
        if request in self._answered and ABANDONED in (request.failure or ""):
            return
        refused, text = REFUSED in (request.failure or ""), f"no answer: {request.method} {request.url}"
        if request.resource_type in SCRIPTS:
            self._refused, self._unanswered = self._refused + refused, self._unanswered + (not refused)
        if refused:
            self._note(f"{text}: refused by this run")
        else:
            why = request.failure or "it failed"
            self.complain(f"{text} ({': '.join(filter(None, (why, UPSET.get(why))))})")
        self._asked.append((time.time(), request, None))

    def _finish(self, request: Request) -> None:
        self._finished.add(request)

    def _answer(self, response: Response) -> None:
        self._answered.add(response.request)
        told = f"{response.status}: {response.request.method} {response.url}"
        if response.status >= FAILED:
            self.complain(told)
        else:
            self._note(told)
        self._asked.append((time.time(), response.request, response))


def _exchange(seen: float, request: Request, response: Response | None, *, whole: bool) -> Exchange:
    headers = tuple((header["name"], header["value"]) for header in response.headers_array()) if response else ()
    given = {name.lower(): value for name, value in headers}
    return Exchange(
        method=request.method, url=request.url, path=urlsplit(request.url).path, who="the browser",
        request_headers={name: text for name, text in request.all_headers().items() if not BROWSERS.match(name)},
        request_body=request.post_data or "", status=response.status if response else 0, headers=headers,
        body=_body(response) if response and whole and request.resource_type in READ else b"", began=seen,
        seconds=max(request.timing["responseStart"], 0) / 1000, request_id=given.get("x-request-id", ""),
        failure="" if response else request.failure or "it failed",
    )  # fmt: skip


def _body(response: Response) -> bytes:
    from playwright.sync_api import Error

    try:
        return response.body()
    except Error:
        return b""  # the browser does not keep those of redirects, nor of a page that was left
