"""A run's folder, its rendezvous, and what is left when it dies: nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from plumbline import run
from plumbline.deadlines import eventually
from plumbline.run import NotReached, Rendezvous
from plumbline.standing import processes

ROOT = Path(__file__).parents[1]
CONTROLLER = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background has it ignored
import os, signal, sys, time
from pathlib import Path
from plumbline.standing import processes
from plumbline.run import Run
run = Run.begin()
env = {"PATH": os.defpath}
child = processes.spawn(["sleep", "60"], name="child", log=run.folder / "child.log", env=env)
parent = processes.spawn(["sh", "-c", "sleep 60 & wait"], name="parent", log=run.folder / "p.log", env=env)
print(run.folder, child.pid, parent.pid, flush=True)
sys.stdin.readline()
run.end()
"""


WORKER = """
import os, sys
from pathlib import Path
from plumbline.standing import processes
from plumbline.run import Run
from plumbline.warm import Warm
run = Run.join(Path(sys.argv[1]))
env = {"PATH": os.defpath}
child = processes.spawn(["sleep", "60"], name="child", log=run.folder / "w.log", env=env)
(run.folder / "napping.py").write_text("import time\\ndef main(argv, environ): time.sleep(60)")
starter = Warm.start("napping:main", run.folder, env=env, cwd=run.folder)
forked = Warm(starter.path, starter.entry).fork([], name="forked", log=run.folder / "f.log", env=env)
print(run.folder, child.pid, forked.pid, flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def controller(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has begun a run with two processes; a line on its stdin lets it end in order."""
    argv = [sys.executable, "-c", CONTROLLER]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)}
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as process:
        yield process
        process.kill()


@pytest.fixture
def worker(controller: subprocess.Popen[str]) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """A process that has joined the controller's run, with a process spawned and one forked; and the run."""
    folder, _ = begun(controller)
    argv = [sys.executable, "-c", WORKER, str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as process:
        yield process, folder
        process.kill()


def begun(controller: subprocess.Popen[str]) -> tuple[Path, list[int]]:
    assert controller.stdout is not None
    folder, *pids = controller.stdout.readline().split()
    return Path(folder), [int(pid) for pid in pids]


def put_runs_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "MEMORY", folder)
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(folder))


def of_run(folder: Path) -> list[str]:
    """The processes whose environment names the run."""
    mark = f"PLUMBLINE_RUN={folder.name.removeprefix('plumbline-')}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (entry / "environ").read_bytes():
                found.append(entry.name)
        except OSError:
            continue
    return found


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=lambda how: how.name)
def test_nothing_is_left_when_the_controller_is_killed(controller: subprocess.Popen[str], how: signal.Signals) -> None:
    folder, pids = begun(controller)

    controller.send_signal(how)
    controller.wait()

    eventually(lambda: not folder.exists(), within=2, why="the run's folder to go")
    eventually(lambda: not any(map(processes.start_time, pids)), within=2, why="its processes to go")
    eventually(lambda: not of_run(folder), within=2, why="what its processes had started to go")


def test_nothing_is_left_when_the_controller_ends_in_order(controller: subprocess.Popen[str]) -> None:
    folder, pids = begun(controller)

    controller.communicate("end\n", timeout=10)

    assert controller.returncode == 0
    assert not folder.exists()
    assert not any(map(processes.start_time, pids))
    assert not of_run(folder)


def test_what_a_killed_worker_started_ends_with_it_and_the_run_goes_on(
    worker: tuple[subprocess.Popen[str], Path], controller: subprocess.Popen[str]
) -> None:
    process, folder = worker
    _, pids = begun(process)
    others = [pid for pid in of_run(folder) if int(pid) not in pids]

    process.kill()
    process.wait()

    eventually(lambda: not any(map(processes.start_time, pids)), within=2, why="the worker's processes to go")
    assert folder.exists()
    assert controller.poll() is None
    assert set(of_run(folder)) <= set(others)


def test_the_time_since_the_start_of_this_process_counts_its_imports() -> None:
    script = "import time; time.sleep(0.2); from plumbline import run; print(run.started_seconds_ago())"
    shown = processes.output_of([sys.executable, "-c", script], env={"PYTHONPATH": str(ROOT)}, cwd=ROOT, within=9)

    assert 0.2 <= float(shown) < 5


def test_the_next_run_clears_what_a_run_and_its_watchdog_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_runs_in(tmp_path, monkeypatch)
    left = tmp_path / "plumbline-4194000-1-abcdef01"
    left.mkdir()

    assert run.sweep() == [left]
    eventually(lambda: not left.exists(), within=2)


@pytest.mark.parametrize("name", ["{pid}-{start}-00", "notes", "{pid}-x/../y"])
def test_the_sweep_touches_nothing_of_a_live_run_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    put_runs_in(tmp_path, monkeypatch)
    start = processes.start_time(os.getpid())
    (tmp_path / f"plumbline-{name.format(pid=os.getpid(), start=start)}").resolve().mkdir(parents=True)

    assert run.sweep() == []


def test_the_sweep_ends_a_recorded_process_only_with_its_own_start_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_runs_in(tmp_path, monkeypatch)
    left = tmp_path / "plumbline-4194000-1-abcdef02"
    left.mkdir()
    ours, theirs = (subprocess.Popen(["/bin/sleep", "60"], process_group=0) for _ in range(2))
    start = processes.start_time(ours.pid)
    (left / "processes").write_text(f"{ours.pid} {start} KILL ours\n{theirs.pid} 1 KILL recycled pid\n")

    assert run.sweep() == [left]

    assert ours.wait(2) == -signal.SIGKILL
    eventually(lambda: not left.exists(), within=2)
    assert theirs.poll() is None
    theirs.kill()
    theirs.wait()


def test_a_rendezvous_gives_facts_as_they_come(tmp_path: Path) -> None:
    rendezvous = Rendezvous(tmp_path / "rendezvous.json")
    rendezvous.write(redis={"port": "1"})
    rendezvous.write(postgres={"port": "2"})

    assert rendezvous.read("redis", within=0) == {"port": "1"}
    assert rendezvous.read("postgres", within=0) == {"port": "2"}
    assert rendezvous.path.stat().st_mode & 0o777 == 0o600


def test_a_rendezvous_gives_the_controllers_own_message_for_what_failed(tmp_path: Path) -> None:
    rendezvous = Rendezvous(tmp_path / "rendezvous.json")
    rendezvous.fail("postgres", "the disk is full")

    with pytest.raises(NotReached, match="the disk is full"):
        rendezvous.read("postgres", within=0)


def test_a_rendezvous_says_what_did_not_come(tmp_path: Path) -> None:
    with pytest.raises(NotReached, match=r"postgres did not start within 0\.01 s; so far there is: nothing"):
        Rendezvous(tmp_path / "rendezvous.json").read("postgres", within=0.01)
