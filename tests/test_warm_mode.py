"""`make up`, then runs: they start on what stands, refuse what is no longer right, and never harm it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from plumbline.deadlines import wait_until
from plumbline.standing.kept import Kept, note_in
from plumbline.stores.postgres import Server
from plumbline.stores.redis import RedisServer
from tests.whole_runs import ROOT, Ended, environment, pytest_run

SMALL = ROOT / "tests" / "small" / "target.toml"


@dataclass(frozen=True)
class Warm:
    """A home of its own, and the target that is brought up in it."""

    home: Path
    target: str

    def command(self, word: str) -> subprocess.CompletedProcess[str]:
        """`python -m plumbline up` or `down`, as make calls it."""
        return subprocess.run(
            [sys.executable, "-m", "plumbline", word, "--target", self.target],
            env=environment(self._own), cwd=ROOT, capture_output=True, text=True, check=False, timeout=100,
        )  # fmt: skip

    def run(self, *words: str) -> Ended:
        """A run of the suite in this home."""
        return pytest_run(self.home, f"--target={self.target}", *words, environ=self._own)

    @property
    def kept(self) -> Kept | None:
        """The keeper that lives."""
        return Kept.read(note_in(self.home))

    @property
    def _own(self) -> dict[str, str]:
        return {"PLUMBLINE_HOME": str(self.home)}


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Warm]:
    """The small platform, its profile where it can be changed."""
    profile = tmp_path / "small.toml"
    (tmp_path / "part.txt").write_text("as it was")
    build = f'build = ["{tmp_path}/part.txt"]\nready = "/status"'
    profile.write_text(SMALL.read_text().replace('ready = "/status"', build))
    warm = Warm(tmp_path, str(profile))
    yield warm
    warm.command("down")


@pytest.fixture
def reference(tmp_path: Path) -> Iterator[Warm]:
    warm = Warm(tmp_path, "reference")
    yield warm
    warm.command("down")


def test_up_keeps_what_the_next_runs_start_on_and_down_ends_it(small: Warm) -> None:
    up = small.command("up")
    assert (up.returncode, up.stderr) == (0, "")
    kept = small.kept
    assert kept is not None

    first, second = small.run("--rows", "SES-1"), small.run("--rows", "SES-1", "-n", "2")

    for run in (first, second):
        assert "warm: kept by `make up` since" in run.output
        assert run.verdict.startswith("GO target=small ")
        assert run.left == []
    assert small.kept == kept
    assert small.command("down").stdout == f"ended what was up since {kept.since}\n"
    assert not note_in(small.home).exists()
    assert not Path(kept.folder).exists()
    assert small.command("down").stdout == "nothing is up\n"


def test_what_has_changed_is_refused_in_one_line_and_the_run_starts_anew(small: Warm) -> None:
    small.command("up")
    (small.home / "part.txt").write_text("changed")

    run = small.run("--rows", "SES-1")

    [line] = [line for line in run.output.splitlines() if line.startswith("warm: ")]
    assert "is not used" in line
    assert "part.txt has changed; `make up` renews it" in line
    assert run.verdict.startswith("GO target=small ")
    again = small.command("up")
    assert "part.txt has changed: ended what was up since" in again.stdout
    assert "warm: kept by" in small.run("--rows", "SES-1").output


def test_up_a_second_time_says_that_it_is_up(small: Warm) -> None:
    small.command("up")

    assert small.command("up").stdout.startswith("up since ")


def test_fresh_leaves_it_aside(small: Warm) -> None:
    small.command("up")

    run = small.run("--rows", "SES-1", "--fresh")

    assert "warm:" not in run.output
    assert run.verdict.startswith("GO ")


def test_a_keeper_that_was_killed_is_not_waited_for(small: Warm) -> None:
    small.command("up")
    kept = small.kept
    assert kept is not None
    os.kill(kept.pid, signal.SIGKILL)

    assert wait_until(lambda: small.kept is None and not Path(kept.folder).exists(), within=10)
    assert small.run("--rows", "SES-1").verdict.startswith("GO ")


def test_a_run_that_is_killed_leaves_nothing_behind_and_harms_nothing(reference: Warm) -> None:
    assert reference.command("up").returncode == 0
    words = [sys.executable, "-m", "pytest", "--rows", "SES-4,SES-5,PRE-4", "-p", "no:cacheprovider"]
    env = environment({"PLUMBLINE_HOME": str(reference.home), "PLUMBLINE_REPORTS": str(reference.home / "reports")})
    with subprocess.Popen(words, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT) as run:
        try:
            assert wait_until(lambda: len(_databases(reference)) > 2, within=60), "it never began"
        finally:
            run.kill()

    assert wait_until(lambda: len(_databases(reference)) == 1, within=20), _databases(reference)
    with _facts(reference)[1].connect() as redis:
        assert wait_until(lambda: redis.command("HLEN", "plumbline:taken-numbers") == 1, within=20)
    assert reference.run("--rows", "SES-1,SES-5,CRT-1").verdict.startswith("GO ")


def _facts(warm: Warm) -> tuple[Server, RedisServer]:
    kept = warm.kept
    assert kept is not None
    loan = kept.lend("looking")
    loan.give_back()
    return Server(**loan.facts["postgres"]), RedisServer(**loan.facts["redis"])


def _databases(warm: Warm) -> list[str]:
    """The databases of instances: one is the platform in stock."""
    with _facts(warm)[0].administer() as connection:
        found = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, 'plumbline_')")
        return [name for (name,) in found.fetchall()]


def test_a_fault_is_served_on_the_kept_servers(reference: Warm) -> None:
    reference.command("up")

    run = reference.run("-m", "smoke", "--rows", "PRE-1,SES-5", "--fault", "sessions-in-memory")

    assert "warm: kept by" in run.output
    assert run.verdict.endswith(" [SES-5]")


def test_what_a_run_uses_is_not_taken_down_beneath_it(small: Warm) -> None:
    small.command("up")
    kept = small.kept
    assert kept is not None
    loan = kept.lend("a-run")

    down = small.command("down")
    assert (down.returncode, down.stdout) == (1, "")
    assert down.stderr.startswith("1 run uses what is up")
    assert small.kept == kept

    loan.give_back()
    assert small.command("down").returncode == 0


def test_a_server_that_has_died_is_neither_lent_nor_called_up(reference: Warm) -> None:
    reference.command("up")
    kept = reference.kept
    assert kept is not None
    started = (Path(kept.folder) / "processes").read_text().splitlines()
    os.kill(int([line.split()[0] for line in started if line.endswith(" postgres")][-1]), signal.SIGQUIT)

    run = reference.run("--rows", "SES-1")
    assert run.verdict.startswith("GO "), run.output
    assert "warm: kept" not in run.output

    up = reference.command("up")
    assert up.returncode == 0, up.stderr
    assert "up since" not in up.stdout.splitlines()[-2]
    assert "warm: kept" in reference.run("--rows", "SES-1").output


@pytest.mark.parametrize("note", ["{", "", None])
def test_a_keeper_whose_note_is_lost_ends(small: Warm, note: str | None) -> None:
    small.command("up")
    kept = small.kept
    assert kept is not None

    if note is None:
        note_in(small.home).unlink()
    else:
        note_in(small.home).write_text(note)

    assert wait_until(lambda: not kept.alive and not Path(kept.folder).exists(), within=20)


def test_a_keeper_that_hangs_is_not_waited_for(small: Warm) -> None:
    small.command("up")
    kept = small.kept
    assert kept is not None
    os.kill(kept.pid, signal.SIGSTOP)
    try:
        run = small.run("--rows", "SES-1")
    finally:
        os.kill(kept.pid, signal.SIGCONT)

    assert run.verdict.startswith("GO "), run.output
    assert "is not used: the keeper does not answer" in run.output


def test_a_wrong_day_is_wrong_use(small: Warm) -> None:
    command = [sys.executable, "-m", "plumbline", "up", "--target", small.target]
    env = environment({"PLUMBLINE_HOME": str(small.home), "PLUMBLINE_TODAY": "tomorrow"})

    up = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=100)

    assert (up.returncode, up.stderr) == (4, "PLUMBLINE_TODAY=tomorrow: no date; write it as 2026-02-28\n")


def test_an_unknown_target_is_wrong_use(small: Warm) -> None:
    wrong = replace(small, target="refrence").command("up")

    assert wrong.returncode == 4
    assert (
        wrong.stderr == "--target refrence: no such target; did you mean 'reference'? (or give a path to a profile)\n"
    )


def test_a_platform_that_does_not_start_keeps_nothing_up(small: Warm) -> None:
    profile = Path(small.target)
    profile.write_text(profile.read_text().replace("platform.py", "no-such-platform.py"))

    up = small.command("up")

    assert up.returncode == 1
    assert "nothing is up" in up.stderr
    assert "no-such-platform.py" in up.stderr
    assert small.kept is None
