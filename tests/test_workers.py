"""A platform of several processes: each that serves is looked after, all of them end, and a start anew finds none."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from plumbline.asking.exchange import NOT_LOGGED_IN
from plumbline.deadlines import wait_until
from plumbline.elsewhere.permission import Level
from plumbline.profile_file import load
from plumbline.standing.below import LINUX, below
from plumbline.standing.instance import Ground
from plumbline.standing.own import OwnPlatform
from plumbline.target import Target
from tests.whole_runs import ROOT

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(not LINUX, reason="what is below a process is told by Linux only")

Standing = Callable[..., OwnPlatform]
FORKING, PLAIN = "tests/small/forking.py", "tests/small/platform.py"
POLITE = """
import os, runpy, signal, sys
def end(*_):
    print("ended in order", flush=True)
    os._exit(0)
signal.signal(signal.SIGTERM, end)
runpy.run_path(sys.argv[1], run_name="__main__")
"""


@pytest.fixture
def standing(tmp_path: Path) -> Iterator[Standing]:
    """The small platform, started by the words of a command; `recycles` as in its profile, `kind` is `forking.py`'s."""
    with ExitStack() as ending:

        def stand(*serve: str, kind: str | None = None, recycles: bool = False) -> OwnPlatform:
            path = ROOT / "tests" / "small" / "target.toml"
            profile = load(path)
            commands = replace(profile.commands, serve=("{python}", "-P", *serve), recycles=recycles)
            if serve[0] == "sh":
                commands = replace(commands, serve=serve)
            target = Target(replace(profile, commands=commands), path, ROOT, Level.DISRUPTIVE, "run-1", "2026-01-31")
            own = OwnPlatform(Ground(target, tmp_path, "secret"), "test_own", lambda _: None)
            ending.callback(own.end)
            start = own.starts(KIND=kind)
            assert start.answers, start.told
            return own

        yield stand


def workers(own: OwnPlatform) -> list[int]:
    """The pids below it, both of them."""
    process = own._running._process
    assert process is not None
    assert wait_until(lambda: len(below(process.pid)) == 2, within=10)
    return [one.pid for one in below(process.pid)]


@pytest.mark.parametrize("kind", ["prefork", "cluster"])
def test_a_worker_that_another_has_replaced_has_died_nevertheless(standing: Standing, kind: str) -> None:
    own = standing(FORKING, kind=kind)
    first, second = workers(own)
    assert own.death == ""

    os.kill(first, signal.SIGKILL)
    assert wait_until(lambda: first not in workers(own), within=10)

    assert f"worker {first} has died" in own.death
    assert "commands.recycles = true in " in own.death
    assert str(second) not in own.death


@pytest.mark.parametrize("kind", ["prefork", "cluster"])
def test_where_workers_come_and_go_none_is_missed(standing: Standing, kind: str) -> None:
    own = standing(FORKING, kind=kind, recycles=True)
    first, _ = workers(own)

    os.kill(first, signal.SIGKILL)
    assert wait_until(lambda: first not in workers(own), within=10)
    assert own.death == ""


def test_a_helper_that_has_done_its_work_has_not_died(standing: Standing) -> None:
    own = standing(FORKING, kind="helped")
    first, second = workers(own)

    os.kill(first, signal.SIGTERM)
    process = own._running._process
    assert process is not None
    assert wait_until(lambda: [one.pid for one in below(process.pid)] == [second], within=10)
    assert own.death == ""


def test_a_platform_that_has_ended_is_told_with_its_log(standing: Standing) -> None:
    own = standing("-c", POLITE, PLAIN)
    assert own.death == ""

    own._running.crash()
    assert own.death.startswith(f"own-own-{own._running.name.rpartition('-')[2]} ended with -9; its log ends:")


def test_a_shell_that_starts_it_again_does_not_hide_a_death(standing: Standing) -> None:
    loop = 'while :; do "$0" -P "$1"; done'
    own = standing("sh", "-c", loop, "{python}", PLAIN)
    process = own._running._process
    assert process is not None
    [first] = below(process.pid)

    first.signal(signal.SIGKILL)
    assert wait_until(lambda: not first.lives, within=10)
    assert f"worker {first.pid} has died" in own.death


def test_what_a_shell_has_started_ends_in_order_though_the_shell_hands_nothing_on(standing: Standing) -> None:
    own = standing("sh", "-c", '"$0" -c "$1" "$2"; exit $?', "{python}", POLITE, PLAIN)

    own.restart()
    assert own.log.text.count("ended in order") == 1


@pytest.mark.parametrize("end", ["restart", "restart_after_crash"])
def test_one_that_has_left_the_group_ends_with_it_and_is_started_anew(standing: Standing, end: str) -> None:
    own = standing("sh", "-c", 'setsid "$0" -P "$1" & wait', "{python}", PLAIN)
    admin = own.login("admin")

    getattr(own, end)()
    assert admin.me().meaning == NOT_LOGGED_IN, "its sessions live in the process"
