"""Parts of a run, each beside the bare way: own database, own instance, one more page, one request."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from itertools import count
from typing import TYPE_CHECKING, Any

from bench.target import reference
from bench.wire.web import Http, awaited_http
from plumbline.asking.client import Client
from plumbline.browsing.browser import BrowserThread, close
from plumbline.browsing.chromium import launch_arguments, sandbox_works
from plumbline.places import HOME
from plumbline.standing import processes
from plumbline.standing.instance import Ground, Instance
from plumbline.standing.own import OwnPlatform
from plumbline.standing.suite import Suite, begin
from plumbline.stores.postgres import PLATFORM, Clones

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from plumbline.browsing.chromium import Chromium
    from plumbline.run import Run

SUSTAINED = 12
"""Databases taken one after the other, more than are ever in stock."""

REQUESTS = 200
"""Requests whose mean is one figure of the bare request."""


@dataclass
class Parts:
    """A run of the bench's own: servers, warmed process, one platform, by the suite's machinery."""

    run: Run
    suite: Suite
    ground: Ground
    platform: Instance
    _numbers: Iterator[int] = field(default_factory=count)

    @classmethod
    def of(cls, run: Run) -> Parts:
        """Starts all of it, and returns when the platform answers."""
        suite = begin(run, reference(), HOME)
        ground = suite.ground()
        if ground.postgres is None or ground.redis is None:
            raise RuntimeError("the reference platform's profile offers no database")
        number = ground.redis.take_number()
        database = ground.postgres.clone(f"plumbline_{run.short}_bench")
        platform = Instance(ground, "bench", ground.postgres.url(database), ground.redis.url(number))
        ground.clones = Clones(ground.postgres, f"plumbline_{run.short}_ahead", ahead=1)
        start = platform.start()
        if not start.answers:
            raise RuntimeError(start.told)
        return cls(run, suite, ground, platform)

    def end(self) -> None:
        """Ends what was started."""
        if "browsers" in self.__dict__:
            self.browsers.end()
        self.suite.stop_cloning()
        self.platform.kill()

    @cached_property
    def cookies(self) -> dict[str, str]:
        """The administrator's session."""
        client = Client(self.ground.target, self.platform.url, "admin", lambda _: None)
        client.login(self.ground.target.account("admin"))
        kept = client.cookies
        client.close()
        return kept

    def bare_request(self) -> float:
        """Milliseconds of the cheap check's request over a kept raw socket, the mean of many."""
        caller = Http(self.platform.reservation.port, "; ".join(f"{n}={v}" for n, v in self.cookies.items()))
        caller.get("/api/closing-schedules")
        started = time.perf_counter()
        for _ in range(REQUESTS):
            if caller.get("/api/closing-schedules")[0] != HTTPStatus.OK:
                raise RuntimeError("the bare request was refused")
        spent = time.perf_counter() - started
        caller.close()
        return spent * 1000 / REQUESTS

    def bare_clone(self) -> float:
        """Milliseconds of the statement that clones a database, over an open connection."""
        postgres = self._postgres
        name = self.name()
        with postgres.administer() as connection:
            statement = f"CREATE DATABASE {name} TEMPLATE {postgres.template} STRATEGY FILE_COPY OWNER {PLATFORM}"
            spent = timed(lambda: connection.execute(statement.encode()))
            connection.execute(f"DROP DATABASE {name}".encode())
        return spent

    def own_database(self) -> float:
        """Milliseconds from one fresh database to the next, by the suite's way, with nothing in stock."""
        self._postgres.drop(self.ground.database("seeded", self.name()))
        taken: list[str] = []
        spent = timed(lambda: taken.extend(self.ground.database("seeded", self.name()) for _ in range(SUSTAINED)))
        for name in taken:
            self._postgres.drop(name)
        return spent / SUSTAINED

    def bare_fork(self) -> float:
        """Milliseconds from an order over the warmed process's socket to a platform's first answer."""
        redis = self.ground.redis
        name, number = self._postgres.clone(self.name()), redis.take_number() if redis else 0
        held = processes.reserve_port()
        url = redis.url(number) if redis else ""
        env = {**self.ground.environment(held.port, self._postgres.url(name), url)}
        order = {"do": "fork", "argv": ["serve"], "env": env, "log": str(self.ground.folder / f"{name}.log")}
        with socket.socket(socket.AF_UNIX) as line:  # what it has forked ends when it hangs up
            line.connect(str(self.ground.folder / "warm.sock"))

            def forked_and_answers() -> None:
                line.sendall(json.dumps(order).encode() + b"\n")
                line.recv(4096)
                awaited_http(held.port, self.ground.commands.ready)

            spent = timed(forked_and_answers)
        held.close()
        self._postgres.drop(name)
        if redis:
            redis.give_back(number)
        return spent

    def own_instance(self) -> float:
        """Milliseconds of `own_platform.starts()`: database, Redis space, process, first answer."""
        own = OwnPlatform(self.ground, f"{self.name()}_own", lambda _: None)
        spent = timed(own.starts)
        own.end()
        return spent

    def bare_page(self) -> float:
        """Milliseconds of Playwright's own context, page and goto."""
        return self.browsers.bare_page(self.platform.url, self.cookies)

    def own_page(self) -> float:
        """Milliseconds of the suite's page and goto."""
        return self.browsers.own_page(self.platform.url, self.cookies)

    @cached_property
    def browsers(self) -> Browsers:
        """Two browsers of one kind: one driven by bare Playwright, one by the suite."""
        from plumbline.browsing.chromium import find

        chromium = find()
        if chromium is None:
            raise RuntimeError("there is no browser here: run `make setup`")
        return Browsers(chromium)

    @property
    def _postgres(self) -> Any:  # noqa: ANN401 - Server, never None here (see `of`)
        return self.ground.postgres

    def name(self) -> str:
        """A database's that nobody has yet."""
        return f"plumbline_{self.run.short}_part{next(self._numbers)}"


class Browsers:
    """Playwright bare, and the suite's browser thread."""

    def __init__(self, chromium: Chromium) -> None:
        from playwright.sync_api import sync_playwright

        self._suite = BrowserThread(chromium, reference(), headed=False)
        self._playwright = sync_playwright().start()
        self._browser: Browser = self._playwright.chromium.launch(
            executable_path=chromium.executable, args=launch_arguments(), chromium_sandbox=sandbox_works()
        )

    def bare_page(self, url: str, cookies: dict[str, str]) -> float:
        """Milliseconds of a fresh context with a session, a page, and the document of `/` read."""

        def open_page() -> None:
            context = self._browser.new_context(viewport={"width": 1280, "height": 900})
            context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])
            context.new_page().goto(f"{url}/", wait_until="domcontentloaded")

        spent = timed(open_page)
        for context in self._browser.contexts:
            context.close()
        return spent

    def own_page(self, url: str, cookies: dict[str, str]) -> float:
        """The same by the suite's thread."""

        def open_page() -> None:
            page = self._suite.run(lambda: self._suite.tab(url, cookies))
            self._suite.run(lambda: page.goto(f"{url}/", wait_until="domcontentloaded"))
            opened.append(page)

        opened: list[Any] = []
        spent = timed(open_page)
        self._suite.run(lambda: close(opened[0]))
        return spent

    def end(self) -> None:
        """Ends both."""
        self._suite.stop()
        self._browser.close()
        self._playwright.stop()


def timed(work: Callable[[], object]) -> float:
    """Milliseconds that `work` takes."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000
