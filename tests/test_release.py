"""A release that is being deployed is waited for at every origin, and read again when the checks are done."""

from __future__ import annotations

from itertools import chain, repeat
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from plumbline.elsewhere.permission import Level
from plumbline.elsewhere.releases import Said, Wait, changed, read, said_at
from plumbline.profile import Profile, Release, Remote
from plumbline.target import Target
from tests.deployed import PASSWORD, VARIABLE, Deployed, deployed
from tests.made_up import target
from tests.whole_runs import Ended, pytest_run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WORKERS = pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "n2"])


@pytest.fixture
def platform() -> Iterator[Deployed]:
    """A platform that runs the old release."""
    with deployed() as one:
        yield one


def of(*origins: str, answers: int = 3, within: float = 0.6) -> Target:
    """A target with these origins."""
    remote = Remote(origins=origins, release=Release(answers, within))
    profile: Profile = target(remote=remote).profile
    made = target(Level.READONLY, remote=remote, paths={profile.health.path: "/health"})
    made.origins = frozenset(origins)
    return made


def waited(target: Target, wanted: str = "new") -> tuple[str, list[str]]:
    """What is said when the wait is over, and on the way."""
    told: list[str] = []
    return Wait(target, wanted, told.append).over(), told


def test_the_release_is_read_past_every_cache(platform: Deployed) -> None:
    said = [said_at(of(platform.origin), platform.origin) for _ in range(2)]

    assert said == [Said("old")] * 2
    asked = [parse_qs(urlsplit(path).query)["fresh"] for _, path in platform.asked]
    assert asked[0] != asked[1]


def test_a_release_that_comes_is_there_after_good_answers_in_a_row(platform: Deployed) -> None:
    says = chain(["old", "new", "old", "new", "new"], repeat("new"))
    platform.release = lambda: next(says)

    late, _ = waited(of(platform.origin, answers=3, within=60))

    assert late == ""
    assert len(platform.asked) == 6, "the one before the last old answer does not count"


def test_a_release_that_comes_and_goes_is_not_there(platform: Deployed) -> None:
    says = chain.from_iterable(repeat(["new", "old"]))
    platform.release = lambda: next(says)

    late, _ = waited(of(platform.origin, answers=2, within=1.2))

    assert late.startswith("NO-GO: still ")


def test_an_old_release_is_told_when_it_is_too_late(platform: Deployed) -> None:
    late, told = waited(of(platform.origin))

    assert late == "NO-GO: still 'old' after 0.6 s"
    assert told[0] == f"waiting for release 'new': {platform.origin} says 'old' (0 s)"
    assert len(told) == 1, "it is told again when something changes, or after a while"


def test_every_origin_is_waited_for(platform: Deployed) -> None:
    with deployed("new") as other:
        late, _ = waited(of(other.origin, platform.origin, within=1.2))

    assert late == f"NO-GO: still 'old' at {platform.origin} after 1.2 s"


def test_what_does_not_answer_is_awaited_too(platform: Deployed) -> None:
    platform.status = 503

    assert waited(of(platform.origin))[0] == "NO-GO: still health answers 503 after 0.6 s"
    assert "nothing listens on port 1" in waited(of("http://127.0.0.1:1"))[0]


def test_a_release_that_is_no_plain_text_does_nothing_to_the_terminal(platform: Deployed) -> None:
    platform.release = lambda: "\x1b]0;taken\x07\n::error::taken"

    assert "\x1b" not in str(said_at(of(platform.origin), platform.origin).release)
    assert "\n" not in str(said_at(of(platform.origin), platform.origin).release)


def test_a_change_is_told_with_both_releases(platform: Deployed) -> None:
    before = read(of(platform.origin))
    platform.release = lambda: "new"

    assert changed(before, read(of(platform.origin))) == ["NO-GO: the release changed during the run: old → new"]
    assert changed(before, before) == []


def test_a_release_that_cannot_be_read_again_proves_nothing(platform: Deployed) -> None:
    before = read(of(platform.origin))
    platform.status = 503

    [said] = changed(before, read(of(platform.origin)))

    assert said == "NO-GO: the release could not be read again at the end: health answers 503"


def run(home: Path, platform: Deployed, *words: str, within: float = 60) -> Ended:
    """A run of three rows against it."""
    home.mkdir(exist_ok=True)
    profile = home / "deployed.toml"
    profile.write_text(platform.profile(within=within), "utf-8")
    environ = {VARIABLE: PASSWORD, "PLUMBLINE_HOME": str(home / "kept")}
    return pytest_run(home, f"--target={profile}", "--rows", "PRE-1,SES-1,HLT-1", *words, environ=environ)


@WORKERS
def test_nothing_is_checked_where_the_release_does_not_come(
    tmp_path: Path, platform: Deployed, workers: tuple[str, ...]
) -> None:
    ended = run(tmp_path, platform, "--wait-for-release", "new", *workers, within=1)

    assert ended.code == 1, ended.output
    assert "NO-GO: still 'old' after 1 s" in ended.output.splitlines()
    assert ended.verdict.startswith("NO-GO target=deployed release=old pass=0 fail=0 ")
    assert platform.count("/me") == platform.count("/login") == 0
    assert ended.left == []


@WORKERS
def test_the_release_that_came_is_in_the_last_line(
    tmp_path: Path, platform: Deployed, workers: tuple[str, ...]
) -> None:
    says = chain(["old", "old"], repeat("new"))
    platform.release = lambda: next(says)

    ended = run(tmp_path, platform, "--wait-for-release", "new", *workers)

    assert ended.code == 0, ended.output
    assert f"waiting for release 'new': {platform.origin} says 'old' (" in ended.output
    assert ended.verdict.startswith("GO target=deployed release=new pass=3 fail=0 ")


@WORKERS
def test_a_change_in_mid_run_is_a_no_go(tmp_path: Path, platform: Deployed, workers: tuple[str, ...]) -> None:
    platform.release = lambda: "new" if platform.count("/login") else "old"

    ended = run(tmp_path, platform, *workers)

    assert ended.code == 1, ended.output
    assert "NO-GO: the release changed during the run: old → new" in ended.output.splitlines()
    assert ended.verdict.startswith("NO-GO target=deployed release=old pass=3 fail=0 ")
