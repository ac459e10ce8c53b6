"""The browser in a thread of its own: its driver and itself start while the servers do, and checks run there.

Playwright's objects belong to the thread that started it, and leave a running event loop in it; so a check that
asks for a page runs in this thread as a whole.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from plumbline.browsing.chromium import Chromium, launch_arguments, sandbox_works
from plumbline.browsing.guard import Guard

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, Playwright

    from plumbline.target import Target

T = TypeVar("T")
SIZE = (1280, 900)
IDLE = 0.02
"""Seconds without an order after which the driver is looked after: a guarded page waits for our word."""


class BrowserFailed(RuntimeError):
    """There is a browser, and it does not start; what it said."""


class BrowserThread:
    """One browser for one target, driven from one thread; `run` calls a function there and gives its answer."""

    def __init__(self, chromium: Chromium, target: Target, *, headed: bool, tracing: str = "off") -> None:
        """`tracing`: what a context's trace has in it: off, actions, or full (its documents and pictures too)."""
        self._orders: queue.SimpleQueue[tuple[Callable[[], Any], Future[Any]] | None] = queue.SimpleQueue()
        self._chromium, self._headed, self._tracing = chromium, headed, tracing
        self._guard = Guard(target)
        self._browser: Browser | None = None
        self._session: CDPSession | None = None
        self._why_not = ""
        self._ending = False
        self._thread = threading.Thread(target=self._work, name="plumbline-browser", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Has `work` done there, after what was asked for before."""
        answer: Future[T] = Future()
        self._orders.put((work, answer))
        return answer

    def run(self, work: Callable[[], T]) -> T:
        """Has `work` done there, and waits; raises what it raises."""
        return self.submit(work).result()

    def tab(
        self, url: str, cookies: Mapping[str, str], now: datetime | None = None, zone: str | None = None,
        *, logs_in: bool = False,
    ) -> Page:  # fmt: skip
        """A page in a fresh context with a session's cookies; nothing leaves it that this run may not send.

        Its clock starts at `now` where that is given, and its time zone is `zone`: else both are the machine's.
        `logs_in`: a check logs in there, by the page's own form.
        """
        context = self._context(url, cookies, now, zone)
        self._guard.stand_in(context, logs_in=logs_in)
        return context.new_page()

    def _context(self, url: str, cookies: Mapping[str, str], now: datetime | None, zone: str | None) -> BrowserContext:
        if self._browser is None:
            raise BrowserFailed(f"the browser {self._chromium.executable} did not start: {self._why_not}")
        browser = self._browser
        self._guard.watch(browser)
        context = browser.new_context(
            viewport={"width": SIZE[0], "height": SIZE[1]},
            timezone_id=zone,
            ignore_https_errors=self._guard.vouches_for(url),
            **self._guard.options(lambda: str(self._asked(browser)["userAgent"])),
        )
        if self._tracing != "off":
            full = self._tracing == "full"  # twice the work of a page; sources would hold what was typed
            context.tracing.start(snapshots=full, screenshots=full, sources=False)
        if now is not None:
            context.clock.install(time=now)
        context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])
        return context

    def _asked(self, browser: Browser) -> dict[str, Any]:
        """What the browser calls itself; asking has the driver do what else there is to do."""
        self._session = self._session or browser.new_browser_cdp_session()
        return self._session.send("Browser.getVersion")

    def stop(self) -> None:
        """Ends the browser and its driver in order; a run that ends kills them, which is faster."""
        self._ending = True
        self._orders.put(None)
        self._thread.join(timeout=5)

    @property
    def outlives_its_orders(self) -> bool:
        """Whether the thread works between orders too: then it must have ended before the interpreter does."""
        return self._guard.needed

    def _work(self) -> None:
        """The thread: it never raises. A driver that does not start, or is killed with the run, is an answer."""
        try:
            from playwright.sync_api import sync_playwright

            with sync_playwright() as playwright:
                self._launch(playwright)
                self._serve()
                if self._browser is not None:
                    self._browser.close()
        except Exception as error:  # noqa: BLE001 - told to whoever asks for a page
            self._browser, self._why_not = None, str(error).partition("\n")[0]
            if not self._ending:
                self._serve()

    def _launch(self, playwright: Playwright) -> None:
        from playwright.sync_api import Error

        try:
            self._browser = playwright.chromium.launch(
                executable_path=self._chromium.executable, headless=not self._headed,
                args=[*launch_arguments(), *self._guard.arguments()],
                chromium_sandbox=sandbox_works(),
            )  # fmt: skip
        except Error as error:
            self._why_not = str(error).partition("\n")[0]

    def _serve(self) -> None:
        while (order := self._next()) is not None:
            work, answer = order
            try:
                answer.set_result(work())
            except BaseException as error:  # noqa: BLE001 - handed to whoever waits
                answer.set_exception(error)

    def _next(self) -> tuple[Callable[[], Any], Future[Any]] | None:
        """The next order. Its pages go on meanwhile: what they ask for is judged in this thread."""
        while True:
            waits = self._browser if self._guard.needed else None
            with suppress(queue.Empty):
                return self._orders.get(timeout=IDLE if waits else None)
            if waits:
                self._asked(waits)


def moment_on(day: date, now: datetime) -> datetime | None:
    """The present time of day on `day`, for a browser's clock; None where it is that day, and its own will do."""
    return None if now.date() == day else datetime.combine(day, now.timetz())


def close(page: Page) -> None:
    """Closes a page with its context; in the browser's thread."""
    page.context.close()
