"""Postgres and Redis of others: only where they say that they are disposable, and they get back what they had.

A run makes and drops `plumbline_<run>_…` databases and takes empty Redis databases, nothing else. What it may
have left after `kill -9` stands in a ledger, written before anything is made; the next run clears what that names.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlsplit

from plumbline.run import is_gone, world
from plumbline.services import ServiceUnavailable
from plumbline.services.arrival import Services
from plumbline.services.prepared import Fill, check_written, fill_template, write_private
from plumbline.stores.postgres import ROLES, Server
from plumbline.stores.redis import RedisError, RedisServer
from plumbline.stores.trouble import explain

if TYPE_CHECKING:
    from psycopg import Connection

    from plumbline.run import Run

MARKER = "plumbline_disposable"
"""The database, and the key in Redis' database 0, by which a server says that nobody will miss what is on it."""

OLDEST = 15
"""The first version of Postgres that can be told how to clone."""

TWIN = {"Postgres": "PLUMBLINE_POSTGRES_URL", "Redis": "PLUMBLINE_REDIS_URL"}


@dataclass(frozen=True)
class Lender:
    """Both servers, found to be usable and disposable; `told` says where, without a password."""

    postgres: Server
    redis: RedisServer

    @property
    def told(self) -> str:
        """Where they are, without a password."""
        return f"{self.postgres.host}:{self.postgres.port} and {self.redis.host}:{self.redis.port}"

    def for_run(self, short: str) -> Lender:
        """The same, as the run of this short name uses them."""
        return Lender(replace(self.postgres, template=f"plumbline_{short}_template"), replace(self.redis, owner=short))

    def clear(self) -> None:
        """Drops the run's databases and gives back its Redis databases."""
        self.postgres.drop_all(self.postgres.template.removesuffix("template"))
        self.redis.give_back_all(self.redis.owner)


def check(postgres_url: str, redis_url: str) -> Lender:
    """Looks whether both servers may be used. Raises `ServiceUnavailable` with one message."""
    return Lender(_postgres(postgres_url), _redis(redis_url))


def start_services(run: Run, home: Path, lender: Lender, fill: Fill) -> Services:
    """Make the run's template in the background; its databases go at the end, or with the next run."""
    ours = lender.for_run(run.short)
    ledger = Ledger(home / "external")
    check_written(ledger.folder)
    ledger.sweep(lender)
    ledger.write(run.id, lender)

    def postgres() -> Server:
        fill_template(ours.postgres, fill)
        return ours.postgres

    def end() -> None:
        with contextlib.suppress(Exception):  # a server that is gone by now is the next run's to clear
            ours.clear()
            ledger.forget(run.id)

    return Services(run, {"postgres": postgres, "redis": lambda: ours.redis}, end, lasting=True)


class Ledger:
    """Which runs may have left something on which server; no secrets in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, run_id: str, lender: Lender) -> None:
        """Notes a run before it makes anything."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(self._file(run_id), json.dumps({"world": world(), "at": lender.told}))

    def forget(self, run_id: str) -> None:
        """Strikes a run out whose things are gone."""
        self._file(run_id).unlink(missing_ok=True)

    def sweep(self, lender: Lender) -> list[str]:
        """Clears what dead runs have left on these servers, as far as this ledger names them; which runs."""
        cleared = []
        for file in sorted(self.folder.glob("*.json")):
            noted = json.loads(file.read_text("utf-8"))
            if noted["at"] == lender.told and is_gone(file.stem, noted["world"]):
                lender.for_run(file.stem.rpartition("-")[2]).clear()
                file.unlink(missing_ok=True)
                cleared.append(file.stem)
        return cleared

    def _file(self, run_id: str) -> Path:
        return self.folder / f"{run_id}.json"


def _postgres(url: str) -> Server:
    import psycopg

    parts = _parts("Postgres", url, ("postgresql", "postgres"))
    password = unquote(parts.password or "")
    server = Server(
        parts.hostname or "", parts.port or 5432, dict.fromkeys(ROLES, password), MARKER, log="", version="",
        user=unquote(parts.username or ""), entry=unquote(parts.path.strip("/")) or "postgres",
        options=f"?{parts.query}" if parts.query else "", strategy="WAL_LOG",
    )  # fmt: skip
    try:
        with server.administer() as connection:
            return replace(server, version=_may_be_used(connection, server))
    except psycopg.OperationalError as error:
        trouble = explain(error, server.url(server.entry))
        raise ServiceUnavailable(f"{TWIN['Postgres']}: {trouble}") from None


def _may_be_used(connection: Connection, server: Server) -> str:
    """The server's version; ServiceUnavailable where it is too old, is not disposable, or lets nobody create."""
    where = f"Postgres at {server.host}:{server.port}"
    version = connection.info.server_version // 10000
    if version < OLDEST:
        raise ServiceUnavailable(f"{where} is version {version}; from {OLDEST} on it can be used")
    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [MARKER]).fetchone():
        raise ServiceUnavailable(
            f"{where} does not say that it is disposable: if nobody needs what is on it, create the database "
            f"{MARKER} there (CREATE DATABASE {MARKER}); nothing was touched"
        )
    may = connection.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    if not may or not may[0]:
        raise ServiceUnavailable(
            f"{where}: the user {server.user!r} may not create databases: ALTER ROLE {server.user} CREATEDB"
        )
    return f"Postgres {version}"


def _redis(url: str) -> RedisServer:
    parts = _parts("Redis", url, ("redis",))
    server = RedisServer(
        parts.hostname or "", parts.port or 6379, unquote(parts.password or ""), 0, log="", version="Redis",
        user=unquote(parts.username or ""), lent=True,
    )  # fmt: skip
    where = f"Redis at {server.host}:{server.port}"
    try:
        with server.connect() as redis:
            marked = redis.command("EXISTS", MARKER)
            databases = redis.command("CONFIG", "GET", "databases")
    except RedisError as error:
        raise ServiceUnavailable(f"{TWIN['Redis']}: {where} cannot be used: {error}") from None
    if marked != 1:
        raise ServiceUnavailable(
            f"{where} does not say that it is disposable: if nobody needs what is on it, create the key {MARKER} "
            f"in its database 0 (SET {MARKER} yes); nothing was touched"
        )
    return replace(server, databases=int(str(databases[1])) if isinstance(databases, list) and databases else 16)


def _parts(name: str, url: str, schemes: tuple[str, ...]) -> SplitResult:
    twin = TWIN[name]
    example = f"{schemes[0]}://user:password@host:{5432 if name == 'Postgres' else 6379}"
    if not url:
        raise ServiceUnavailable(f"needs {name}: set {twin}={example}")
    try:
        parts = urlsplit(url)
        wrong = parts.scheme not in schemes or not parts.hostname or parts.port == 0
    except ValueError:
        wrong = True
    if wrong:
        raise ServiceUnavailable(f"{twin} is no URL of {name}: write it as {example}")
    return parts
