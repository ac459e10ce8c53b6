"""The containers themselves, by Testcontainers; imported late, since that takes half a second."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from docker.errors import DockerException
from testcontainers.community.postgres import PostgresContainer
from testcontainers.community.redis import RedisContainer
from testcontainers.core.config import ConnectionMode, testcontainers_config

from plumbline.services import ServiceUnavailable
from plumbline.services.engine import Engine, EngineError
from plumbline.stores.postgres import ADMIN

DATA = "/var/lib/plumbline"
"""Where a server's data are, in memory; no folder that an image declares as a volume."""

SETTINGS = "/etc/plumbline.conf"


class _Postgres(PostgresContainer):
    def _connect(self) -> None:
        """Not from within the container, with the password in a command line: the run itself waits, and connects."""


class _Redis(RedisContainer):
    def __init__(self, image: str) -> None:
        super().__init__(image)
        self._wait_strategy = None  # as above


@dataclass
class Box:
    """A container on its way, or there."""

    container: Any
    image: str
    inner_port: int

    def start(self) -> None:
        """Makes and starts it. Raises `ServiceUnavailable`."""
        self.container.ports = {f"{self.inner_port}/tcp": ("127.0.0.1", None)}  # Docker's own default is every address
        try:
            self.container.start()
        except (DockerException, OSError) as error:
            raise ServiceUnavailable(f"the container of {self.image} did not start: {error}") from error

    @cached_property
    def id(self) -> str:
        """The engine's name for it."""
        return str(self.container.get_container_id())

    @cached_property
    def port(self) -> int:
        """Its port on this machine."""
        return int(self.container.get_exposed_port(self.inner_port))

    def log(self) -> Iterator[bytes]:
        """What it prints, from its start on."""
        parts: Iterator[bytes] = self.container.get_wrapped_container().logs(stream=True, follow=True)
        return parts

    def close(self) -> None:
        """Hangs up on the engine."""
        self.container.get_docker_client().client.close()


def postgres_box(image: str, labels: dict[str, str], password: str, initdb: str, arguments: list[str]) -> Box:
    """A Postgres; ``arguments`` are the server's."""
    _configure()
    container = _Postgres(image, username=ADMIN, password=password, dbname="postgres", driver=None)
    container.with_env("PGDATA", f"{DATA}/data").with_env("POSTGRES_INITDB_ARGS", initdb)
    container.with_tmpfs_mount(DATA).with_command(arguments).with_kwargs(labels=labels)
    return Box(container, image, 5432)


def redis_box(image: str, labels: dict[str, str], settings: bytes) -> Box:
    """A Redis with these settings, which hold its password: by file, since everybody may read a command line."""
    _configure()
    container = _Redis(image).with_copy_into_container(settings, SETTINGS, 0o644)
    container.with_command(["redis-server", SETTINGS]).with_kwargs(labels=labels)
    return Box(container, image, 6379)


def _configure() -> None:
    """What Testcontainers would otherwise ask of the person who starts the run."""
    testcontainers_config.tc_host_override = "127.0.0.1"
    testcontainers_config.connection_mode_override = ConnectionMode.docker_host
    if not testcontainers_config.ryuk_disabled:
        testcontainers_config.ryuk_disabled = not _has_ryuk()


def _has_ryuk() -> bool:
    """Whether Testcontainers' own reaper need not be pulled; without it ours does, by label."""
    try:
        return Engine(os.environ["DOCKER_HOST"]).has(testcontainers_config.ryuk_image)
    except EngineError:
        return False
