"""One running copy of the platform: started, watched, restarted and ended by the suite."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plumbline.asking.exchange import dotted
from plumbline.deadlines import wait_until
from plumbline.judging.record import NotPossibleHere
from plumbline.standing import bytecode, processes
from plumbline.standing.below import Below, below, end
from plumbline.standing.mistakes import Wrong, mistaken, must_be_refused
from plumbline.standing.start import Log, Start
from plumbline.standing.workers import Workers

if TYPE_CHECKING:
    from plumbline.profile import Commands
    from plumbline.stores.postgres import Clones, Server
    from plumbline.stores.redis import RedisServer
    from plumbline.target import Target
    from plumbline.warm import Warm

SOON = 2
"""Seconds after which an instance whose database is wrong should give up, where the target has a setting for that."""

GRACE = 3.0
"""Seconds that an instance has to end by itself after SIGTERM."""


@dataclass
class Ground:
    """What instances stand on: the target, the servers, and where the run keeps its files.

    `clones` are databases made in advance; what an instance leaves is removed in the background.
    """

    target: Target
    folder: Path
    secret: str
    postgres: Server | None = None
    redis: RedisServer | None = None
    warm: Warm | None = None
    clones: Clones | None = None
    _removals: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "plumbline-removals"))

    def database(self, kind: str, name: str) -> str:
        """The name of a fresh database: `seeded` like the target's, otherwise empty."""
        if self.postgres is None:
            raise NotPossibleHere("needs database, which the target does not offer")
        if kind != "seeded":
            return self.postgres.create_empty(name)
        return self.clones.take() if self.clones else self.postgres.clone(name)

    def remove(self, database: str, redis_number: int | None) -> None:
        """Removes what an instance stood on, soon; a server that is gone by then took it along."""
        if self.postgres is not None and database:
            self._removals.submit(self.postgres.drop, database)
        if self.redis is not None and redis_number is not None:
            self._removals.submit(self.redis.give_back, redis_number)

    def environment(
        self,
        port: int,
        database_url: str,
        redis_url: str,
        *,
        caller: Mapping[str, str] = os.environ,
        patience: int | None = None,
    ) -> dict[str, str]:
        """The whole environment of an instance, from the profile's allow-list; `caller` is whose `{env:NAME}` are.

        `patience`: seconds that it tries to reach its database, where the target has a setting for that.
        """
        patience = patience or (3 if self.target.fault else 10)
        values = {
            "port": str(port), "database_url": database_url, "redis_url": redis_url, "secret": self.secret,
            "release": "dev", "start_deadline": str(patience), "env": PassedOn(caller),
        }  # fmt: skip
        return {name: text.format_map(values) for name, text in self.target.profile.environment.items()}

    def launch(self, command: tuple[str, ...], name: str, log: Path, env: Mapping[str, str]) -> processes.Process:
        """Starts one of the platform's commands: forked from the warmed process where there is one."""
        words = self.target.filled_in(command)
        if self.warm is not None and "-m" in words:
            return self.warm.fork(words[words.index("-m") + 2 :], env=env, log=log, name=name)
        return processes.spawn(words, name=name, log=log, env={**surroundings(), **env}, cwd=self.target.workplace)

    def finish(self, command: tuple[str, ...], name: str, log: Path, env: Mapping[str, str]) -> int:
        """Runs one of the platform's commands to its end; its exit code, -1 where it hangs."""
        process = self.launch(command, name, log, env)
        code = process.wait(self.commands.deadline)
        return process.kill() if code is None else code

    @property
    def commands(self) -> Commands:
        """How the platform is run."""
        return self.target.commands


def surroundings() -> dict[str, str]:
    """What a command of the platform gets besides its settings: its interpreter may stand anywhere on PATH."""
    return {"PATH": os.environ.get("PATH", os.defpath), **bytecode.environment()}


class PassedOn:
    """What `{env:NAME}` stands for: the variable as the run itself was given it, else nothing."""

    def __init__(self, caller: Mapping[str, str]) -> None:
        self._caller = caller

    def __format__(self, name: str) -> str:
        return self._caller.get(name, "")


class Instance:
    """One copy of the platform on its own port; the same port, database and Redis space over restarts."""

    def __init__(self, ground: Ground, name: str, database_url: str, redis_url: str) -> None:
        self.ground = ground
        self.name = name
        self.reservation = processes.reserve_port()
        self.url = f"http://127.0.0.1:{self.reservation.port}"
        self.database = database_url.rpartition("/")[2]
        self.log = Log(ground.folder / f"{name}.log")
        self.database_url, self.redis_url = database_url, redis_url
        self.environment = self._filled()
        self._process: processes.Process | None = None
        self._workers: Workers | None = None
        ground.target.allow_origin(self.url)

    def mistake(self, part: Wrong) -> None:
        """Puts a mistake into the URL of its database, wherever the environment has it; it soon gives up."""
        right, wrong = self.database_url, mistaken(self.database_url, part)
        if part == "password":
            must_be_refused(wrong)
        self.environment = {name: text.replace(right, wrong) for name, text in self._filled(patience=SOON).items()}

    def start(self) -> Start:
        """Starts it and waits until it answers, ends, or hangs past the profile's deadline."""
        started = time.monotonic()
        commands = self.ground.commands
        self._process = process = self.ground.launch(commands.serve, self.name, self.log.path, self.environment)
        path = self.ground.target.profile.path(commands.ready)
        seen: set[int] = set()

        def over() -> bool:
            seen.add(self._status(path))
            return process.poll() is not None or min(seen) < SERVER_ERROR

        wait_until(over, within=commands.deadline)
        answers = process.poll() is None and self._status(path) < NO_ANSWER
        self._workers = Workers(process.pid, self.reservation.port) if answers and self.ground.warm is None else None
        return Start(
            answers=answers, ended_with=process.poll(), seconds=time.monotonic() - started, log=self.log,
            settings=self.ground.target.profile.settings, environment=self.environment,
            unready=any(SERVER_ERROR <= status < NO_ANSWER for status in seen),
        )  # fmt: skip

    @property
    def state(self) -> str:
        """What there is to say of its process."""
        code = self._process.poll() if self._process else None
        if self._process is None:
            return "never started"
        return f"runs, pid {self._process.pid}" if code is None else f"ended with {code}"

    @property
    def alive(self) -> bool:
        """Whether its process runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def death(self) -> str:
        """What has ended though nobody asked it to, its process or a worker of it, and the end of its log; else empty.

        Workers that come and go by themselves (`commands.recycles`) are not looked at.
        """
        if not self.alive:
            return f"{self.name} {self.state}; its log ends:\n{self.log.last()}"
        died = self._workers.died if self._workers and not self.ground.commands.recycles else []
        if not died:
            return ""
        meant = f"if workers are meant to come and go, say commands.recycles = true in {self.ground.target.path}"
        return f"{self.name}: worker {', '.join(map(str, died))} has died; {meant}; its log ends:\n{self.log.last()}"

    def stop(self) -> int | None:
        """Ends it in order; its exit code, None where it was never started."""
        others = self._below()
        return self._process.stop(GRACE, others) if self._process else None

    def crash(self) -> None:
        """Ends it at once, as a crash would; its port stays reserved."""
        if self._process:
            others = self._below()
            self._process.kill()
            end(others, 0)

    def kill(self) -> None:
        """Ends it at once and gives its port back."""
        self.crash()
        self.reservation.close()

    def ask_json(self, path: str, key: str) -> Any:  # noqa: ANN401 - JSON
        """What stands at a dotted path of a JSON answer to an anonymous GET; None where nothing does."""
        import http.client  # late: it takes in TLS, which a call that starts nothing need not load

        connection = http.client.HTTPConnection("127.0.0.1", self.reservation.port, timeout=2)
        try:
            connection.request("GET", path, headers={"Connection": "close"})
            return dotted(json.loads(connection.getresponse().read()), key)
        except (OSError, http.client.HTTPException, ValueError):
            return None
        finally:
            connection.close()

    def _below(self) -> list[Below]:
        """What its process has started, though it has left its group: at its port a start anew would find it."""
        return below(self._process.pid) if self._process and self.ground.warm is None and self.alive else []

    def _filled(self, patience: int | None = None) -> dict[str, str]:
        return self.ground.environment(self.reservation.port, self.database_url, self.redis_url, patience=patience)

    def _status(self, path: str) -> int:
        """The status of a request that carries nothing, NO_ANSWER where there is none."""
        import http.client

        connection = http.client.HTTPConnection("127.0.0.1", self.reservation.port, timeout=1)
        try:
            connection.request("GET", path, headers={"Connection": "close"})
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return NO_ANSWER
        finally:
            connection.close()


SERVER_ERROR, NO_ANSWER = 500, 1000
