"""A warmed process: it has imported a platform and only that, and forks one in some 30 ms.

``Warm.start("reference.__main__:main", …)`` starts the fork server (`plumbline/warm/__main__.py`); every
process of the run forks from it by the path of its socket. What a process has forked ends with that process.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from signal import Signals

from plumbline.deadlines import wait_until
from plumbline.standing import processes
from plumbline.standing.processes import LINUX, Process, ProcessFailed

LONGEST = 100
"""Characters in the path of a Unix socket, by the system with the shortest."""
IMPORT = 30.0
"""Seconds for the fork server to have imported its module."""


class Warm:
    """A fork server, asked over one connection: the forked processes end when the connection does."""

    def __init__(self, path: Path, entry: str, server: Process | None = None) -> None:
        """Use the server at ``path`` from another process of the run; `start` makes one."""
        self.path, self.entry, self._server = path, entry, server
        self._lock = threading.Lock()
        self._line: socket.socket | None = None
        self._answers = b""

    @classmethod
    def start(cls, entry: str, folder: Path, *, env: Mapping[str, str], cwd: Path) -> Warm:
        """Start a server that imports ``MODULE:main`` and return at once; the first `fork` waits for it.

        ``folder`` gets its socket and log; ``env`` is the environment of the import, which must make nothing
        from it; ``cwd`` is where the module is found and where forked processes start.
        """
        path = folder / "warm.sock"
        if len(str(path)) > LONGEST:
            raise ProcessFailed(f"the path of the fork server's socket is too long for a Unix socket: {path}")
        log = folder / "warm.log"
        argv = [sys.executable, "-m", "plumbline.warm", entry, str(path)]
        here = str(Path(__file__).parents[2])
        search = os.pathsep.join(part for part in (str(cwd), here, env.get("PYTHONPATH", "")) if part)
        server = processes.spawn(
            argv,
            name="warm",
            log=log,
            env={**env, "PYTHONPATH": search},
            cwd=cwd,
        )
        return cls(path, entry, server)

    def fork(self, argv: Sequence[str], *, name: str, log: Path, env: Mapping[str, str]) -> Process:
        """Fork and call ``main(argv, env)`` there; its output goes to ``log``.

        ``argv`` is what main gets, without the program's name. On macOS, where a process with frameworks
        loaded must not fork, it is an ordinary start. Raises `ProcessFailed`.
        """
        if not LINUX:
            module = self.entry.partition(":")[0].removesuffix(".__main__")
            return processes.spawn([sys.executable, "-m", module, *argv], name=name, log=log, env=env)
        answer = self.ask({"do": "fork", "argv": list(argv), "env": processes.environment(env), "log": str(log)})
        return processes.adopt(_Forked(self, int(answer["pid"]), name, argv, log, signal.SIGKILL))

    def close(self) -> None:
        """Hang up: what was forked over this connection ends, and the server where it was started."""
        with self._lock:
            if self._line is not None:
                self._line.close()
                self._line = None
        if self._server is not None:
            self._server.kill()

    def ask(self, question: dict[str, object]) -> dict[str, int]:
        """Ask the server one thing of its protocol. Raises `ProcessFailed` when it is gone or refuses."""
        with self._lock:
            if self._line is None:
                self._line = self._connect()
            try:
                self._line.sendall(json.dumps(question).encode() + b"\n")
                while b"\n" not in self._answers:
                    received = self._line.recv(65536)
                    if not received:
                        raise ConnectionError("it hung up")
                    self._answers += received
            except OSError as error:
                raise ProcessFailed(f"the fork server of {self.entry} is gone: {error}\n{self._log()}") from error
            line, _, self._answers = self._answers.partition(b"\n")
        answer = json.loads(line)
        if "error" in answer:
            raise ProcessFailed(f"the fork server of {self.entry}: {answer['error']}")
        return dict(answer)

    def _connect(self) -> socket.socket:
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)

        def reached() -> bool:
            try:
                line.connect(str(self.path))
            except OSError:
                return self._ended()
            return True

        if not wait_until(reached, within=IMPORT) or self._ended():
            line.close()
            raise ProcessFailed(f"the fork server of {self.entry} did not start\n{self._log()}")
        return line

    def _ended(self) -> bool:
        return self._server is not None and self._server.poll() is not None

    def _log(self) -> str:
        return processes.last_lines(self.path.with_name("warm.log"))


class _Forked(Process):
    """A process forked by the server, its parent: only that can signal it without risk to another's pid."""

    def __init__(self, warm: Warm, pid: int, name: str, argv: Sequence[str], log: Path, death_signal: Signals) -> None:
        super().__init__(pid, name, argv, log, death_signal)
        self._warm = warm
        self._code: int | None = None

    def poll(self) -> int | None:
        if self._code is None:
            try:
                self._code = self._warm.ask({"do": "poll", "pid": self.pid}).get("code")
            except ProcessFailed:  # it ended with its server
                self._code = -signal.SIGKILL
        return self._code

    def signal(self, number: int, *, group: bool = False) -> None:
        if self._code is None:
            try:
                self._warm.ask({"do": "signal", "pid": self.pid, "signal": int(number), "group": int(group)})
            except ProcessFailed:
                self._code = -signal.SIGKILL
