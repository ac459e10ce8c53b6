"""A page looked at by Chromium over a pipe, twice, a second apart; for the floor."""

from __future__ import annotations

import json
import os
import time
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from bench import asked
from bench.wire import Pipe

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


def opened(executable: str, profile: Path) -> tuple[list[str], list[int], Pipe]:
    """The command that starts a browser, the descriptors to pass to it and then close, and our end."""
    to_read, to_write = os.pipe(), os.pipe()  # the browser reads the first and writes the second
    inner = [os.dup2(to_read[0], 30, inheritable=True), os.dup2(to_write[1], 31, inheritable=True)]
    os.close(to_read[0])
    os.close(to_write[1])
    move = 'exec 3<&30 4>&31 30<&- 31>&-; exec "$@"'
    command = ["bash", "-c", move, "browser", executable, f"--user-data-dir={profile}", *FLAGS]
    return command, inner, Pipe(os.fdopen(to_write[0], "rb"), os.fdopen(to_read[1], "wb"))


def look(pipe: Pipe, ready: Future[tuple[int, str]]) -> None:
    """The page `/` seen with its data, quiet, and again when it has been open for a second."""
    context = pipe.ask("Target.createBrowserContext")["browserContextId"]
    target = pipe.ask("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
    tab = pipe.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    for domain in ("Page", "Runtime", "Log", "Network"):
        pipe.ask(f"{domain}.enable", tab)
    port, cookie = ready.result()
    url = f"http://127.0.0.1:{port}"
    name, _, value = cookie.partition("=")
    pipe.ask("Storage.setCookies", browserContextId=context, cookies=[{"name": name, "value": value, "url": url}])
    pipe.ask("Page.navigate", tab, url=f"{url}/")
    question = f"{json.dumps(asked.SEEN)}.every(text => document.body.innerText.includes(text))"
    _until(pipe, tab, question)
    _until(pipe, tab, "performance.now() >= 1000")
    _until(pipe, tab, question)
    complaints = [event for event in pipe.events if _complains(event)]
    if complaints:
        raise RuntimeError(f"the page complains: {complaints[:3]}")


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
