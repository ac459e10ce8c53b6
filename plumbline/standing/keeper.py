"""The process behind `make up`: it keeps Postgres, Redis, the template and a platform running, and lends them.

Each run gets the servers and a platform that nobody has used, started in advance. When its line ends, also by
`kill -9`, all that the run left there goes: its platform, its databases, its Redis spaces.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from plumbline.run import Run
from plumbline.services.choice import Choice
from plumbline.services.presence import gone
from plumbline.standing import processes
from plumbline.standing.instance import Instance
from plumbline.standing.kept import Kept, Made, door_in, note_in
from plumbline.standing.suite import WAIT, Suite, begin, started
from plumbline.target import Target

IDLE = 12 * 3600.0
"""Seconds without a run after which the keeper ends by itself: a forgotten one holds memory."""

LOOK = 2.0
"""Seconds between two looks at whether there is still something to keep."""


@dataclass
class Lent:
    """A platform on a database and a Redis space of its own."""

    instance: Instance
    facts: dict[str, Any]

    def clear(self) -> None:
        """Ends it and removes what it stood on."""
        self.instance.kill()
        self.instance.log.path.unlink(missing_ok=True)
        ground = self.instance.ground
        if ground.postgres and ground.redis:
            ground.postgres.drop(self.facts["database_url"].rpartition("/")[2])
            ground.redis.give_back(int(self.facts["redis_url"].rpartition("/")[2]))


class Stock:
    """One platform in advance; the next is begun as soon as it is lent."""

    def __init__(self, suite: Suite) -> None:
        self._suite = suite
        self._made = 0
        self._lock = threading.Lock()
        self._worker = ThreadPoolExecutor(1, "plumbline-stock")
        self._next: Future[Lent] = self._worker.submit(self._make)

    def wait(self) -> dict[str, Any]:
        """What there is to say of the platform in stock; raises what kept it from being made."""
        return self._next.result().facts

    def take(self) -> Lent:
        """A platform that nobody has used; raises what kept it from being made."""
        with self._lock:
            mine, self._next = self._next, self._worker.submit(self._make)
        lent = mine.result()
        if lent.facts["answers"] and not lent.instance.alive:  # it died while it stood in stock
            lent.clear()
            return self.take()
        return lent

    def _make(self) -> Lent:
        self._made += 1
        name = f"platform-{self._made}"
        return Lent(*started(self._suite, name, f"plumbline_{self._suite.run.short}_{self._made}"))


class Keeper:
    """Serves the lines of runs, a thread each, until it is told to end or has been idle for long."""

    def __init__(self, suite: Suite, home: Path) -> None:
        self._suite, self._home = suite, home
        self._door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._stock = Stock(suite)
        self._borrowed: set[str] = set()
        """The runs that have borrowed and not ended."""
        self._last = time.monotonic()

    def open(self, made: Made) -> None:
        """Waits for a platform in stock, opens the door and leaves the note; ProcessFailed where none starts."""
        facts = self._stock.wait()
        if not facts["answers"]:
            log = processes.last_lines(Path(facts["log"]))
            raise processes.ProcessFailed(f"the platform does not start; its log ends:\n{log}")
        folder = self._suite.run.folder
        self._door.bind(str(door_in(folder)))
        self._door.listen()
        me = os.getpid()
        kept = Kept(me, processes.start_time(me) or "", str(folder), f"{datetime.now().astimezone():%H:%M}", made)
        kept.write(note_in(self._home))

    def serve(self) -> None:
        """Lends until nobody has asked for long, a server is gone, or its note is: nobody could find it any more."""
        self._door.settimeout(LOOK)
        while self._borrowed or (time.monotonic() - self._last < IDLE and self._is_noted and not self._gone):
            with contextlib.suppress(TimeoutError):
                line = self._door.accept()[0]
                line.settimeout(None)
                threading.Thread(target=self._lend, args=(line,), daemon=True).start()

    @property
    def _is_noted(self) -> bool:
        kept = Kept.read(note_in(self._home))
        return kept is not None and kept.pid == os.getpid()

    @property
    def _gone(self) -> str:
        ground = self._suite.ground()
        return gone(ground.postgres, ground.redis)

    def _lend(self, line: socket.socket) -> None:
        borrowed: list[Lent] = []
        run = ""
        try:
            for asked in _questions(line):
                if asked["do"] == "borrow":
                    run = asked["run"]
                    self._borrowed.add(run)
                line.sendall(json.dumps(self._answer(asked["do"], run, borrowed)).encode() + b"\n")
        except OSError:
            pass  # the run ended; what it had is cleared below
        finally:
            self._clear(run, borrowed)
            line.close()
            self._borrowed.discard(run)
            self._last = time.monotonic()

    def _answer(self, asked: str, run: str, borrowed: list[Lent]) -> dict[str, Any]:
        if asked == "count":
            return {"borrowed": len(self._borrowed)}
        if asked == "platform":
            return self._platform(borrowed)
        why = self._gone
        return {"failed": why} if why else self._facts(run)

    def _facts(self, run: str) -> dict[str, Any]:
        """What the controller of a run says at its rendezvous, as if it had started these itself."""
        read = self._suite.run.rendezvous.read
        facts: dict[str, Any] = {"secret": read("secret", WAIT)}
        if self._suite.uses_database:
            facts |= {"postgres": read("postgres", WAIT), "redis": {**read("redis", WAIT), "owner": run}}
        if self._suite.target.commands.warm:
            facts["warm"] = read("warm", WAIT)
        return facts

    def _platform(self, borrowed: list[Lent]) -> dict[str, Any]:
        try:
            lent = self._stock.take()
        except Exception as error:  # noqa: BLE001 - whoever asked is told
            return {"failed": f"{error}"}
        borrowed.append(lent)
        return lent.facts

    def _clear(self, run: str, borrowed: list[Lent]) -> None:
        ground = self._suite.ground()
        if self._gone:
            return  # nothing is left that could be cleared, and the keeper ends
        for lent in borrowed:
            lent.clear()
        if run and ground.postgres and ground.redis:
            ground.postgres.drop_all(f"plumbline_{run}_")
            ground.redis.give_back_all(run)


def _questions(line: socket.socket) -> Iterator[dict[str, str]]:
    with line.makefile("r", encoding="utf-8") as heard:
        for text in heard:
            yield json.loads(text)


def keep(target: Target, home: Path, choice: Choice) -> None:
    """Brings everything up, lends it, and ends it at SIGTERM or after long idleness."""
    signal.signal(signal.SIGTERM, _as_exit)
    made = Made.of(target, choice.made)
    run = Run.begin()
    suite = begin(run, target, home, choice)
    try:
        keeper = Keeper(suite, home)
        keeper.open(made)
        keeper.serve()
    finally:
        kept = Kept.read(note_in(home))
        if kept is not None and kept.pid == os.getpid():
            note_in(home).unlink(missing_ok=True)
        suite.end()


def _as_exit(_number: int, _frame: object) -> None:
    raise SystemExit(0)
