"""Pages looked at by Chromium over a pipe; for the floors."""

from __future__ import annotations

import json
import os
import signal
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from bench import asked
from bench.wire.devtools import Pipe
from bench.wire.web import Http

FAILED = 400
FLAGS = [
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--metrics-recording-only",
    "--no-default-browser-check",
    "--no-pings",
    "--password-store=basic",
    "--use-mock-keychain",
    "--hide-scrollbars",
    "--mute-audio",
    "--window-size=1280,900",
    "--disable-features=Translate,OptimizationHints,MediaRouter,DialMediaRouteProvider",
    "about:blank",
]


class Browser:
    """One Chromium, started by `start` and ended by `end`."""

    def __init__(self, executable: str, folder: Path) -> None:
        self._executable, self._folder = executable, folder
        self._pid = 0
        self._pipe: Pipe | None = None

    def start(self) -> None:
        """Starts it, and returns at once."""
        to_read, to_write = os.pipe(), os.pipe()  # the browser reads the first and writes the second
        theirs = [os.dup2(to_read[0], 30), os.dup2(to_write[1], 31)]  # out of the way of 3 and 4
        os.close(to_read[0])
        os.close(to_write[1])
        self._pid = os.posix_spawn(
            self._executable,
            [self._executable, f"--user-data-dir={self._folder / 'profile'}", *FLAGS],
            {**os.environ, "TMPDIR": str(self._folder), "HOME": str(self._folder)},
            file_actions=[
                *((os.POSIX_SPAWN_OPEN, end, os.devnull, os.O_RDWR, 0) for end in (0, 1, 2)),
                *((os.POSIX_SPAWN_DUP2, there, place) for there, place in zip(theirs, (3, 4), strict=True)),
                *((os.POSIX_SPAWN_CLOSE, there) for there in theirs),
            ],
        )
        for end in theirs:
            os.close(end)
        self._pipe = Pipe(os.fdopen(to_write[0], "rb"), os.fdopen(to_read[1], "wb"))

    def end(self) -> None:
        """Ends it at once."""
        if self._pid:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)

    def look(self, logged_in: SimpleQueue[tuple[int, str] | None]) -> None:
        """The pages: `/` with its data, the calendar to the next month and back, `/` again after a second."""
        if self._pipe is None:
            raise RuntimeError("no browser was started")
        pipe = self._pipe
        context = pipe.ask("Target.createBrowserContext")["browserContextId"]
        overview, calendar = _tab(pipe, context), _tab(pipe, context)
        if (known := logged_in.get()) is None:
            return
        port, cookie = known
        url = f"http://127.0.0.1:{port}"
        name, _, value = cookie.partition("=")
        pipe.ask("Storage.setCookies", browserContextId=context, cookies=[{"name": name, "value": value, "url": url}])
        pipe.ask("Page.navigate", overview, url=f"{url}/")
        pipe.ask("Page.navigate", calendar, url=f"{url}/calendar")
        shown = f"{json.dumps(asked.SEEN)}.every(text => document.body.innerText.includes(text))"
        _until(pipe, overview, shown)
        _turn_pages(pipe, calendar, Http(port, cookie))
        _until(pipe, overview, "performance.now() >= 1000")
        _until(pipe, overview, shown)
        complaints = [event for event in pipe.events if _complains(event)]
        if complaints:
            raise RuntimeError(f"a page complains: {complaints[:3]}")


def _tab(pipe: Pipe, context: str) -> str:
    target = pipe.ask("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
    tab: str = pipe.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    for domain in ("Page", "Runtime", "Log", "Network"):
        pipe.ask(f"{domain}.enable", tab)
    return tab


def _turn_pages(pipe: Pipe, tab: str, admin: Http) -> None:
    """The calendar shows this month's dues on their days, the next month's, and this month's again."""
    this = datetime.now().astimezone().date().replace(day=1)
    following = (this + timedelta(days=31)).replace(day=1)
    for month, button in ((this, ""), (following, asked.NEXT), (this, asked.PREVIOUS)):
        if button:
            pipe.ask("Runtime.evaluate", tab, expression=f"document.querySelector({json.dumps(button)}).click()")
        _until(pipe, tab, DUES_SHOWN % (f"{month:%B %Y}", json.dumps(_dues(admin, month))))


def _dues(admin: Http, first: date) -> list[tuple[str, str]]:
    """Day and title of what is due in a month, by the API; never none."""
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    _, body = admin.get(f"/api/calendar/events?from={first}&to={last}&tz=UTC")
    return [(event["date"], event["title"]) for event in json.loads(body)] or [("", "a due")]


DUES_SHOWN = """
document.querySelector("h2").innerText === "%s" && %s.every(
    ([day, title]) => document.querySelector(`[data-date="${day}"]`)?.innerText.includes(title))
"""
"""Whether a month's name stands there, and each of its dues on its day."""


def _until(pipe: Pipe, tab: str, question: str) -> None:
    ends = time.monotonic() + 10
    while time.monotonic() < ends:
        result = pipe.ask("Runtime.evaluate", tab, expression=question, returnByValue=True)["result"]
        if result.get("value") is True:
            return
        time.sleep(0.005)
    raise TimeoutError(f"the page never came to {question}")


def _complains(event: dict[str, Any]) -> bool:
    """Whether an event of the browser is an error in script, console or network."""
    kind, told = event.get("method"), event.get("params", {})
    status = told.get("response", {}).get("status", 0) if kind == "Network.responseReceived" else 0
    return kind in {"Runtime.exceptionThrown", "Network.loadingFailed"} or status >= FAILED
