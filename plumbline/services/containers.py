"""Postgres and Redis in containers, for one run: data in memory, ports on 127.0.0.1 only, with passwords.

Each carries the run and its boot as labels: by them the watchdog removes what a killed run leaves, and the next
run what the watchdog could not.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from plumbline.deadlines import wait_until
from plumbline.run import is_gone, world
from plumbline.services import ServiceUnavailable, engine
from plumbline.services.arrival import Services
from plumbline.services.engine import RUN, WORLD, Container, Engine, EngineError
from plumbline.services.prepared import SETTINGS, Fill, fresh_passwords, make_template, write_private
from plumbline.standing.child import last_lines
from plumbline.stores.postgres import ADMIN, Server
from plumbline.stores.redis import RedisError, RedisServer

if TYPE_CHECKING:
    from plumbline.run import Run
    from plumbline.services.boxes import Box

DATABASES = 4096
START = 60.0
"""Seconds for a container to answer; it takes three on a quiet machine."""

INITDB = "--no-sync --wal-segsize=1 --locale=C --encoding=UTF8 --auth=scram-sha-256"
NOT_HERE = {"listen_addresses", "unix_socket_directories", "scram_iterations"}
"""Settings of the embedded server that are others inside a container, or that not every version knows."""


def start_services(run: Run, used: Engine, images: tuple[str, str], template_key: str, fill: Fill) -> Services:
    """Start both in the background and return at once; ``images`` are Postgres' and Redis', which the engine has."""
    note = f"{sys.executable}\n{engine.__file__}\n{used.address}\n"
    write_private(run.folder / "engine", note)  # before there is anything: for the watchdog
    labels = {RUN: run.id, WORLD: world()}
    boxes = Boxes(run, used, labels)

    def postgres() -> Server:
        return _postgres(boxes, images[0], template_key, fill)

    def redis() -> RedisServer:
        return _redis(boxes, images[1])

    return Services(run, {"postgres": postgres, "redis": redis}, boxes.end, lasting=True)


class Boxes:
    """The containers of a run."""

    def __init__(self, run: Run, used: Engine, labels: dict[str, str]) -> None:
        self.folder, self.labels = run.folder, labels
        self._run, self._engine = run.id, used
        self._opened: list[Box] = []
        os.environ["DOCKER_HOST"] = used.address  # as Testcontainers itself does; ours, so that both mean one
        threading.Thread(target=self._sweep, daemon=True).start()

    def open(self, box: Box, name: str) -> Path:
        """Starts a container; its log goes to the run's folder, which is returned."""
        log = self.folder / f"{name}.log"
        self._opened.append(box)
        box.start()
        threading.Thread(target=_follow, args=(box, log), name=f"plumbline-{name}-log", daemon=True).start()
        return log

    def wait(self, box: Box, log: Path, answers: Callable[[], bool]) -> None:
        """Waits until the server in a container answers. Raises `ServiceUnavailable` with its last lines."""
        came = wait_until(lambda: answers() or not self.runs(box), within=START, every=0.05)
        if not came or not self.runs(box):
            ended = "did not answer in time" if came is False else "ended"
            raise ServiceUnavailable(f"the container of {box.image} {ended}; its log ends:\n{last_lines(log)}")

    def runs(self, box: Box) -> bool:
        """Whether a container still runs."""
        return any(each.id == box.id and each.state == "running" for each in self._engine.containers(self._run))

    def end(self) -> None:
        """Removes every container of the run; one that an engine without life holds is the next run's."""
        with contextlib.suppress(EngineError):
            self._engine.remove_all(self._run)
        for box in self._opened:
            box.close()

    def _sweep(self) -> None:
        with contextlib.suppress(EngineError):
            sweep(self._engine)


def sweep(used: Engine) -> list[Container]:
    """Removes the containers of dead runs of this machine; which ones."""
    left = [each for each in used.containers() if is_gone(each.run, each.world)]
    for container in left:
        used.remove(container)
    return left


def _postgres(boxes: Boxes, image: str, template_key: str, fill: Fill) -> Server:
    from plumbline.services.boxes import postgres_box

    passwords = fresh_passwords()
    box = postgres_box(image, boxes.labels, passwords[ADMIN], INITDB, _arguments())
    log = boxes.open(box, "postgres")
    server = Server("127.0.0.1", box.port, passwords, f"template_{template_key}", str(log), image)
    boxes.wait(box, log, lambda: _lets_in(server))
    make_template(server, fill)
    return server


def _redis(boxes: Boxes, image: str) -> RedisServer:
    from plumbline.services.boxes import redis_box

    password = os.urandom(18).hex()
    settings = f'requirepass {password}\ndatabases {DATABASES}\nsave ""\nappendonly no\nprotected-mode no\n'
    box = redis_box(image, boxes.labels, settings.encode())
    log = boxes.open(box, "redis")
    server = RedisServer("127.0.0.1", box.port, password, DATABASES, str(log), image)
    boxes.wait(box, log, lambda: _pings(server))
    return server


def _arguments() -> list[str]:
    """The settings of the embedded server, as the server's arguments."""
    lines = (line.partition("=") for line in SETTINGS.read_text("utf-8").splitlines() if not line.startswith("#"))
    pairs = [(name.strip(), value.strip().strip("'")) for name, equals, value in lines if equals]
    kept = [("listen_addresses", "*"), *(pair for pair in pairs if pair[0] not in NOT_HERE)]
    return [word for name, value in kept for word in ("-c", f"{name}={value}")]


def _lets_in(server: Server) -> bool:
    import psycopg

    try:
        with server.administer():
            return True
    except psycopg.OperationalError:
        return False


def _pings(server: RedisServer) -> bool:
    try:
        with server.connect() as redis:
            return redis.command("PING") == "PONG"
    except RedisError:
        return False


def _follow(box: Box, log: Path) -> None:
    """Writes a container's log as it comes, until the container is gone."""
    with contextlib.suppress(Exception), log.open("ab", buffering=0) as file:
        for part in box.log():
            file.write(part)
