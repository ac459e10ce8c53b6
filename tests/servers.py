"""A Postgres and a Redis for the tests of one file, in memory where there is room."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from plumbline.run import choose_place
from plumbline.services.embedded import EmbeddedPostgres, EmbeddedRedis
from plumbline.stores.postgres import Server
from plumbline.stores.redis import RedisServer


def _empty(_url: str) -> None:
    """A template without a table."""


@contextmanager
def postgres(fill: Callable[[str], None] = _empty) -> Iterator[Server]:
    """A Postgres, whose template `fill` is given as a URL."""
    with _folder() as folder:
        server = EmbeddedPostgres(folder, folder / "home", "tests", fill)
        try:
            yield server.start()
        finally:
            if server.process is not None:
                server.process.kill()


@contextmanager
def redis() -> Iterator[RedisServer]:
    """A Redis."""
    with _folder() as folder:
        server = EmbeddedRedis(folder)
        try:
            yield server.start()
        finally:
            if server.process is not None:
                server.process.kill()


@contextmanager
def _folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="tests-", dir=choose_place().path))
    try:
        yield path
    finally:
        shutil.rmtree(path)
