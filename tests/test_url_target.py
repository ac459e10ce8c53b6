"""A platform that is reached, not started: at which origin, with whose credentials, and what a run leaves there."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from plumbline.deadlines import wait_until
from plumbline.elsewhere.undisturbed import interruptible, undisturbed
from tests.deployed import PASSWORD, VARIABLE, Deployed, deployed
from tests.whole_runs import ROOT, Ended, environment, module_run, pytest_run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WORKERS = pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "n2"])
ROWS = ("--rows", "PRE-1,SES-1,SES-3,HLT-1,SES-4,CRT-13,BRW-1")


@pytest.fixture
def platform() -> Iterator[Deployed]:
    """A platform that runs somewhere else."""
    with deployed("r1") as one:
        yield one


def run(home: Path, platform: Deployed, *words: str, password: str = PASSWORD, **environ: str) -> Ended:
    """A run against it, by its profile."""
    profile = home / "deployed.toml"
    profile.write_text(platform.profile(), "utf-8")
    own = {VARIABLE: password, "PLUMBLINE_HOME": str(home / "kept"), **environ}
    return pytest_run(home, f"--target={profile}", *words, environ=own)


def refused(home: Path, platform: Deployed, *words: str, **more: str) -> str:
    """The one message of a run that is not begun, and nothing of which has reached the platform."""
    ended = run(home, platform, *words, **more)
    assert ended.code == 4, ended.output
    assert platform.asked == []
    [line] = [line for line in ended.output.splitlines() if line]
    return line


@WORKERS
def test_its_checks_run_and_the_rest_says_why_not(tmp_path: Path, platform: Deployed, workers: tuple[str, ...]) -> None:
    ended = run(tmp_path, platform, *ROWS, *workers)

    assert ended.code == 0, ended.output
    assert re.match(r"GO target=deployed release=r1 pass=5 fail=0 .* not-possible=5 blocked=0 ", ended.verdict)
    assert "is disruptive: never on a target that the run does not start [" in ended.output
    assert "services: none of ours" in ended.output
    assert ended.left == []


def test_nothing_of_ours_is_started_for_it(tmp_path: Path, platform: Deployed) -> None:
    ended = run(tmp_path, platform, "--rows", "PRE-1", PLUMBLINE_SERVICES="external")

    assert ended.code == 0, "what is set for other targets is no matter here: " + ended.output
    assert not [folder for folder in (tmp_path / "kept").glob("*") if "postgres" in folder.name]


def test_one_that_cannot_be_reached_is_one_red_row_with_what_is_in_the_way(tmp_path: Path, platform: Deployed) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        platform.origin = f"http://127.0.0.1:{taken.getsockname()[1]}"

    ended = run(tmp_path, platform, *ROWS)

    assert ended.code == 1, ended.output
    assert ended.verdict.startswith("NO-GO target=deployed release=unknown pass=0 fail=1 ")
    assert ended.verdict.endswith(" [PRE-1]")
    assert f"{platform.origin}: nothing listens on port" in ended.output
    assert "start the platform, or correct the port" in ended.output
    assert "blocked by PRE-1: 4 checks" in ended.output, "not what could not have run anyway"


@WORKERS
def test_no_session_of_the_run_is_left(tmp_path: Path, platform: Deployed, workers: tuple[str, ...]) -> None:
    ended = run(tmp_path, platform, "--rows", "SES-1,SES-3", *workers)

    assert ended.code == 0, ended.output
    assert platform.count("/login") >= 3
    assert platform.sessions == set()


def test_ctrl_c_leaves_no_session_either(tmp_path: Path, platform: Deployed) -> None:
    profile = tmp_path / "deployed.toml"
    profile.write_text(platform.profile(), "utf-8")
    command = [sys.executable, "-m", "pytest", f"--target={profile}", "--rows", "SES-3", "--repeat", "200"]
    own = {VARIABLE: PASSWORD, "PLUMBLINE_HOME": str(tmp_path / "kept"), "PLUMBLINE_REPORTS": str(tmp_path / "reports")}
    with (tmp_path / "log").open("w") as log:
        running = subprocess.Popen(command, cwd=ROOT, env=environment(own), stdout=log, stderr=subprocess.STDOUT)
        try:
            assert wait_until(lambda: platform.sessions or running.poll() is not None, within=60)
            running.send_signal(signal.SIGINT)
            code = running.wait(60)
        finally:
            running.kill()

    assert code == 2, (tmp_path / "log").read_text("utf-8")
    assert platform.sessions == set()


def interrupted(told: list[str]) -> None:
    """Goes on, or not, after Ctrl-C."""
    signal.raise_signal(signal.SIGINT)
    told.append("it has gone on")


def test_a_login_that_has_begun_is_not_cut_in_two() -> None:
    told: list[str] = []

    with pytest.raises(KeyboardInterrupt), undisturbed():
        interrupted(told)

    assert told == ["it has gone on"]


def test_a_wait_before_a_login_is_cut() -> None:
    told: list[str] = []

    with pytest.raises(KeyboardInterrupt), undisturbed(), interruptible():
        interrupted(told)

    assert told == []


def test_an_origin_alone_is_asked_what_anybody_may(tmp_path: Path, platform: Deployed) -> None:
    ended = pytest_run(tmp_path, f"--base-url={platform.origin}", "--rows", "PRE-1,SES-1,SES-3,RT-1,CRT-3,HLT-1,SEC-1")

    assert ended.verdict.endswith(" [SEC-1]"), "its paths are others than the contract's: a 404 there is no red"
    assert "needs a profile that says its paths: /api/auth/me answers 404 (" in ended.output
    assert "CRT-3 anonymous, SES-3]" in ended.output
    assert f"target: {platform.origin.partition('//')[2]}, without a profile, level anonymous" in ended.output
    assert re.search(r"--allow readonly \[RT-1, CRT-3, CRT-3 told, SES-3 forged, SES-1\]", ended.output), ended.output
    assert {method for method, _ in platform.asked} <= {"GET", "HEAD", "OPTIONS"}
    assert f"--base-url={platform.origin}" in ended.output, "in the command that repeats a red check"


def test_of_a_profiles_origins_one_can_be_chosen(tmp_path: Path, platform: Deployed) -> None:
    with deployed("r2") as other:
        profile = tmp_path / "both.toml"
        profile.write_text(platform.profile(other.origin), "utf-8")
        words = (f"--target={profile}", f"--base-url={other.origin}/", "--rows", "SES-1")
        ended = pytest_run(tmp_path, *words, environ={VARIABLE: PASSWORD, "PLUMBLINE_HOME": str(tmp_path / "kept")})

        assert ended.verdict.startswith("GO target=deployed release=r2 pass=1 "), ended.output
        assert platform.count("/login") == 0


@pytest.mark.parametrize("way", ["option", "variable"])
def test_an_origin_that_is_not_the_profiles_gets_nothing(tmp_path: Path, platform: Deployed, way: str) -> None:
    with deployed() as foreign:
        words = (f"--base-url={foreign.origin}",) if way == "option" else ()
        more = {} if way == "option" else {"PLUMBLINE_BASE_URL": foreign.origin}
        line = refused(tmp_path, platform, *words, **more)

        assert foreign.asked == []
    assert f"{foreign.origin}: not an origin of " in line
    assert platform.origin in line


def test_what_an_attacker_writes_into_the_url_does_nothing_to_the_log(tmp_path: Path, platform: Deployed) -> None:
    line = refused(tmp_path, platform, PLUMBLINE_BASE_URL="https://evil.example\n::error::taken\x1b]0;taken\x07")

    assert "\\n::error::taken\\x1b" in line


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--fault", "changes-nothing"), "is reached, not started; leave it out"),
        (("--keep",), "stays up anyway; give -x to stop at the first red check"),
        (("proofs",), "proofs: target deployed has no [faults] commands"),
    ],
)
def test_what_only_a_platform_of_our_own_can_do_is_wrong_use(
    tmp_path: Path, platform: Deployed, words: tuple[str, ...], says: str
) -> None:
    assert says in refused(tmp_path, platform, *words)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--wait-for-release", "r2"), "--wait-for-release r2: the run itself starts target reference; leave it out"),
        (
            ("--target=reference", "--base-url=http://127.0.0.1:1"),
            "--base-url http://127.0.0.1:1: the run starts target reference itself; leave one of the two out",
        ),
    ],
)
def test_what_only_others_platforms_are_asked_is_wrong_use_on_our_own(
    tmp_path: Path, words: tuple[str, ...], says: str
) -> None:
    ended = pytest_run(tmp_path, *words)

    assert ended.code == 4, ended.output
    assert says in ended.output


def test_a_release_cannot_be_awaited_that_nobody_names(tmp_path: Path, platform: Deployed) -> None:
    profile = tmp_path / "silent.toml"
    profile.write_text(platform.profile().replace("[health]", '[health]\nrelease = ""'), "utf-8")

    ended = pytest_run(tmp_path, f"--target={profile}", "--wait-for-release", "r2", environ={VARIABLE: PASSWORD})

    assert ended.code == 4, ended.output
    assert "add `release`, the field of health that names it, to [health] of" in ended.output


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("", f"{VARIABLE} is not in the environment: set it, or give --allow anonymous"),
        ("password123", f"{VARIABLE} is a published demo password: give the account one of its own"),
        ("investor-password-1", f"{VARIABLE} is a published demo password"),
        ("ChangeMe", f"{VARIABLE} is a published demo password"),
    ],
)
def test_nobody_logs_in_there_with_what_everybody_knows(
    tmp_path: Path, platform: Deployed, password: str, says: str
) -> None:
    line = refused(tmp_path, platform, password=password)

    assert "accounts.admin: " in line
    assert says in line
    assert not password or password not in line


def test_a_rows_smoke_of_remote_targets_runs_there_alone(tmp_path: Path, platform: Deployed) -> None:
    told = {
        where: pytest_run(tmp_path, *words, "-m", "smoke", "--collect-only", "-q", environ={VARIABLE: PASSWORD}).output
        for where, words in {"here": (), "there": (f"--base-url={platform.origin}",)}.items()
    }

    assert "test_critical_routes.py::" in told["there"]
    assert "test_critical_routes.py::" not in told["here"]


def test_there_is_nothing_to_keep_of_it(tmp_path: Path, platform: Deployed) -> None:
    profile = tmp_path / "deployed.toml"
    profile.write_text(platform.profile(), "utf-8")

    ended = module_run(tmp_path, "plumbline", "up", f"--target={profile}", environ={VARIABLE: PASSWORD})

    assert ended.code == 4, ended.output
    assert "is reached, not started: there is nothing to keep" in ended.output
