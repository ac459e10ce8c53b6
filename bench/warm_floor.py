"""The floor of a warm run: the same work on servers and a platform that stand already, as `make up` keeps them.

    python -m bench.warm_floor --home HOME [--browser PATH --folder FOLDER]

It borrows from the keeper as a run of the suite does. Platforms of its own are forked from the keeper's warmed
process, as the suite's are: a floor with slow starts would flatter. No pytest, httpx, Playwright, psycopg.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import sys
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from bench import asked
from bench.asking import ask_all
from bench.owning import be_asked_for_health, expire, restart
from bench.wire.line import reserve
from bench.wire.stores import Postgres, Redis
from bench.wire.web import awaited_http
from bench.worker import Worker


class Line:
    """A line to the keeper, or to its warmed process: JSON objects, one a line."""

    def __init__(self, path: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.connect(path)
        self._heard = self._socket.makefile("r")

    def ask(self, **question: object) -> dict[str, Any]:
        """The answer to a question; RuntimeError where it is a refusal."""
        self._socket.sendall(json.dumps(question).encode() + b"\n")
        answer: dict[str, Any] = json.loads(self._heard.readline() or '{"error": "it hung up"}')
        if refusal := answer.get("error") or answer.get("failed"):
            raise RuntimeError(refusal)
        return answer

    def close(self) -> None:
        """Hangs up: whoever lent something clears it."""
        self._heard.close()
        self._socket.close()


class Lent:
    """The servers that the keeper lends, and the environment of its platforms."""

    def __init__(self, facts: dict[str, Any], environment: dict[str, str], run: str) -> None:
        self._postgres, self._redis, self.warm = facts["postgres"], facts["redis"], facts["warm"]["socket"]
        self.environment, self.run = environment, run

    def postgres(self, database: str, user: str = "platform") -> Postgres:
        """A connection to one of its databases."""
        return Postgres(self._postgres["port"], user, database, self._postgres["passwords"][user])

    def redis(self, number: int = 0) -> Redis:
        """A connection to one of its Redis spaces."""
        return Redis(self._redis["port"], number, self._redis["password"])

    def clone(self, name: str) -> None:
        """Makes a database like the template."""
        admin = self.postgres("postgres", "plumbline")
        admin.ask(f"CREATE DATABASE {name} TEMPLATE {self._postgres['template']} STRATEGY FILE_COPY OWNER platform")
        admin.close()

    def number(self) -> int:
        """A Redis space that nobody has, noted as this run's; the keeper empties it when the line ends."""
        redis = self.redis()
        number = int(redis.ask("INCR", "plumbline:last-number"))
        redis.ask("HSET", "plumbline:taken-numbers", str(number), self.run)
        redis.close()
        return number

    def settings(self, database: str, number: int, port: int) -> dict[str, str]:
        """The environment of a platform on these."""
        postgres, _, _ = self.environment["DATABASE_URL"].rpartition("/")
        redis, _, _ = self.environment["REDIS_URL"].rpartition("/")
        own = {"DATABASE_URL": f"{postgres}/{database}", "REDIS_URL": f"{redis}/{number}", "PORT": str(port)}
        return {**self.environment, **own}


class OwnForked:
    """A platform of its own, forked from the keeper's warmed process; it ends with its line."""

    def __init__(self, lent: Lent, number: int) -> None:
        self._lent, self._name = lent, f"plumbline_{lent.run}_{number}"
        self._warm = Line(lent.warm)
        self._port, self._held = reserve()
        self._number = self._pid = 0

    def serve(self, **settings: str) -> int:
        """Starts it in a new process."""
        if not self._number:
            self._lent.clone(self._name)
            self._number = self._lent.number()
        env = {**self._lent.settings(self._name, self._number, self._port), **settings}
        self._pid = self._warm.ask(do="fork", argv=["serve"], env=env, log=os.devnull)["pid"]
        awaited_http(self._port, "/health")
        return self._port

    def stop(self) -> None:
        """Ends it in order."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Ends it at once."""
        self._end(signal.SIGKILL)

    def _end(self, number: int) -> None:
        """Signals it and waits for its end, which gives its port back to the next; it is no child of ours."""
        end = os.pidfd_open(self._pid)
        os.kill(self._pid, number)
        select.select([end], [], [])
        os.close(end)

    def postgres(self) -> Postgres:
        """A connection to its database."""
        return self._lent.postgres(self._name)

    def redis(self) -> Redis:
        """A connection to its Redis space."""
        return self._lent.redis(self._number)


def run(keeper: Line, logged_in: SimpleQueue[tuple[int, str] | None], looking: list[Worker]) -> None:
    """All of it; raises where something is not as it should be."""
    threads = looking
    try:
        name = f"floor{os.getpid():x}"
        facts = keeper.ask(do="borrow", run=name)
        platform = keeper.ask(do="platform")
        lent = Lent(facts, platform["environment"], name)
        threads.append(Worker(restart, OwnForked(lent, 1)))
        threads += [Worker(expire, OwnForked(lent, 2 + place), zone) for place, zone in enumerate(asked.ZONES)]
        threads.append(Worker(be_asked_for_health, OwnForked(lent, 5)))
        port = int(platform["environment"]["PORT"])
        database = lent.postgres(platform["database_url"].rpartition("/")[2])
        ask_all(port, database, lambda cookie: logged_in.put((port, cookie)))
    finally:
        logged_in.put(None)
        for thread in threads:
            thread.join()
    for thread in threads:
        thread.raise_what_it_raised()


def main(argv: list[str]) -> int:
    """One pass; its exit code."""
    options = dict(zip(argv[::2], argv[1::2], strict=True))
    logged_in: SimpleQueue[tuple[int, str] | None] = SimpleQueue()
    if "--browser" in options:
        with_browser(options["--browser"], Path(options["--folder"]), options["--home"], logged_in)
    else:
        run(at(options["--home"]), logged_in, [])
    print("warm floor: all as it should be")
    return 0


def with_browser(executable: str, folder: Path, home: str, logged_in: SimpleQueue[tuple[int, str] | None]) -> None:
    """The same, and the pages."""
    import shutil

    from bench.looking import Browser

    browser = Browser(executable, folder)
    browser.start()
    try:
        run(at(home), logged_in, [Worker(browser.look, logged_in)])
    finally:
        browser.end()
        shutil.rmtree(folder, ignore_errors=True)


def at(home: str) -> Line:
    """A line to the keeper that left its note there."""
    note = json.loads(Path(home, "up.json").read_text("utf-8"))
    return Line(f"{note['folder']}/keeper.sock")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
