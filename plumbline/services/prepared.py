"""The prepared data directory: initdb, roles and a filled template, made once and copied by every run."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from plumbline.places import remedy
from plumbline.services import ServiceUnavailable
from plumbline.standing.processes import ProcessFailed
from plumbline.stores.postgres import ADMIN, READER, ROLES, Server

if TYPE_CHECKING:
    from plumbline.services.binaries import PostgresBinaries

SETTINGS = Path(__file__).with_name("postgres.conf")
INITDB = (
    "--no-sync",
    "--wal-segsize=1",
    "--locale=C",
    "--encoding=UTF8",
    "--auth=scram-sha-256",
    f"--username={ADMIN}",
)
READER_MAY = "pg_read_all_data, pg_read_all_stats"
KEPT = 3

ROOM = 64 * 1024 * 1024
"""Bytes; that of the reference platform takes 41 MB."""

Fill = Callable[[str], None]
"""Given the URL of an empty database, as the platform's role: migrates and seeds it, or raises."""


@dataclass(frozen=True)
class Shelf:
    """The prepared directory for one key, in ``home``/postgres/; it may not be made yet."""

    home: Path
    key: str

    @classmethod
    def of(cls, home: Path, binaries: PostgresBinaries, template_key: str) -> Shelf:
        """The shelf for this server, its options and what fills the template."""
        parts = (binaries.version, *INITDB, READER_MAY, SETTINGS.read_text("utf-8"), template_key)
        return cls(home / "postgres", hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16])

    @property
    def data(self) -> Path:
        """The data directory of a server that was shut down in order."""
        return self.home / self.key / "data"

    @property
    def template(self) -> str:
        """The name of the template database in it."""
        return f"template_{self.key}"

    def passwords(self) -> dict[str, str]:
        """The passwords of its roles, which stand in a file of mode 0600 beside the data."""
        found: dict[str, str] = json.loads((self.home / self.key / "passwords.json").read_text("utf-8"))
        return found

    @contextmanager
    def locked(self, *, alone: bool) -> Iterator[bool]:
        """Hold the shelf, with others who copy from it or ``alone``; yields whether it is made.

        A run that dies gives its lock back. Two runs that both find nothing: the second waits here.
        """
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / f"{self.key}.lock").open("a", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
            yield self.data.is_dir()

    def used(self) -> None:
        """Note that it was used, so that it is not among the oldest."""
        os.utime(self.home / self.key)

    def keep(self, data: Path, passwords: dict[str, str], copy: Callable[[Path, Path], None]) -> None:
        """Put a data directory and its passwords on the shelf, whole or not at all; remove the oldest."""
        for stale in self.home.glob(f".{self.key}-*"):  # of a run that died here; the lock is ours
            shutil.rmtree(stale)
        aside = self.home / f".{self.key}-{os.getpid()}"
        aside.mkdir(mode=0o700)
        try:
            copy(data, aside / "data")
            write_private(aside / "passwords.json", json.dumps(passwords))
            aside.rename(self.home / self.key)
        except (OSError, ProcessFailed) as error:
            shutil.rmtree(aside, ignore_errors=True)
            why = (error.strerror if isinstance(error, OSError) else None) or error
            raise ServiceUnavailable(_unusable(self.home, f"cannot be written: {why}")) from None
        self._prune()

    def check(self) -> None:
        """Before anything starts: can it be written, is there room for what is not made yet? `ServiceUnavailable`."""
        check_written(self.home)
        place = os.statvfs(self.home)
        free = place.f_bavail * place.f_frsize
        if place.f_blocks and free < ROOM and not self.data.is_dir():
            needed = f"has {free >> 20} MB free, {ROOM >> 20} are needed for the prepared database"
            raise ServiceUnavailable(_unusable(self.home, needed))

    def _prune(self) -> None:
        made = sorted((d for d in self.home.iterdir() if (d / "data").is_dir()), key=lambda d: d.stat().st_mtime)
        for old in made[:-KEPT]:
            if old.name.startswith(".") or old.name == self.key:
                continue
            with (self.home / f"{old.name}.lock").open("a", encoding="utf-8") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue  # somebody copies from it
                shutil.rmtree(old)
                Path(lock.name).unlink()


def check_written(folder: Path) -> None:
    """Whether files can be made in a folder that outlives the run. Raises `ServiceUnavailable` with the remedy."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise ServiceUnavailable(_unusable(folder, f"cannot be written: {error.strerror}")) from None


def _unusable(folder: Path, why: str) -> str:
    return f"home: {folder} {why}; {remedy('PLUMBLINE_HOME', 'can be written and has room')}"


def fresh_passwords() -> dict[str, str]:
    """A random password for each role."""
    return {role: os.urandom(18).hex() for role in ROLES}


def write_private(path: Path, text: str) -> Path:
    """Write a file that only its owner may read, from its first moment on."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    return path


def make_template(server: Server, fill: Fill) -> None:
    """On a server that only has its administrator: the roles, and the template, filled and closed."""
    with server.administer() as connection:
        # Where it can be set (from 16 on): these passwords are random, and each connection pays for the rounds.
        connection.execute(
            "SELECT set_config('scram_iterations', '1', false) WHERE current_setting('scram_iterations', true) <> ''"
        )
        for role in ROLES:
            word = "ALTER" if role == ADMIN else "CREATE"
            # Hex digits only. Again for the administrator, since initdb hashed it in 4096 rounds.
            connection.execute(f"{word} ROLE {role} LOGIN PASSWORD '{server.passwords[role]}'".encode())
        connection.execute(f"GRANT {READER_MAY} TO {READER}".encode())
        connection.execute(f"ALTER ROLE {READER} SET default_transaction_read_only = on".encode())
    fill_template(server, fill)


def fill_template(server: Server, fill: Fill) -> None:
    """The template itself, on a server whose roles are there: made, filled and closed."""
    with server.administer() as connection:
        connection.execute(f"CREATE DATABASE {server.template} TEMPLATE template0 OWNER {server.owner}".encode())
    fill(server.url(server.template))
    with server.administer(server.template) as connection:
        connection.execute("VACUUM (ANALYZE)")
    with server.administer() as connection:
        connection.execute(f"ALTER DATABASE {server.template} IS_TEMPLATE true".encode())
        connection.execute(f"ALTER DATABASE {server.template} ALLOW_CONNECTIONS false".encode())
