"""Which kind of services a run gets: by what is asked for, and for `auto` by what is here; with the reason."""

from __future__ import annotations

import pytest

from plumbline.services import ServiceUnavailable, engine
from plumbline.services.choice import WHEELS, Wanted, choose
from plumbline.services.engine import Engine, EngineError

BOTH = {"postgres:18", "redis:8"}
IN_CONTAINERS = "Postgres and Redis in containers of postgres:18 and redis:8"


class MadeUp(Engine):
    """An engine that has these images, and fetches any but `nowhere`."""

    images: set[str]

    def has(self, image: str) -> bool:
        """Whether it is among them."""
        return image in self.images

    def pull(self, image: str) -> None:
        """Adds it to them."""
        if image == "nowhere":
            raise EngineError("no such host")
        self.images.add(image)


def found(images: set[str]) -> MadeUp:
    """What `find` finds."""
    made_up = MadeUp("unix:///made-up")
    object.__setattr__(made_up, "images", set(images))
    return made_up


def nothing() -> Engine:
    """Finds no engine."""
    raise EngineError("no container engine is installed or started here")


def test_auto_takes_containers_where_both_images_are() -> None:
    choice = choose(Wanted(), lambda: found(BOTH))

    assert choice.made == IN_CONTAINERS
    assert choice.why == "the engine has both; --services embedded does without"


@pytest.mark.parametrize(
    ("images", "why"),
    [
        (set(), "the engine has no postgres:18 and no redis:8; --services containers fetches what it lacks"),
        ({"redis:8"}, "the engine has no postgres:18; --services containers fetches what it lacks"),
    ],
)
def test_auto_fetches_nothing(images: set[str], why: str) -> None:
    engine_without = found(images)

    choice = choose(Wanted(), lambda: engine_without)

    assert (choice.made, choice.why) == (WHEELS, why)
    assert engine_without.images == images


def test_auto_without_an_engine_says_so() -> None:
    choice = choose(Wanted(), nothing)

    assert choice.made == WHEELS
    assert choice.why == "no container engine is installed or started here; --services containers needs one"


def test_containers_without_an_engine_are_refused_with_the_remedy() -> None:
    with pytest.raises(
        ServiceUnavailable, match=r"no container engine .* systemctl start docker.* --services embedded"
    ):
        choose(Wanted("containers"), nothing)


def test_containers_fetch_what_is_lacking_and_say_so() -> None:
    said: list[str] = []

    choice = choose(Wanted("containers"), lambda: found({"redis:8"}), said.append)

    assert choice.made == IN_CONTAINERS
    assert said == ["services: fetching the image postgres:18, once"]


def test_an_image_that_cannot_be_fetched_is_one_message() -> None:
    with pytest.raises(ServiceUnavailable, match=r"the image nowhere cannot be fetched: no such host; .*docker pull"):
        choose(Wanted("containers", redis_image="nowhere"), lambda: found(BOTH), lambda _line: None)


def test_embedded_never_looks_for_an_engine() -> None:
    assert choose(Wanted("embedded"), lambda: pytest.fail("looked")).made == WHEELS


@pytest.mark.parametrize(
    ("kind", "suiting"), [("auto", [True, True]), ("embedded", [True, False]), ("containers", [False, True])]
)
def test_what_is_kept_is_used_where_it_is_of_the_kind_that_is_wanted(kind: str, suiting: list[bool]) -> None:
    assert [Wanted(kind).suits(made) for made in (WHEELS, IN_CONTAINERS)] == suiting
    assert not Wanted(kind, redis_image="redis:7").suits(IN_CONTAINERS)
    assert not Wanted("external").suits(WHEELS)


def test_an_engine_elsewhere_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://192.0.2.1:2375")

    with pytest.raises(EngineError, match="is not this machine"):
        engine.find()


def test_a_socket_that_nobody_answers_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nobody/here.sock")

    with pytest.raises(EngineError, match=r"no engine answers at unix:///nobody/here\.sock"):
        engine.find()
