"""A fresh process of the reference platform that imports at once and waits for its orders; for the floor."""

from __future__ import annotations

import json
import signal
import subprocess

from bench.wire import awaited_http, reserve

GATE = """
import gc
gc.disable()  # nothing of an import is garbage: it takes a tenth off
import json, os, sys
from reference.__main__ import main
gc.enable()
for line in sys.stdin:
    order = json.loads(line)
    os.environ.update(order["env"])
    code = main(order["argv"], os.environ)
    print("done", code, flush=True)
"""
"""A fresh platform process: it imports at once, and runs its commands when they come."""


class Gate:
    """A platform process that has imported and waits for orders."""

    def __init__(self, process: subprocess.Popen[bytes], postgres_port: int, redis_port: int) -> None:
        self._process, self._postgres, self._redis = process, postgres_port, redis_port

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
        if self._process.stdin is not None:
            self._process.stdin.write(json.dumps({"argv": argv, "env": env}).encode() + b"\n")
            self._process.stdin.flush()

    def finish(self, argv: list[str], database: str) -> None:
        """Have it run a command to its end; RuntimeError unless that is 0."""
        self.order(argv, database)
        said = b""
        while self._process.stdout is not None and not said.startswith(b"done "):
            said = self._process.stdout.readline()
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
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.send_signal(signal.SIGTERM)
        self._process.wait()

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
