"""The floor: the work of the smoke as a bare script, as fast as its author could make it.

    python -m bench.floor [--browser PATH] [--folder FOLDER] [--forked]

Raw sockets, processes, Chromium over a pipe; everything started side by side on tmpfs, nothing prepared:
initdb, migrations and seeds each time, a fresh Python process for each start of the reference platform. No
pytest, httpx, Playwright. Processes import while servers start, and wait at a gate for their order.
`bench/warm_floor.py` does the same on what stands already.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from bench import asked
from bench.asking import ask_all
from bench.gate import FORKED, FRESH, Gate
from bench.looking import Browser
from bench.owning import SERVED, be_asked_for_health, expire, restart
from bench.servers import SILENT, TEMPLATE, Servers
from bench.wire.stores import Postgres, Redis
from bench.worker import Worker

ROOT = Path(__file__).resolve().parent.parent
PLATFORMS = SERVED + 1
"""One that is shared, and those of the checks that want their own."""


class Floor:
    """One pass over the smoke's work; every process it starts is ended by `end`."""

    def __init__(self, folder: Path, browser: str, *, forked: bool = False) -> None:
        """`forked`: platform processes are forked from one that has imported, as the suite's are."""
        self.folder, self.forked = folder, forked
        self.started: list[subprocess.Popen[bytes]] = []
        self.servers = Servers(folder, self._start)
        self.browser = Browser(browser, folder) if browser else None
        self.logged_in: SimpleQueue[tuple[int, str] | None] = SimpleQueue()
        """Port of the shared platform and the administrator's cookie, None where there will be none."""

    def run(self) -> None:
        """All of it; raises where something is not as it should be."""
        self.servers.begin()
        threads: list[Worker] = []
        try:
            gates = self._forked_gates() if self.forked else [self._gate()]
            if self.browser:
                self.browser.start()
                threads.append(Worker(self.browser.look, self.logged_in))
            while len(gates) < PLATFORMS:
                gates.append(self._gate("nice", "-n", "10"))  # what is looked at first goes first
            self.servers.bring()
            port = self._bring_platform(gates[0])
            threads += self._begin_own(iter(gates[1:]))
            database = Postgres(self.servers.postgres_port, "platform", "floor_shared")
            ask_all(port, database, lambda cookie: self.logged_in.put((port, cookie)))
        finally:
            self.logged_in.put(None)
            for thread in threads:
                thread.join()
        for thread in threads:
            thread.raise_what_it_raised()

    def end(self) -> None:
        """End every process that was started here."""
        if self.browser:
            self.browser.end()
        for process in self.started:
            with suppress(ProcessLookupError):
                own_group = os.getpgid(process.pid) == process.pid  # one that forks others, which go with it
                (os.killpg if own_group else os.kill)(process.pid, signal.SIGKILL)
        for process in self.started:
            process.wait()

    def _start(self, command: list[str], **options: Any) -> subprocess.Popen[bytes]:  # noqa: ANN401 - Popen's own
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL, **options)
        self.started.append(process)
        return process

    def _gate(self, *under: str) -> Gate:
        command = [*under, sys.executable, "-c", FRESH]
        process = self._start(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT)
        orders, answers = process.stdin, process.stdout
        if orders is None or answers is None:
            raise RuntimeError("a process without its pipes")
        return Gate(lambda: orders, lambda: answers, *self._ports)

    def _forked_gates(self) -> list[Gate]:
        names = [str(self.folder / f"gate{number}") for number in range(PLATFORMS)]
        for name in names:
            os.mkfifo(f"{name}.orders")
            os.mkfifo(f"{name}.answers")
        self._start([sys.executable, "-c", FORKED, *names], **SILENT, cwd=ROOT, process_group=0)
        return [Gate.named(name, *self._ports) for name in names]

    @property
    def _ports(self) -> tuple[int, int]:
        return self.servers.postgres_port, self.servers.redis_port

    def _bring_platform(self, gate: Gate) -> int:
        gate.finish(["migrate"], TEMPLATE)
        gate.finish(["seed", "seeds/known.toml", "--today", f"{datetime.now().astimezone():%Y-%m-%d}"], TEMPLATE)
        gate.finish(["status"], self.servers.clone("floor_shared"))
        return gate.serve("floor_shared", number=1)

    def _begin_own(self, gates: Iterator[Gate]) -> list[Worker]:
        def own(number: int) -> OwnFresh:
            return OwnFresh(self.servers, f"floor_{number}", number, gates)

        restarted = Worker(restart, own(2))
        zones = [Worker(expire, own(3 + place), zone) for place, zone in enumerate(asked.ZONES)]
        return [restarted, *zones, Worker(be_asked_for_health, own(7))]


class OwnFresh:
    """A platform of its own, each of its processes one that waited at a gate."""

    def __init__(self, servers: Servers, name: str, number: int, gates: Iterator[Gate]) -> None:
        self._servers, self._name, self._number, self._gates = servers, name, number, gates
        self._gate = next(gates)  # taken here, since a generator is no queue for threads
        self._made = False

    def serve(self, **settings: str) -> int:
        """Starts it in a new process."""
        if self._made:
            self._gate = next(self._gates)
        else:
            self._servers.clone(self._name)
        self._made = True
        return self._gate.serve(self._name, self._number, 0, **settings)

    def stop(self) -> None:
        """Ends it in order."""
        self._gate.stop()

    def kill(self) -> None:
        """Ends it at once."""
        self._gate.kill()

    def postgres(self) -> Postgres:
        """A connection to its database."""
        return Postgres(self._servers.postgres_port, "platform", self._name)

    def redis(self) -> Redis:
        """A connection to its Redis space."""
        return Redis(self._servers.redis_port, self._number)


def main(argv: list[str]) -> int:
    """One pass; its exit code."""
    forked = "--forked" in argv
    argv = [word for word in argv if word != "--forked"]
    options = dict(zip(argv[::2], argv[1::2], strict=True))
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    folder = Path(options.get("--folder") or tempfile.mkdtemp(prefix="floor-", dir=memory))
    floor = Floor(folder, options.get("--browser", ""), forked=forked)
    try:
        floor.run()
    finally:
        floor.end()
        shutil.rmtree(folder, ignore_errors=True)
    print("floor: all as it should be")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
