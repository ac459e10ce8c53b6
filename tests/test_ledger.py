"""What is made is written down before, and exactly that is removed again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from plumbline.elsewhere.ledger import Entry, Ledger, NoLedger, NotMade, Whose, note, read, written_in

if TYPE_CHECKING:
    from pathlib import Path


HERE = "http://127.0.0.1:1"
WHOSE = Whose(HERE, "1f0c", "here")


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """An empty ledger."""
    return Ledger(tmp_path / "ledger" / "1-2-abc-main.jsonl")


def steps(ledger: Ledger) -> list[str]:
    """What the file says so far."""
    return [json.loads(line)["step"] for line in ledger.path.read_text().splitlines()]


def left(ledger: Ledger) -> list[tuple[str, Entry]]:
    """What the file still holds."""
    return list(read(ledger.path))


def test_it_is_written_down_before_it_is_made(ledger: Ledger) -> None:
    seen: list[list[str]] = []
    ledger.make("deal", WHOSE, lambda: seen.append(steps(ledger)))

    assert seen == [["about to make"]]
    assert steps(ledger) == ["about to make", "made"]


def test_what_was_begun_and_never_made_stays_written_down(ledger: Ledger) -> None:
    with pytest.raises(ZeroDivisionError):
        ledger.make("deal", WHOSE, lambda: 1 // 0)
    ledger.close()

    assert left(ledger) == [("about to make", Entry(1, "deal", None, WHOSE))]


def test_what_the_platform_has_refused_to_make_does_not(ledger: Ledger) -> None:
    def refused() -> None:
        raise NotMade

    with pytest.raises(NotMade):
        ledger.make("deal", WHOSE, refused)

    assert left(ledger) == []


def test_a_line_names_origin_installation_mark_kind_and_id_and_the_boot_that_its_run_lived_in(ledger: Ledger) -> None:
    ledger.make("deal", WHOSE, lambda: 7)
    last = json.loads(ledger.path.read_text().splitlines()[-1])

    assert last.pop("world")
    assert last == {
        "origin": HERE, "mark": "1f0c", "installation": "here", "step": "made", "number": 1, "kind": "deal", "id": 7,
    }  # fmt: skip


def test_only_its_owner_reads_it(ledger: Ledger) -> None:
    ledger.make("deal", WHOSE, lambda: 7)

    assert ledger.path.stat().st_mode & 0o777 == 0o600


def test_a_line_that_a_crash_has_cut_off_says_nothing(ledger: Ledger) -> None:
    entry = ledger.make("deal", WHOSE, lambda: 7)
    with ledger.path.open("a") as file:
        file.write('{"step": "remo')

    assert left(ledger) == [("made", entry)]


def test_what_is_written_after_such_a_line_is_read(ledger: Ledger) -> None:
    entry = ledger.make("deal", WHOSE, lambda: 7)
    with ledger.path.open("a") as file:
        file.write('{"step": "remo')
    note(ledger.path, "removed", entry)

    assert left(ledger) == []


@pytest.mark.parametrize("put", [["a list"], None], ids=["another", "none"])
@pytest.mark.parametrize("name", ["step", "number", "kind", "origin", "mark", "installation"])
def test_a_line_that_somebody_has_changed_is_named(ledger: Ledger, name: str, put: object) -> None:
    ledger.make("deal", WHOSE, lambda: 7)
    first, second = ledger.path.read_text().splitlines()
    ledger.path.write_text(f"{first}\n{json.dumps({**json.loads(second), name: put})}\n")

    with pytest.raises(NoLedger, match=f"line 2 has no {name} that the suite has written"):
        left(ledger)


@pytest.mark.parametrize("line", ["[]", "7", "{}", '"made"'])
def test_a_line_that_says_something_else_is_named(ledger: Ledger, line: str) -> None:
    ledger.path.parent.mkdir()
    ledger.path.write_text(f"{line}\n")

    with pytest.raises(NoLedger, match="line 1 has no step"):
        left(ledger)
    assert written_in(ledger.path) == ""


def test_a_symbolic_link_is_not_followed(ledger: Ledger, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text(json.dumps({"world": "another"}) + "\n")
    ledger.path.parent.mkdir()
    ledger.path.symlink_to(elsewhere)

    with pytest.raises(OSError, match="symbolic link"):
        ledger.make("deal", WHOSE, lambda: 7)
    with pytest.raises(NoLedger, match="a link is not followed"):
        left(ledger)
    assert written_in(ledger.path) == ""
    assert elsewhere.read_text().count("\n") == 1


def test_it_goes_when_all_is_removed_and_stays_otherwise(ledger: Ledger) -> None:
    entry = ledger.make("deal", WHOSE, lambda: 7)
    ledger.close()
    assert ledger.path.exists()

    ledger.ended(entry)
    ledger.ended(entry)
    assert steps(ledger) == ["about to make", "made", "removed"]

    ledger.close()
    assert not ledger.path.exists()


def test_a_session_is_written_down_by_its_account_and_never_by_its_cookie(ledger: Ledger) -> None:
    entry = ledger.login("admin", HERE)
    assert steps(ledger) == ["logging in"]

    ledger.logged_in(entry, "the-cookie")
    assert [(step, found.id) for step, found in left(ledger)] == [("logged in", "admin")]
    assert "the-cookie" not in ledger.path.read_text()

    ledger.logged_out("another cookie")
    assert left(ledger)
    ledger.logged_out("the-cookie")
    assert left(ledger) == []


def test_a_login_that_gave_no_session_leaves_none(ledger: Ledger) -> None:
    ledger.logged_in(ledger.login("admin", HERE), "")

    assert left(ledger) == []


def test_one_that_another_clean_up_has_taken_away_holds_nothing(tmp_path: Path) -> None:
    assert list(read(tmp_path / "gone.jsonl")) == []
