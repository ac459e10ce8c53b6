"""The fork server: ``python -m plumbline.warm MODULE:main SOCKET``.

One thread, nothing made, only imported: settings, keys and pools belong to the forked process, or a restart
would be a lie. One JSON object a line in, one out: fork, poll, signal. It reaps its children and keeps their
exit codes.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import selectors
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn

Main = Callable[[list[str], Mapping[str, str]], int]
_PR_SET_PDEATHSIG = 1  # prctl(2)
_LIBC = ctypes.CDLL(None)  # loaded before the fork: 10 ms


class Client:
    """One connection, the pids that it asked for, and what it has sent of its next line."""

    def __init__(self, line: socket.socket) -> None:
        self.line = line
        self.children: set[int] = set()
        self.pending = b""


class ForkServer:
    """Serves forks until it is ended; what a client asked for is killed when the client hangs up."""

    def __init__(self, main: Main, path: str) -> None:
        self._main = main
        self._codes: dict[int, int] = {}
        self._alive: set[int] = set()
        self._chosen = selectors.DefaultSelector()
        woken, wake = socket.socketpair()
        woken.settimeout(0)
        wake.settimeout(0)
        self._woken, self._wake = woken, wake
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        signal.set_wakeup_fd(wake.fileno())
        aside = f"{path}.{os.getpid()}"
        self._door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._door.bind(aside)
        self._door.listen(64)
        Path(aside).rename(path)  # whoever sees the path can connect

    def serve(self) -> NoReturn:
        """Answer until the process is ended."""
        self._chosen.register(self._door, selectors.EVENT_READ)
        self._chosen.register(self._woken, selectors.EVENT_READ)
        while True:
            for key, _ in self._chosen.select():
                if key.fileobj is self._door:
                    client = Client(self._door.accept()[0])
                    self._chosen.register(client.line, selectors.EVENT_READ, client)
                elif key.fileobj is self._woken:
                    self._woken.recv(4096)
                    self._reap()
                else:
                    self._hear(key.data)

    def _hear(self, client: Client) -> None:
        try:
            received = client.line.recv(65536)
            client.pending += received
            while b"\n" in client.pending:
                line, _, client.pending = client.pending.partition(b"\n")
                client.line.sendall(json.dumps(self._answer(client, json.loads(line))).encode() + b"\n")
        except OSError:
            received = b""
        if not received:
            self._chosen.unregister(client.line)
            client.line.close()
            for pid in client.children & self._alive:
                self._signal(pid, signal.SIGKILL, group=True)

    def _answer(self, client: Client, asked: dict[str, Any]) -> dict[str, object]:
        self._reap()
        if asked["do"] == "fork":
            try:
                log = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
                pid = os.fork()
            except OSError as error:
                return {"error": f"{error}"}
            if pid == 0:
                become(self._main, asked["argv"], asked["env"], log)
            os.close(log)
            self._group(pid)
            self._codes.pop(pid, None)  # of an earlier process of that pid
            self._alive.add(pid)
            client.children.add(pid)
            return {"pid": pid}
        if asked["do"] == "signal":
            if asked["pid"] in self._alive & client.children:
                self._signal(asked["pid"], asked["signal"], group=bool(asked["group"]))
            return {}
        return {"code": self._codes.get(asked["pid"])}

    @staticmethod
    def _group(pid: int) -> None:
        try:  # here and in the child, so that neither is too late
            os.setpgid(pid, pid)
        except OSError:
            return

    @staticmethod
    def _signal(pid: int, number: int, *, group: bool) -> None:
        try:
            (os.killpg if group else os.kill)(pid, number)
        except ProcessLookupError:
            return

    def _reap(self) -> None:
        while self._alive:
            # Looked at before it is reaped: what its group left is ended while no one else can have its pid.
            ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if ended is None:
                return
            self._signal(ended.si_pid, signal.SIGKILL, group=True)
            pid, status = os.waitpid(ended.si_pid, 0)
            self._codes[pid] = os.waitstatus_to_exitcode(status)
            self._alive.discard(pid)


def become(main: Main, argv: list[str], environment: dict[str, str], log: int) -> NoReturn:
    """In the forked process: be an ordinary one of the run, call main, end with its answer."""
    server = os.getppid()
    code = 1
    try:
        os.setpgid(0, 0)
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != server or server == 1:
            os._exit(1)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        os.environ.clear()
        os.environ.update(environment)
        time.tzset()
        sys.argv[1:] = argv
        gc.enable()
        code = main(argv, os.environ)
    except SystemExit as ending:
        code = ending.code if isinstance(ending.code, int) else 0 if ending.code is None else 1
        if isinstance(ending.code, str):
            print(ending.code, file=sys.stderr)
    except BaseException:  # noqa: BLE001 - a process ends here, as at the end of any other
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code & 0xFF)


def warm_up(entry: str) -> Main:
    """Import ``MODULE:function``."""
    module, _, function = entry.partition(":")
    main: Main = getattr(importlib.import_module(module), function)
    return main


if __name__ == "__main__":
    gc.disable()  # nothing that an import makes is garbage: it takes a tenth off
    _main = warm_up(sys.argv[1])
    _server = ForkServer(_main, sys.argv[2])
    gc.collect()
    gc.freeze()  # shared pages stay shared: a collection in a child would write to each object's header
    _server.serve()
