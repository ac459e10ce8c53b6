"""Waiting: a condition, a limit, and a message that says what was seen last."""

from __future__ import annotations

import itertools
import time

import pytest

from plumbline.deadlines import DeadlineMissed, eventually, wait_until


def test_eventually_returns_the_first_truthy_answer() -> None:
    answers = iter([None, 0, "there"])

    assert eventually(lambda: next(answers), within=1, every=0) == "there"


def test_a_missed_deadline_says_what_was_awaited_how_long_and_the_last_answer() -> None:
    with pytest.raises(DeadlineMissed, match=r"limit 0\.01 s\) for the mail: last answer \[\]"):
        eventually(list, within=0.01, every=0.001, why="the mail")


def test_a_missed_deadline_names_the_last_error() -> None:
    def refused() -> bool:
        raise ConnectionRefusedError("nobody there")

    with pytest.raises(DeadlineMissed, match="ConnectionRefusedError: nobody there") as missed:
        eventually(refused, within=0.01)

    assert isinstance(missed.value.__cause__, ConnectionRefusedError)


def test_a_missed_deadline_is_an_assertion_of_the_check() -> None:
    assert issubclass(DeadlineMissed, AssertionError)


def test_a_mistake_in_the_question_is_raised_at_once() -> None:
    asked = itertools.count()

    with pytest.raises(AttributeError):
        eventually(lambda: next(asked) or None.missing, within=5)  # type: ignore[attr-defined]

    assert next(asked) == 1


def test_the_question_is_asked_even_when_there_is_no_time() -> None:
    assert eventually(lambda: "now", within=0) == "now"
    assert wait_until(lambda: True, within=0)


def test_wait_until_gives_up_at_its_limit() -> None:
    started = time.monotonic()

    assert not wait_until(lambda: False, within=0.05)
    assert 0.05 <= time.monotonic() - started < 1
