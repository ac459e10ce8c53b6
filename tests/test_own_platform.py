"""A platform of a check's own: started as asked, restarted in its place, ended with its port given back."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from plumbline.asking.exchange import NOT_LOGGED_IN, OK
from plumbline.elsewhere.permission import Level
from plumbline.judging.record import Blocked, NotPossibleHere
from plumbline.profile_file import load
from plumbline.standing.instance import Ground
from plumbline.standing.own import OwnPlatform
from plumbline.standing.start import Log, Start
from plumbline.target import Target
from tests.whole_runs import ROOT

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def own(tmp_path: Path) -> Iterator[OwnPlatform]:
    """A copy of the small platform, not started yet."""
    path = ROOT / "tests" / "small" / "target.toml"
    target = Target(load(path), path, ROOT, Level.DISRUPTIVE, "run-1", "2026-01-31")
    platform = OwnPlatform(Ground(target, tmp_path, "secret"), "test_own", lambda _: None)
    yield platform
    platform.end()


def port_of(own: OwnPlatform) -> int:
    """The port that it listens on."""
    return own._running.reservation.port


def listens(port: int) -> bool:
    """Whether anybody listens there."""
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


def test_a_start_that_works_says_so(own: OwnPlatform) -> None:
    start = own.starts()

    assert (start.answers, start.ended_with, start.missing_settings) == (True, None, [])
    assert own.login("admin").me().meaning == OK


def test_a_start_that_fails_is_a_value_with_code_and_log(own: OwnPlatform) -> None:
    start = own.starts(PORT=None)

    assert (start.answers, start.ended_with) == (False, 1)
    assert "KeyError: 'PORT'" in start.told
    assert "it ended with 1" in start.told


def test_a_setting_reaches_it(own: OwnPlatform) -> None:
    own.starts(BREAK="forgets")

    assert own.login("admin").me().meaning == NOT_LOGGED_IN


def test_a_restart_keeps_the_port_and_nothing_of_the_process(own: OwnPlatform) -> None:
    own.starts()
    admin, port = own.login("admin"), port_of(own)
    own.restart()

    assert port_of(own) == port
    assert admin.me().meaning == NOT_LOGGED_IN, "its sessions live in the process"


def test_a_restart_keeps_its_settings(own: OwnPlatform) -> None:
    own.starts(BREAK="forgets")
    own.restart()

    assert own.login("admin").me().meaning == NOT_LOGGED_IN


def test_a_restart_that_does_not_come_up_is_told_with_the_log(own: OwnPlatform) -> None:
    own.starts()
    del own._running.environment["PORT"]

    with pytest.raises(AssertionError, match="KeyError: 'PORT'"):
        own.restart()


def test_a_login_that_is_refused_blocks_the_check(own: OwnPlatform) -> None:
    own.starts()
    account = own.account("admin")
    object.__setattr__(account, "password", "another-password")

    with pytest.raises(Blocked, match="blocked by SES-1"):
        own.login("admin")


def test_it_ends_with_the_check(own: OwnPlatform) -> None:
    own.starts()
    port = port_of(own)
    assert listens(port)

    own.end()
    assert not listens(port)


def test_what_the_target_does_not_have_is_not_possible(own: OwnPlatform) -> None:
    own.starts()

    with pytest.raises(NotPossibleHere, match="needs database"):
        _ = own.database
    with pytest.raises(NotPossibleHere, match="needs redis"):
        _ = own.redis


def test_a_mode_that_the_profile_does_not_have_is_not_possible(own: OwnPlatform) -> None:
    with pytest.raises(NotPossibleHere, match=r"needs \[modes\.production\]"):
        own.starts(mode="production")


def test_an_unknown_time_zone_is_this_machines_lack(own: OwnPlatform) -> None:
    with pytest.raises(NotPossibleHere, match="install tzdata"):
        own.starts(TZ="Moon/Tranquility")


@pytest.mark.parametrize("url", ["", "postgresql://platform@127.0.0.1:5432/deals"], ids=["given none", "given one"])
def test_only_of_a_database_that_it_was_given_a_platform_can_have_trouble(tmp_path: Path, url: str) -> None:
    (tmp_path / "log").write_text("connection to server at 127.0.0.1, port 5432 failed: Connection refused")
    environment = {"DATABASE_URL": url} if url else {}

    start = Start(
        answers=False, ended_with=1, seconds=0.1, log=Log(tmp_path / "log"), settings={}, environment=environment
    )

    assert (start.database_trouble is not None) == bool(url), "else PRE-1 passes, and PRE-2 is not asked"
