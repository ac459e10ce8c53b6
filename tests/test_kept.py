"""What `make up` keeps may be used only while nothing that it was made of has changed."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from plumbline.elsewhere.permission import Level
from plumbline.profile import Commands, Profile
from plumbline.run import NotReached
from plumbline.standing.kept import Kept, Made, note_in
from plumbline.standing.processes import start_time
from plumbline.target import Target


@pytest.fixture
def target(tmp_path: Path) -> Target:
    for name in ("seeds.toml", "app/main.py", "plumbline/run.py", "requirements/core.txt", "target.toml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    profile = Profile(name="made-up", commands=Commands(serve=("serve",), sources=("seeds.toml",), build=("app",)))
    return Target(profile, tmp_path / "target.toml", tmp_path, Level.DISRUPTIVE, run_mark="x", today="2026-11-21")


def test_nothing_changed(target: Target) -> None:
    assert Made.of(target).difference(target) is None


@pytest.mark.parametrize(
    "file", ["seeds.toml", "app/main.py", "plumbline/run.py", "requirements/core.txt", "target.toml"]
)
def test_a_changed_file_is_named(target: Target, file: str) -> None:
    made = Made.of(target)
    (target.root / file).write_text("changed")

    assert made.difference(target) == f"{file} has changed"


def test_a_change_that_keeps_size_and_time_is_not_looked_for_but_a_touched_file_is_read(target: Target) -> None:
    made = Made.of(target)
    os.utime(target.root / "seeds.toml", (1, 1))

    assert made.difference(target) is None


def test_a_new_file_and_a_lost_one_are_named(target: Target) -> None:
    made = Made.of(target)
    (target.root / "app/new.py").write_text("new")
    assert made.difference(target) == "app/new.py is new"

    (target.root / "app/new.py").unlink()
    (target.root / "app/main.py").unlink()
    assert made.difference(target) == "app/main.py is gone"


def test_compiled_files_are_nobodys_change(target: Target) -> None:
    made = Made.of(target)
    (target.root / "app/__pycache__").mkdir()
    (target.root / "app/__pycache__/main.pyc").write_text("compiled")

    assert made.difference(target) is None


def test_another_day_another_target(target: Target) -> None:
    made = Made.of(target)

    assert made.difference(replace(target, today="2026-11-22")) == "the day of the run is another"


def _note(home: Path, pid: int, started: str) -> Kept:
    kept = Kept(pid, started, str(home), "14:02", Made({"a": (1, 2, "x")}, {"the day of the run": "2026-11-21"}))
    kept.write(note_in(home))
    return kept


def test_the_note_of_a_living_keeper_is_read_again(tmp_path: Path) -> None:
    kept = _note(tmp_path, os.getpid(), start_time(os.getpid()) or "")

    assert Kept.read(note_in(tmp_path)) == kept
    assert note_in(tmp_path).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"pid": 1}', '{"made": {}}', '"up"'])
def test_a_note_that_says_nothing_is_no_keeper(tmp_path: Path, text: str) -> None:
    note_in(tmp_path).write_text(text)

    assert Kept.read(note_in(tmp_path)) is None


@pytest.mark.parametrize(("key", "value"), [("settings", []), ("files", {"a": 1}), ("files", "a"), ("services", None)])
def test_a_note_of_other_types_is_no_keeper_or_says_that_all_has_changed(
    tmp_path: Path, target: Target, key: str, value: object
) -> None:
    _note(tmp_path, os.getpid(), start_time(os.getpid()) or "")
    facts = json.loads(note_in(tmp_path).read_text())
    facts["made"][key] = value
    note_in(tmp_path).write_text(json.dumps(facts))

    kept = Kept.read(note_in(tmp_path))

    assert kept is None or kept.made.difference(target)


def test_a_keeper_that_is_gone_keeps_nothing(tmp_path: Path) -> None:
    _note(tmp_path, os.getpid(), "another start")

    assert Kept.read(note_in(tmp_path)) is None


def test_a_keeper_that_does_not_answer_lends_nothing(tmp_path: Path) -> None:
    kept = _note(tmp_path, os.getpid(), start_time(os.getpid()) or "")

    with pytest.raises(NotReached, match="the keeper does not answer"):
        kept.lend("abc")
