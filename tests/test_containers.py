"""Postgres and Redis in containers: reached on 127.0.0.1 only, gone with the run, however it ends.

Needs an engine with the images of PLUMBLINE_POSTGRES_IMAGE and PLUMBLINE_REDIS_IMAGE (`.ci/images.sh` makes them).
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from plumbline.deadlines import wait_until
from plumbline.run import world
from plumbline.services import containers, engine
from plumbline.services.choice import Wanted
from plumbline.services.engine import RUN, WORLD, Container, Engine, EngineError
from plumbline.standing.processes import start_time

ROOT = Path(__file__).parents[1]
IMAGES = Wanted.of(lambda name: os.environ.get(f"PLUMBLINE_{name.upper()}") if "image" in name else None).images
CONTROLLER = """
import json, sys
from plumbline.run import Run
from plumbline.services import containers, engine
def fill(url):
    import psycopg
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE deals AS SELECT 1 AS id")
run = Run.begin()
services = containers.start_services(run, engine.find(), tuple(sys.argv[1:]), "0123abcd", fill)
read = run.rendezvous.read
facts = {"run": run.id, "redis": read("redis", 60), "postgres": read("postgres", 60)}
print(json.dumps(facts), flush=True)
sys.stdin.readline()
services.stop()
run.end()
"""


@pytest.fixture(scope="module")
def used() -> Engine:
    """The engine of this machine, with both images."""
    try:
        found = engine.find()
    except EngineError as error:
        pytest.skip(f"no container engine: {error}")
    lacking = [image for image in IMAGES if not found.has(image)]
    if lacking:
        pytest.skip(f"the engine has no {' and no '.join(lacking)}: run .ci/images.sh")
    return found


@pytest.fixture
def controller(used: Engine) -> Iterator[subprocess.Popen[str]]:
    """A run on containers, in a process of its own."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "DOCKER_HOST": used.address}
    command = [sys.executable, "-c", CONTROLLER, *IMAGES]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env) as process:
        yield process
        process.kill()


def facts_of(controller: subprocess.Popen[str]) -> dict[str, dict[str, str]]:
    """What the run says once both answer."""
    assert controller.stdout is not None
    facts: dict[str, dict[str, str]] = json.loads(controller.stdout.readline())
    return facts


def test_they_listen_on_this_machine_only_and_go_with_the_run(used: Engine, controller: subprocess.Popen[str]) -> None:
    facts = facts_of(controller)
    there = used.containers(str(facts["run"]))
    assert len(there) == 2
    assert all(address == "127.0.0.1" for each in there for address in addresses(used, each))
    assert {facts[name]["host"] for name in ("postgres", "redis")} == {"127.0.0.1"}

    controller.communicate("end\n", timeout=30)

    assert controller.returncode == 0
    assert used.containers(str(facts["run"])) == []


def test_nothing_is_left_after_kill_9(used: Engine, controller: subprocess.Popen[str]) -> None:
    run = str(facts_of(controller)["run"])

    controller.send_signal(signal.SIGKILL)

    assert wait_until(lambda: not used.containers(run), within=30, every=0.1), used.containers(run)


def test_a_sweep_takes_what_a_dead_run_left_and_nothing_else(used: Engine) -> None:
    me = f"{os.getpid()}-{start_time(os.getpid())}-0badcafe"
    dead = f"{os.getpid()}-1-0badcafe"  # the pid is somebody else's by now
    left = [made(used, dead, world()), made(used, dead, "another boot"), made(used, me, world())]
    try:
        swept = [each.id for each in containers.sweep(used)]

        assert [each in swept for each in left] == [True, False, False]
    finally:
        used.remove_all(dead)
        used.remove_all(me)


def addresses(used: Engine, container: Container) -> list[str]:
    """Every address of this machine at which a container is reached."""
    shown = json.loads(used._ask("GET", f"/containers/{container.id}/json") or b"{}")
    ports = shown["NetworkSettings"]["Ports"].values()
    return [bound["HostIp"] for each in ports for bound in each or ()]


def made(used: Engine, run: str, where: str) -> str:
    """A container that was made and never started; its id."""
    from docker import DockerClient

    client = DockerClient(used.address)
    try:
        return str(client.containers.create(IMAGES[1], labels={RUN: run, WORLD: where}).id)
    finally:
        client.close()
