"""Processes start with what they are given, and end with their group, with their owner, or when told."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from plumbline.deadlines import eventually
from plumbline.standing import processes
from plumbline.standing.processes import Process, ProcessFailed, reserve_port, spawn
from plumbline.warm import Warm

ROOT = Path(__file__).parents[1]
PATH = {"PATH": os.defpath}
WARMED = """
import os, sys, time
made_at_import = os.getpid()
def main(argv, environ):
    print("asked", argv, environ.get("WHO"), os.environ.get("HOME"), flush=True)
    if argv[0] == "end": return int(argv[1])
    if argv[0] == "raise": raise LookupError("no such deal")
    if argv[0] == "refuse": sys.exit("SESSION_SECRET is too short")
    if argv[0] == "fresh": return int(os.getpid() == made_at_import)
    time.sleep(60)
"""


def start(tmp_path: Path, script: str, **settings: object) -> Process:
    return spawn(["sh", "-c", script], name="script", log=tmp_path / "log", env=PATH, **settings)  # type: ignore[arg-type]


def test_a_process_gets_its_environment_and_no_other(tmp_path: Path) -> None:
    process = spawn(["env"], name="env", log=tmp_path / "log", env={"WHO": "me", **PATH})

    assert process.wait(5) == 0
    assert "WHO=me" in process.last_lines()
    assert "HOME=" not in process.last_lines()


def test_secrets_go_by_stdin(tmp_path: Path) -> None:
    process = start(tmp_path, "read secret; echo ${#secret}", stdin=b"correct horse\n")

    assert process.wait(5) == 0
    assert process.last_lines() == "13"


def test_the_exit_code_is_known_and_negative_for_a_signal(tmp_path: Path) -> None:
    assert start(tmp_path, "exit 3").wait(5) == 3
    assert start(tmp_path, "kill -9 $$").wait(5) == -signal.SIGKILL


def test_stop_asks_first_and_insists_after_the_grace(tmp_path: Path) -> None:
    polite = start(tmp_path, "trap 'exit 7' TERM; echo up; while :; do sleep 0.01; done")
    deaf = start(tmp_path, "trap '' TERM; echo up; while :; do sleep 0.01; done")
    eventually(lambda: (tmp_path / "log").read_text().count("up") == 2, within=5)

    assert polite.stop(grace=5) == 7
    assert deaf.stop(grace=0.05) == -signal.SIGKILL


def test_what_a_process_leaves_in_its_group_ends_with_it(tmp_path: Path) -> None:
    process = start(tmp_path, "sleep 60 & echo $!; exit 0")

    assert process.wait(5) == 0

    orphan = int(process.last_lines())
    eventually(lambda: processes.start_time(orphan) is None, within=2, why="the orphan to end")


def test_a_process_ends_with_its_owner_even_without_a_run(tmp_path: Path) -> None:
    owner = f"""
from pathlib import Path
from plumbline.standing.processes import spawn
print(spawn(["sleep", "60"], name="x", log=Path({str(tmp_path / "log")!r}), env={PATH!r}).pid, flush=True)
input()
"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", owner], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        eventually(lambda: b"sleep" in Path(f"/proc/{pid}/cmdline").read_bytes()[:6], within=2)
        process.kill()

    eventually(lambda: processes.start_time(pid) is None, within=2, why="the process to end with its owner")


def test_a_command_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProcessFailed, match=r"(?s)thing ended with 127.*no-such-command"):
        processes.finish(["no-such-command"], name="thing", log=tmp_path / "log", env=PATH, within=5)


def test_finish_says_what_the_command_said_and_ends_one_that_is_late(tmp_path: Path) -> None:
    with pytest.raises(ProcessFailed, match="migrate ended with 1\nno table"):
        processes.finish(["sh", "-c", "echo no table; exit 1"], name="migrate", log=tmp_path / "a", env=PATH, within=5)
    with pytest.raises(ProcessFailed, match="seed did not end within"):
        processes.finish(["sleep", "60"], name="seed", log=tmp_path / "b", env=PATH, within=0.05)


def test_what_a_short_command_prints_is_had_and_its_errors_are_told(tmp_path: Path) -> None:
    assert processes.output_of(["echo", "list"], env=PATH, cwd=tmp_path, within=5) == "list\n"
    with pytest.raises(ProcessFailed, match=r"(?s)ended with 2.*no such fault"):
        processes.output_of(["sh", "-c", "echo no such fault >&2; exit 2"], env=PATH, cwd=tmp_path, within=5)


def test_a_reserved_port_can_be_listened_on_and_is_given_to_no_one_else() -> None:
    held = reserve_port()
    with socket.create_server(("127.0.0.1", held.port)):
        assert held.port not in {other.port for other in _reserved(50)}
    with socket.create_server(("127.0.0.1", held.port)):
        held.close()


def _reserved(count: int) -> list[processes.Reservation]:
    reservations = [reserve_port() for _ in range(count)]
    for reservation in reservations:
        reservation.close()
    return reservations


@pytest.fixture
def warm(tmp_path: Path) -> Iterator[Warm]:
    """A fork server of the module above."""
    (tmp_path / "warmed.py").write_text(WARMED)
    server = Warm.start("warmed:main", tmp_path, env=PATH, cwd=tmp_path)
    yield server
    server.close()


def fork(warm: Warm, *argv: str) -> Process:
    log = warm.path.with_name(f"{'-'.join(argv)}.log")
    return warm.fork(argv, name="forked", log=log, env={"WHO": "me"})


def test_a_forked_process_gets_arguments_environment_and_log(warm: Warm) -> None:
    process = fork(warm, "end", "3")

    assert process.wait(5) == 3
    assert process.last_lines() == "asked ['end', '3'] me None"
    assert fork(warm, "fresh").wait(5) == 0


def test_a_forked_process_that_fails_says_why_in_its_log(warm: Warm) -> None:
    raised, refused = fork(warm, "raise"), fork(warm, "refuse")

    assert (raised.wait(5), refused.wait(5)) == (1, 1)
    assert raised.last_lines().endswith("LookupError: no such deal")
    assert refused.last_lines().endswith("SESSION_SECRET is too short")


def test_a_forked_process_can_be_stopped_and_killed(warm: Warm) -> None:
    stopped, killed = fork(warm, "stay"), fork(warm, "stay")

    assert stopped.poll() is None
    assert stopped.stop(grace=5) == -signal.SIGTERM
    assert killed.kill() == -signal.SIGKILL


def test_a_forked_process_ends_with_the_one_that_asked_for_it(warm: Warm) -> None:
    mine = fork(warm, "stay")
    elsewhere = Warm(warm.path, warm.entry)
    theirs = fork(elsewhere, "stay")

    elsewhere.close()

    eventually(lambda: processes.start_time(theirs.pid) is None, within=2, why="the other's process to end")
    assert mine.poll() is None
    assert mine.kill()


def test_a_forked_process_ends_with_the_server(warm: Warm) -> None:
    process = fork(warm, "stay")
    server = int(Path(f"/proc/{process.pid}/stat").read_text().split()[3])

    os.kill(server, signal.SIGKILL)

    eventually(lambda: processes.start_time(process.pid) is None, within=2)
    assert process.wait(5) == -signal.SIGKILL


def test_a_module_that_cannot_be_imported_is_an_error_with_its_traceback(tmp_path: Path) -> None:
    broken = Warm.start("no_such_module:main", tmp_path, env=PATH, cwd=tmp_path)

    with pytest.raises(ProcessFailed, match="ModuleNotFoundError: No module named 'no_such_module'"):
        fork(broken, "end", "0")
