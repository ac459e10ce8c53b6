"""A variable of the run's own environment reaches the platform where the profile says so, and is told to nobody."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from plumbline.elsewhere.permission import Level
from plumbline.profile import Commands, Profile
from plumbline.standing import processes
from plumbline.standing.instance import Ground
from plumbline.standing.kept import Made
from plumbline.standing.suite import Suite, fill
from plumbline.target import Target
from tests.whole_runs import pytest_run

if TYPE_CHECKING:
    from pathlib import Path

KEY = "a-key-that-somebody-has"


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Target:
    """A target to which SHOP_KEY is passed on."""
    monkeypatch.setenv("SHOP_KEY", KEY)
    for name in ("target.toml", "plumbline/run.py", "requirements/core.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    environment = {"SHOP": "key {env:SHOP_KEY}", "OTHER": "{env:NOT_SET_ANYWHERE}", "PORT": "{port}"}
    commands = Commands(serve=("serve",), migrate=("sh", "-c", "echo SHOP=$SHOP"))
    profile = Profile(name="shop", commands=commands, environment=environment)
    return Target(profile, tmp_path / "target.toml", tmp_path, Level.DISRUPTIVE, run_mark="x", today="2026-11-21")


def test_it_gets_what_the_run_was_given_and_nothing_where_that_was_nothing(target: Target, tmp_path: Path) -> None:
    environment = Ground(target, tmp_path, "secret").environment(8080, "", "")

    assert environment == {"SHOP": f"key {KEY}", "OTHER": "", "PORT": "8080"}


def test_its_value_is_a_secret(target: Target) -> None:
    assert target.secrets.mask(f"no such key: {KEY}") == "no such key: «SHOP_KEY of the environment»"


def test_the_template_is_filled_without_it(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    # or runs that were given something else would find in it what this one left there
    given: dict[str, str] = {}
    monkeypatch.setattr(processes, "finish", lambda *_, env, **__: given.update(env))
    monkeypatch.setattr("plumbline.standing.suite.seen_by_its_migration", lambda *_: None)  # there is no database here
    rendezvous = SimpleNamespace(read=lambda *_: {"value": "x"})
    run = SimpleNamespace(folder=target.root, rendezvous=rendezvous)  # the end of a real one would be this process's

    fill(Suite(run, target), "postgres://somewhere")  # type: ignore[arg-type]

    assert given["SHOP"] == "key "


def test_what_is_kept_was_made_with_it(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Made.of(target)
    assert made.difference(target) is None
    assert KEY not in str(made)

    monkeypatch.setenv("SHOP_KEY", "another")

    assert made.difference(target) == "SHOP_KEY is another"


@pytest.mark.parametrize("program", ["no-such-program-anywhere", "./no-such-file"])
def test_a_command_that_is_not_here_is_told_before_anything_starts(tmp_path: Path, program: str) -> None:
    profile = tmp_path / "target.toml"
    profile.write_text(f'name = "x"\n[commands]\nserve = ["{program}"]\n')

    run = pytest_run(tmp_path, f"--target={profile}", "--rows", "HLT-1")

    assert run.code == 4
    assert f"commands.serve: there is no '{program}' on this machine; install it, or have its folder on" in run.output
