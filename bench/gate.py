"""A fresh process of the reference platform that imports at once and waits for its orders; for the floor."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import IO

from bench.wire.line import reserve
from bench.wire.web import awaited_http

IMPORTED = """
import gc
gc.disable()  # nothing of an import is garbage: it takes a tenth off
import json, os, signal, sys
from reference.__main__ import main
"""
OBEY = """
gc.enable()
print(os.getpid(), flush=True, file=answers)
for line in orders:
    order = json.loads(line)
    os.environ.update(order["env"])
    code = main(order["argv"], os.environ)
    print("done", code, flush=True, file=answers)
"""
APART = """
orders, answers = sys.stdin, os.fdopen(os.dup(1), "w")
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # nobody reads the log, and a pipe that is full stops its writer
"""
FRESH = IMPORTED + APART + OBEY
"""A fresh platform process: it imports at once, and runs its commands when they come."""

FORKED = (
    IMPORTED
    + """
gc.freeze()
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for name in sys.argv[1:]:
    if os.fork() == 0:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        orders, answers = open(name + ".orders"), open(name + ".answers", "w")
        break
else:
    signal.pause()
"""
    + OBEY
)
"""One process that imports, and a fork of it for each name; they hear and answer through named pipes."""


class Gate:
    """A platform process that has imported and waits for orders."""

    def __init__(
        self, orders: Callable[[], IO[bytes]], answers: Callable[[], IO[bytes]], postgres: int, redis: int
    ) -> None:
        """The pipes are opened with the first order: opening a named one waits for its other end."""
        self._open_orders, self._open_answers = orders, answers
        self._postgres, self._redis = postgres, redis

    @classmethod
    def named(cls, name: str, postgres: int, redis: int) -> Gate:
        """One that hears and answers through named pipes."""
        orders, answers = Path(f"{name}.orders"), Path(f"{name}.answers")
        return cls(lambda: orders.open("wb"), lambda: answers.open("rb"), postgres, redis)

    @cached_property
    def _orders(self) -> IO[bytes]:
        return self._open_orders()

    @cached_property
    def _answers(self) -> IO[bytes]:
        return self._open_answers()

    @cached_property
    def _pid(self) -> int:
        return int(self._answers.readline())

    def order(self, argv: list[str], database: str, number: int = 1, **settings: str) -> None:
        """Have it run a command of the platform."""
        env = {
            "DATABASE_URL": f"postgresql://platform@127.0.0.1:{self._postgres}/{database}",
            "REDIS_URL": f"redis://127.0.0.1:{self._redis}/{number}",
            "HOST": "127.0.0.1",
            "PORT": "1",
            "ARGON2_COST": "low",
            "SESSION_SECRET": "f0d1c2b3a495867768594a3b2c1d0e0f-floor",
            "RELEASE": "floor",
            **settings,
        }
        self._orders.write(json.dumps({"argv": argv, "env": env}).encode() + b"\n")
        self._orders.flush()
        _ = self._pid  # which it tells before anything else

    def finish(self, argv: list[str], database: str) -> None:
        """Have it run a command to its end; RuntimeError unless that is 0."""
        self.order(argv, database)
        said = b""
        while not said.startswith(b"done "):
            said = self._answers.readline()
            if not said or (said.startswith(b"done ") and said != b"done 0\n"):
                raise RuntimeError(f"{argv[0]} failed: {said!r}")

    def serve(self, database: str, number: int, port: int = 0, **settings: str) -> int:
        """Have it serve; its port, as soon as it answers there."""
        if not port:
            port, held = reserve()
            held.close()
        self.order(["serve"], database, number, PORT=str(port), **settings)
        awaited_http(port, "/health")
        return port

    def stop(self) -> None:
        """End it in order, and wait for that."""
        self._orders.close()
        os.kill(self._pid, signal.SIGTERM)
        while self._answers.read(4096):  # its end is the end of its answers
            pass

    def kill(self) -> None:
        """End it at once."""
        os.kill(self._pid, signal.SIGKILL)
