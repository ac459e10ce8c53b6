"""What is made is written down before, and exactly that is removed again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

import pytest

from plumbline.ledger import Ledger
from plumbline.making import Make
from plumbline.permission import Level, PermissionRefused
from plumbline.profile import Made
from plumbline.record import NotPossibleHere
from tests.made_up import target

if TYPE_CHECKING:
    from pathlib import Path

    from plumbline.database import Database

INSERT = "INSERT %(name)s, %(amount)s"
MAKES = {
    "deal": Made(INSERT, "DELETE", {"name": "ours", "amount": 1}),
    "bare": Made(INSERT, "DELETE", {"name": "ours"}),
    "poor": Made("INSERT %(name)s, %(age)s", "DELETE"),
}
MADE_UP = {"name": "made up", "amount": 99}
"""What the factory says of every kind."""


class Table:
    """A database of one table, which notes what it was asked."""

    def __init__(self) -> None:
        self.rows: dict[int, dict[str, object]] = {}
        self.removed: list[int] = []

    def ask(self, sql: str, **values: object) -> int:
        """Inserts."""
        assert sql == INSERT
        self.rows[len(self.rows) + 1] = values
        return len(self.rows)

    def execute(self, sql: str, *, id: int) -> int:  # noqa: A002 - the statement's own word
        """Deletes."""
        assert sql == "DELETE"
        del self.rows[id]
        self.removed.append(id)
        return 1


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """An empty ledger."""
    return Ledger(tmp_path / "ledger" / "run.jsonl", "http://127.0.0.1:1", "mark")


@pytest.fixture
def table() -> Table:
    """An empty table."""
    return Table()


def make(table: Table, ledger: Ledger, level: Level = Level.WRITES) -> Make:
    """`make` as a check gets it."""
    return Make(target(level, makes=MAKES), cast("Database", table), ledger, lambda _: MADE_UP)


def steps(ledger: Ledger) -> list[str]:
    """What the file says so far."""
    return [json.loads(line)["step"] for line in ledger.path.read_text().splitlines()]


def test_it_is_written_down_before_it_is_made(ledger: Ledger) -> None:
    seen: list[list[str]] = []
    ledger.make("deal", lambda: seen.append(steps(ledger)))

    assert seen == [["about to make"]]
    assert steps(ledger) == ["about to make", "made"]


def test_what_was_begun_and_never_made_stays_written_down(ledger: Ledger) -> None:
    with pytest.raises(ZeroDivisionError):
        ledger.make("deal", lambda: 1 // 0)

    assert steps(ledger) == ["about to make"]


def test_a_line_names_origin_mark_kind_and_id(ledger: Ledger) -> None:
    ledger.make("deal", lambda: 7)
    last = json.loads(ledger.path.read_text().splitlines()[-1])

    assert last == {
        "origin": "http://127.0.0.1:1", "mark": "mark", "step": "made", "number": 1, "kind": "deal", "id": 7,
    }  # fmt: skip


def test_only_its_owner_reads_it(ledger: Ledger) -> None:
    ledger.make("deal", lambda: 7)

    assert ledger.path.stat().st_mode & 0o777 == 0o600


def test_it_removes_once(ledger: Ledger) -> None:
    removed: list[int] = []
    entry = ledger.make("deal", lambda: 7)
    ledger.remove(entry, removed.append)
    ledger.remove(entry, removed.append)

    assert removed == [7]


def test_it_goes_when_all_is_removed_and_stays_otherwise(ledger: Ledger) -> None:
    entry = ledger.make("deal", lambda: 7)
    ledger.close()
    assert ledger.path.exists()

    ledger.remove(entry, lambda _: None)
    ledger.close()
    assert not ledger.path.exists()


def test_a_record_is_made_with_the_profiles_values_and_the_checks(table: Table, ledger: Ledger) -> None:
    made = make(table, ledger).deal(amount=2)

    assert table.rows == {made.id: {"name": "ours", "amount": 2}}


def test_what_the_profile_does_not_say_is_made_up(table: Table, ledger: Ledger) -> None:
    maker = make(table, ledger)
    made, told = maker.bare(), maker.bare(amount=None)

    assert table.rows == {made.id: {"name": "ours", "amount": 99}, told.id: {"name": "ours", "amount": None}}


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
    assert table.rows == {}


def test_a_kind_without_a_way_back_is_not_possible(table: Table, ledger: Ledger) -> None:
    with pytest.raises(NotPossibleHere, match=r"no way to make fund: add \[makes.fund\] to made-up.toml"):
        make(table, ledger).fund()


def test_a_readonly_run_makes_nothing(table: Table, ledger: Ledger) -> None:
    with pytest.raises(PermissionRefused, match=r"make\.deal needs --allow writes"):
        make(table, ledger, Level.READONLY).deal()

    assert table.rows == {}
    assert not ledger.path.exists()
