"""What a check makes has each value, reaches nobody, and is removed after the check if it is still ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from plumbline.database import Database
from plumbline.elsewhere.ledger import Entry, Ledger, Whose, read
from plumbline.elsewhere.making import Make
from plumbline.elsewhere.permission import Level, PermissionRefused
from plumbline.elsewhere.ways import BySql
from plumbline.judging.record import NotPossibleHere
from plumbline.profile import Declaration, Made, Remote
from tests.made_up import target

if TYPE_CHECKING:
    from pathlib import Path

    from plumbline.target import Target

HERE = "http://127.0.0.1:1"
WHOSE = Whose(HERE, "1f0c", "here")
INSERT = "INSERT %(name)s, %(amount)s"
READ = "SELECT name WHERE id = %(id)s"
MAKES = {
    "deal": Made(INSERT, READ, "DELETE", values={"name": "ours", "amount": 1}),
    "bare": Made(INSERT, READ, "DELETE", values={"name": "ours"}),
    "poor": Made("INSERT %(name)s, %(age)s", READ, "DELETE"),
    "lasting": Made(INSERT, READ),
}
MADE_UP = {"name": "made up [plumbline 1f0c]", "amount": 99}
"""What the factory says of every kind."""

OTHERS = Remote(origins=(HERE,), allow="writes", declaration=Declaration(field="a", value="b", instance="c"))


class Table(Database):
    """A database of one table, which notes what it was asked."""

    def __init__(self) -> None:
        super().__init__("", Level.WRITES)
        self.records: dict[int, dict[str, object]] = {}
        self.removed: list[int] = []

    def ask(self, sql: str, **values: object) -> int:
        """Inserts."""
        assert sql == INSERT
        self.records[len(self.records) + 1] = values
        return len(self.records)

    def rows(self, sql: str, **values: object) -> list[dict[str, Any]]:
        """Reads."""
        assert sql == READ
        found = self.records.get(int(str(values["id"])))
        return [{"name": found["name"]}] if found else []

    def execute(self, sql: str, **values: object) -> int:
        """Deletes."""
        assert sql == "DELETE"
        number = int(str(values["id"]))
        del self.records[number]
        self.removed.append(number)
        return 1


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """An empty ledger."""
    return Ledger(tmp_path / "ledger" / "1-2-abc-main.jsonl")


@pytest.fixture
def table() -> Table:
    """An empty table."""
    return Table()


def make(table: Table, ledger: Ledger, level: Level = Level.WRITES, made_up: Mapping[str, object] = MADE_UP) -> Make:
    """`make` as a check gets it."""
    return Make(target(level, makes=MAKES), lambda how: BySql(how, table), ledger, WHOSE, lambda _: made_up)


def others(level: Level = Level.WRITES) -> Target:
    """A platform that is not ours, which has declared itself disposable."""
    found = target(level, makes=MAKES, remote=OTHERS)
    found.declared = "here"
    return found


def make_there(there: Target, table: Table, ledger: Ledger) -> Make:
    """`make` on a platform that is not ours."""
    return Make(there, lambda how: BySql(how, table), ledger, WHOSE, lambda _: MADE_UP)


def left(ledger: Ledger) -> list[tuple[str, Entry]]:
    """What the file still holds."""
    return list(read(ledger.path))


def test_a_record_is_made_with_the_profiles_values_and_the_checks(table: Table, ledger: Ledger) -> None:
    made = make(table, ledger).deal(amount=2)

    assert table.records == {made.id: {"name": "ours", "amount": 2}}


def test_what_the_profile_does_not_say_is_made_up(table: Table, ledger: Ledger) -> None:
    maker = make(table, ledger)
    made, told = maker.bare(), maker.bare(amount=None)

    assert table.records == {made.id: {"name": "ours", "amount": 99}, told.id: {"name": "ours", "amount": None}}


def test_a_column_that_nobody_says_is_named(table: Table, ledger: Ledger) -> None:
    with pytest.raises(NotPossibleHere, match=r"make.poor lacks age: say it in \[makes.poor.values\] of made-up.toml"):
        make(table, ledger).poor()

    assert not ledger.path.exists()


def test_a_value_for_no_column_is_a_mistake_of_the_check(table: Table, ledger: Ledger) -> None:
    with pytest.raises(TypeError, match=r"make.deal takes no amuont; it takes amount, name"):
        make(table, ledger).deal(amuont=3)


def test_what_was_made_is_removed_the_last_first(table: Table, ledger: Ledger) -> None:
    maker = make(table, ledger)
    first, second = maker.deal(), maker.deal()
    maker.undo()

    assert table.removed == [second.id, first.id]
    assert table.records == {}


def test_a_kind_without_a_way_is_not_possible(table: Table, ledger: Ledger) -> None:
    with pytest.raises(NotPossibleHere, match=r"no way to make fund: add \[makes.fund\] to made-up.toml"):
        make(table, ledger).fund()


def test_a_kind_without_a_way_back_is_not_possible(table: Table, ledger: Ledger) -> None:
    with pytest.raises(NotPossibleHere, match=r"no way to remove lasting: add delete to \[makes.lasting\] of made-up"):
        make(table, ledger).lasting()


def test_a_readonly_run_makes_nothing(table: Table, ledger: Ledger) -> None:
    with pytest.raises(PermissionRefused, match=r"make\.deal needs --allow writes"):
        make(table, ledger, Level.READONLY).deal()

    assert table.records == {}
    assert not ledger.path.exists()


@pytest.mark.parametrize("address", ["jo@example.org", "jo@example.invalid.org", "Jo <jo@mail.example.com>"])
def test_an_address_that_may_be_somebodys_is_never_made(address: str, table: Table, ledger: Ledger) -> None:
    with pytest.raises(PermissionRefused, match=r"may be somebody's; made addresses end in example\.invalid"):
        make(table, ledger).deal(name=address)

    assert make(table, ledger).deal(name="jo@mail.example.invalid").id == 1


def test_elsewhere_it_makes_what_has_the_runs_mark_and_removes_it(table: Table, ledger: Ledger) -> None:
    maker = make_there(others(), table, ledger)
    made = maker.deal(name="to be signed [plumbline 1f0c]")
    maker.undo()

    assert table.removed == [made.id]
    assert left(ledger) == []


def test_elsewhere_nothing_is_made_that_could_not_be_known_again(table: Table, ledger: Ledger) -> None:
    with pytest.raises(NotPossibleHere, match=r"make.deal has no text with the run's mark"):
        make_there(others(), table, ledger).deal()

    assert table.records == {}


def test_elsewhere_nothing_is_made_before_the_target_has_declared_itself(table: Table, ledger: Ledger) -> None:
    there = others()
    there.declared = None

    with pytest.raises(PermissionRefused, match=r"make\.deal needs --allow writes, this run has readonly"):
        make_there(there, table, ledger).deal(name=MADE_UP["name"])
    assert table.records == {}


@pytest.mark.parametrize("kind", ["deal", "fund"])
def test_elsewhere_a_record_that_cannot_be_read_is_not_made(kind: str, table: Table, ledger: Ledger) -> None:
    there = others()
    there.profile = replace(there.profile, makes={"deal": Made(INSERT, delete="DELETE")})

    with pytest.raises(NotPossibleHere, match=f"no way to (see whose a|make) {kind}"):
        getattr(make_there(there, table, ledger), kind)()


def test_elsewhere_what_has_become_somebody_elses_is_kept_and_stays_in_the_ledger(table: Table, ledger: Ledger) -> None:
    maker = make_there(others(), table, ledger)
    made = maker.deal(name=MADE_UP["name"])
    table.records[made.id]["name"] = "North"
    maker.undo()

    assert table.removed == []
    assert left(ledger) == [("made", made)]


@pytest.mark.parametrize("declared", [None, "another installation"])
def test_elsewhere_nothing_is_removed_where_the_target_says_something_else_by_now(
    declared: str | None, table: Table, ledger: Ledger
) -> None:
    there = others()
    maker = make_there(there, table, ledger)
    maker.deal(name=MADE_UP["name"])
    there.declared = declared
    maker.undo()

    assert table.removed == []
    assert len(left(ledger)) == 1
