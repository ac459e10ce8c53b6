"""What was left on a platform that is not ours is removed as far as it is surely ours, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from plumbline.elsewhere.cleaning import Cleaned, clean, left_in
from plumbline.elsewhere.ledger import Ledger, Whose
from plumbline.elsewhere.ways import way_of
from plumbline.profile_file import load
from plumbline.run import world
from plumbline.target import Target
from tests.deployed import PASSWORD, VARIABLE, Deployed, deployed
from tests.noting import notes, profile_of
from tests.whole_runs import ROOT

DEAD = "999999-1-abcd"
"""A run that nobody has ever seen."""

TITLE = "To be signed [plumbline abcd]"


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    """A platform that keeps notes."""
    monkeypatch.setenv(VARIABLE, PASSWORD)
    with deployed() as there:
        yield there


def target_of(path: Path) -> Target:
    """The target, as the clean-up has it."""
    from plumbline.elsewhere.permission import Level

    return Target(load(path), path, ROOT, Level.WRITES, "run-1", "2026-01-31")


def left_by(run: str, folder: Path, platform: Deployed, *ids: int, sessions: int = 0) -> Ledger:
    """The ledger of a run that has made these notes and logged in so often."""
    ledger = Ledger(folder / "ledger" / f"{run}-main.jsonl")
    for number in ids:
        ledger.make("closing_schedule", Whose(platform.origin, "abcd", "a1"), partial(int, number))
    for number in range(sessions):
        ledger.logged_in(ledger.login("admin", platform.origin), str(number))
    return ledger


def cleaned(folder: Path, path: Path) -> Cleaned:
    """What a clean-up does."""
    target = target_of(path)
    every = left_in(folder / "ledger")
    lefts, alive = [left for left in every if left.ended], [left for left in every if not left.ended]
    return clean(target, lefts, alive, lambda how, caller: way_of(how, caller, lambda: pytest.fail("no SQL")))


def test_what_has_the_runs_mark_is_removed_and_the_ledger_goes(platform: Deployed, tmp_path: Path) -> None:
    platform.notes = notes(TITLE, "Somebody else's", TITLE)
    ledger = left_by(DEAD, tmp_path, platform, 1, 3)
    done = cleaned(tmp_path, profile_of(platform, tmp_path))

    assert done.lines() == ["removed 2 of 2"]
    assert list(platform.notes) == [2]
    assert not ledger.path.exists()
    assert platform.sessions == set(), "its own is ended too"


def test_what_is_gone_already_counts_as_removed(platform: Deployed, tmp_path: Path) -> None:
    left_by(DEAD, tmp_path, platform, 1)

    assert cleaned(tmp_path, profile_of(platform, tmp_path)).lines() == ["removed 1 of 1"]


def test_a_ledger_that_somebody_has_changed_is_kept_and_told(platform: Deployed, tmp_path: Path) -> None:
    platform.notes = notes(TITLE)
    ledger = left_by(DEAD, tmp_path, platform, 1)
    ledger.path.write_text(ledger.path.read_text().replace('"step"', '"stop"'))
    link = ledger.path.with_name("999998-1-abcd-main.jsonl")
    link.symlink_to(ledger.path)
    done = cleaned(tmp_path, profile_of(platform, tmp_path))

    assert not done.whole
    assert f"kept as it is: {ledger.path}: line 1 has no step that the suite has written" in done.lines()
    assert f"kept as it is: {link}: it is no file of its own, and a link is not followed" in done.lines()
    assert (link.exists(), list(platform.notes)) == (True, [1])


def test_ids_that_are_somebody_elses_by_now_are_kept(platform: Deployed, tmp_path: Path) -> None:
    platform.notes = before = notes("North", TITLE.replace("abcd", "ef01"), TITLE)
    ledger = left_by(DEAD, tmp_path, platform, 1, 2, 3)
    done = cleaned(tmp_path, profile_of(platform, tmp_path))

    assert done.to_know == [f"once you have looked at what is kept here, delete {ledger.path}"]
    others = "closing_schedule 1: no mark of run abcd; closing_schedule 2: no mark of run abcd"
    assert done.lines()[-1] == f"removed 1 of 3, kept 2: not ours ({others})"
    assert list(platform.notes) == [1, 2]
    assert platform.notes == before
    assert ledger.path.exists()


def test_an_id_that_leads_to_the_list_of_all_removes_nothing(platform: Deployed, tmp_path: Path) -> None:
    platform.notes = notes(TITLE)
    ledger = Ledger(tmp_path / "ledger" / f"{DEAD}-main.jsonl")
    for made in ("", ".", ".."):
        ledger.make("closing_schedule", Whose(platform.origin, "abcd", "a1"), partial(str, made))
    done = cleaned(tmp_path, profile_of(platform, tmp_path))

    assert len(done.in_the_way) == 3
    assert "names no record of its own" in done.in_the_way[0]
    assert not [path for method, path in platform.asked if method == "DELETE"]


def test_nothing_is_removed_in_another_installation(platform: Deployed, tmp_path: Path) -> None:
    platform.notes = notes(TITLE)
    left_by(DEAD, tmp_path, platform, 1)
    platform.installation = "b2"
    done = cleaned(tmp_path, profile_of(platform, tmp_path))

    assert done.not_ours == ["closing_schedule 1: made in installation a1, this is b2"]
    assert list(platform.notes) == [1]


def test_what_the_platform_calls_itself_and_its_records_does_nothing_to_the_terminal(
    platform: Deployed, tmp_path: Path
) -> None:
    ledger = left_by(DEAD, tmp_path, platform)
    ledger.make("closing_schedule", Whose(platform.origin, "abcd", "a1"), lambda: "1\x1b[2J\n::error::")
    platform.installation = "b2\x1b]0;mine\x07\nGO"
    done = cleaned(tmp_path, profile_of(platform, tmp_path))

    assert (
        r"closing_schedule 1\x1b[2J\n::error::: made in installation a1, this is b2\x1b]0;mine\x07\nGO"
        in done.lines()[-1]
    )
    assert all(line.isprintable() for line in done.lines())


def test_nothing_is_removed_at_another_origin(platform: Deployed, tmp_path: Path) -> None:
    platform.notes = notes(TITLE)
    elsewhere = Deployed(origin="http://127.0.0.1:1")
    ledger = left_by(DEAD, tmp_path, elsewhere, 1)

    assert not cleaned(tmp_path, profile_of(platform, tmp_path)).anything
    assert list(platform.notes) == [1]
    assert ledger.path.exists()


def test_what_was_made_at_another_origin_stays_where_one_ledger_holds_both(platform: Deployed, tmp_path: Path) -> None:
    platform.notes = notes(TITLE, TITLE)
    ledger = left_by(DEAD, tmp_path, platform, 1)
    ledger.make("closing_schedule", Whose("http://127.0.0.1:1", "abcd", "a1"), lambda: 2)

    assert cleaned(tmp_path, profile_of(platform, tmp_path)).lines() == ["removed 1 of 1"]
    assert list(platform.notes) == [2]
    assert ledger.path.exists()


def test_nothing_is_removed_where_the_target_does_not_declare_itself(platform: Deployed, tmp_path: Path) -> None:
    platform.notes = notes(TITLE)
    ledger = left_by(DEAD, tmp_path, platform, 1)
    platform.disposable = False
    done = cleaned(tmp_path, profile_of(platform, tmp_path))

    why = "the target does not declare itself disposable (/health: disposable is 'false', not 'true')"
    assert done.lines() == [f"removed 0 of 1, kept 1: in the way (closing_schedule 1: {why})"]
    assert list(platform.notes) == [1]
    assert ledger.path.exists()


def test_what_the_platform_does_not_let_go_stays_for_another_time(platform: Deployed, tmp_path: Path) -> None:
    platform.notes, platform.locked = notes(TITLE), True
    ledger = left_by(DEAD, tmp_path, platform, 1)

    assert "409" in cleaned(tmp_path, profile_of(platform, tmp_path)).in_the_way[0]
    platform.locked = False
    assert cleaned(tmp_path, profile_of(platform, tmp_path)).lines() == ["removed 1 of 1"]
    assert not ledger.path.exists()


def test_what_was_begun_is_told_and_never_searched_for(platform: Deployed, tmp_path: Path) -> None:
    platform.notes = notes(TITLE)
    ledger = Ledger(tmp_path / "ledger" / f"{DEAD}-main.jsonl")
    with pytest.raises(ZeroDivisionError):
        ledger.make("closing_schedule", Whose(platform.origin, "abcd", "a1"), lambda: 1 // 0)
    done = cleaned(tmp_path, profile_of(platform, tmp_path))

    told = f"begun, and perhaps made: a closing_schedule at {platform.origin}; look for [plumbline abcd]"
    assert done.begun == [told]
    assert not done.whole
    assert list(platform.notes) == [1]
    assert platform.asked == []


def test_a_run_that_is_at_work_is_left_alone(platform: Deployed, tmp_path: Path) -> None:
    from plumbline.standing.processes import start_time

    platform.notes = notes(TITLE)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        left_by(f"{other.pid}-{start_time(other.pid)}-abcd", tmp_path, platform, 1)
        alive = cleaned(tmp_path, profile_of(platform, tmp_path))
        other.communicate(b"\n")
    dead = cleaned(tmp_path, profile_of(platform, tmp_path))

    assert (alive.lines(), dead.lines()) == (["removed 0 of 0"], ["removed 1 of 1"])


def test_a_run_of_another_boot_has_ended_and_one_in_another_space_of_pids_may_not_have(
    platform: Deployed, tmp_path: Path
) -> None:
    ledger = left_by(DEAD, tmp_path, platform, 1)
    boot, space = world().split()
    text = ledger.path.read_text("utf-8")

    def ended(boot: str, space: str) -> bool:
        ledger.path.write_text(text.replace(world(), f"{boot} {space}"), "utf-8")
        return left_in(ledger.path.parent)[0].ended

    assert [ended(boot, space), ended("another", space), ended(boot, "1")] == [True, True, False]


def test_the_sessions_of_an_account_of_ours_are_ended(platform: Deployed, tmp_path: Path) -> None:
    platform.sessions |= {"one", "two"}
    ledger = left_by(DEAD, tmp_path, platform, sessions=2)

    assert cleaned(tmp_path, profile_of(platform, tmp_path)).lines() == ["2 sessions of admin ended", "removed 0 of 0"]
    assert platform.sessions == set()
    assert not ledger.path.exists()


def test_the_sessions_of_other_accounts_are_only_told(platform: Deployed, tmp_path: Path) -> None:
    platform.sessions |= {"one", "somebody else's"}
    left_by(DEAD, tmp_path, platform, sessions=1)
    done = cleaned(tmp_path, profile_of(platform, tmp_path, ours=False))

    assert done.to_know == [
        "1 session of admin may live on until they expire: accounts.admin is not marked as ours = true"
    ]
    assert platform.sessions == {"one", "somebody else's"}
    assert cleaned(tmp_path, profile_of(platform, tmp_path, ours=False)).to_know == [], "told once"


def test_the_sessions_of_a_run_that_is_at_work_are_not_ended_with_those_of_a_dead_one(
    platform: Deployed, tmp_path: Path
) -> None:
    from plumbline.standing.processes import start_time

    platform.sessions |= {"of the dead", "of the living"}
    left_by(DEAD, tmp_path, platform, sessions=1)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        left_by(f"{other.pid}-{start_time(other.pid)}-abcd", tmp_path, platform, sessions=1)
        done = cleaned(tmp_path, profile_of(platform, tmp_path))
        other.communicate(b"\n")

    assert done.to_know == ["1 session of admin left alone: another run is at work as admin"]
    assert len(platform.sessions) == 2


def test_every_operation_that_makes_something_names_one_that_takes_it_away() -> None:
    operations: dict[str, dict[str, Any]] = {}
    for file in (ROOT / "contract" / "openapi").glob("*.yaml"):
        paths = yaml.safe_load(file.read_text("utf-8"))["paths"]
        operations |= {
            f"{method.upper()} {path}": entry
            for path, item in paths.items()
            for method, entry in item.items()
            if isinstance(entry, dict)  # and not the parameters that all of them have
        }
    making = {name: entry.get("x-undo") for name, entry in operations.items() if "201" in entry.get("responses", ())}
    undone = {name: entry["x-undo"] for name, entry in operations.items() if "x-undo" in entry}

    assert making
    assert making.keys() <= undone.keys()
    assert set(undone.values()) <= operations.keys()
