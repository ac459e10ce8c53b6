"""Nobody begins before the preflight has ended, in whichever worker it ran."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from plumbline.deadlines import wait_until
from plumbline.judging import gate as gates
from plumbline.judging.gate import GREEN, Gate

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_green_only_when_all_are_green(tmp_path: Path) -> None:
    Gate(tmp_path).tell("a", GREEN)
    Gate(tmp_path).tell("b", GREEN)

    assert Gate(tmp_path).red(["a", "b"]) is None


def test_the_red_one_is_told_to_other_workers(tmp_path: Path) -> None:
    Gate(tmp_path).tell("a", GREEN)
    Gate(tmp_path).tell("b", "PRE-2: no database")

    assert Gate(tmp_path).red(["a", "b"]) == "PRE-2: no database"


def test_without_a_preflight_nobody_waits(tmp_path: Path) -> None:
    assert Gate(tmp_path).red([]) is None


def test_it_waits_for_the_last_outcome(tmp_path: Path) -> None:
    gate, seen = Gate(tmp_path), []
    waiting = threading.Thread(target=lambda: seen.append(gate.red(["late"])))
    waiting.start()

    assert not wait_until(lambda: seen, within=0.05)
    gate.tell("late", GREEN)
    waiting.join(timeout=5)
    assert seen == [None]


def test_patience_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gates, "PATIENCE", 0.01)

    assert Gate(tmp_path).red(["never"]) == "PRE: the preflight did not end within 0.01 s"
