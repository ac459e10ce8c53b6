"""`database`: the database of a red check as it was, on a server that goes when you have looked."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

from plumbline.commands import WrongUse
from plumbline.judging import record
from plumbline.places import HOME, reports_folder
from plumbline.run import Run
from plumbline.services import ServiceUnavailable
from plumbline.services.binaries import postgres_binaries
from plumbline.services.embedded import EmbeddedPostgres
from plumbline.standing import processes
from plumbline.stores.postgres import ADMIN, Server

NAME = "plumbline_evidence"
WITHIN = 120.0


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which dump, and whether another program than psql will open it."""
    parser.add_argument("what", metavar="PATH|ROW", help="a database.sql, or a row that was red in the latest run")
    parser.add_argument("--url", action="store_true", help="print its URL and keep it up until Enter or Ctrl-C")


def main(asked: argparse.Namespace) -> int:
    """Restores the dump and opens it; the exit code is psql's."""
    dump = found(asked.what)
    signal.signal(signal.SIGTERM, _as_exit)
    try:
        postgres_binaries()
        run = Run.begin()
        try:
            server = EmbeddedPostgres(run.folder, HOME, "nothing", lambda _: None).start()
            _restore(server, dump, run.folder)
            return _tell_url(server) if asked.url else _open(server, dump)
        finally:
            run.end()
    except (ServiceUnavailable, processes.ProcessFailed) as error:
        raise WrongUse(str(error)) from None


def found(what: str) -> Path:
    """The dump at a path, or of a row that was red in the latest run. WrongUse where there is none."""
    path = Path(what)
    if path.is_file():
        if not _is_dump(path):
            raise WrongUse(f"{what} is no dump of a database; name a database.sql of a run's evidence")
        return path
    if "/" in what or path.suffix:
        raise WrongUse(f"there is no {what}")
    latest = reports_folder() / "latest"
    try:
        kept = dict(reversed(list(_dumps(latest))))
    except OSError as error:
        raise WrongUse(f"{error.filename}: {error.strerror}; give the path of a database.sql") from None
    if what not in kept:
        there = ", ".join(sorted(kept)) or "none"
        raise WrongUse(f"{what}: the latest run has no database of it; rows with one: {there}")
    return kept[what]


def _is_dump(path: Path) -> bool:
    """Whether pg_dump has written it: its text says so first."""
    try:
        with path.open("rb") as file:
            return b"-- PostgreSQL database dump" in file.read(200)
    except OSError as error:
        raise WrongUse(f"{path}: cannot be read: {error.strerror}") from None


def _dumps(folder: Path) -> Iterator[tuple[str, Path]]:
    """Row and dump of each red check that left one."""
    for one in record.read(folder / "records.jsonl"):
        for attachment in one.attachments:
            if attachment.label == "database":
                yield one.row, folder / attachment.path


def _restore(server: Server, dump: Path, folder: Path) -> None:
    """Fills a new database; a row that masking has spoilt is told, and left out."""
    server.create_empty(NAME)
    log = folder / "restore.log"
    words = ["--quiet", "--no-psqlrc", "--output=/dev/null", f"--file={dump.absolute()}"]
    processes.finish([*_psql(server), *words], name="psql", log=log, env=_environment(server), within=WITHIN)
    refused = [line for line in log.read_text("utf-8", "replace").splitlines() if "ERROR:" in line]
    if refused:
        print(f"{len(refused)} statements were refused, the first: {refused[0]}", file=sys.stderr)


def _open(server: Server, dump: Path) -> int:
    print(f"{dump}, restored; \\q ends it, and the server with it", flush=True)
    return processes.in_front(_psql(server), env={**os.environ, **_environment(server)})


def _tell_url(server: Server) -> int:
    print(server.url(NAME, ADMIN), "Enter or Ctrl-C ends it.", sep="\n", flush=True)
    try:
        sys.stdin.readline()
    except KeyboardInterrupt:
        print()
    return 0


def _psql(server: Server) -> list[str]:
    return [str(postgres_binaries().folder / "psql"), f"--dbname={server.address(NAME, ADMIN)}"]


def _environment(server: Server) -> dict[str, str]:
    return {"PATH": os.defpath, "PGPASSWORD": server.passwords[ADMIN], "PGCLIENTENCODING": "UTF8"}


def _as_exit(_number: int, _frame: object) -> None:
    raise SystemExit(1)
