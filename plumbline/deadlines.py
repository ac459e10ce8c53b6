"""The only place that waits: a condition, a limit in seconds, and a message when the limit is passed."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")

# A mistake in the check itself must not pass for a platform that is late.
_MISTAKES = (NameError, TypeError, AttributeError, ImportError, SyntaxError)


SHOWN = 500
"""Characters of an answer that a message shows."""


class DeadlineMissed(AssertionError):
    """What was awaited did not come in time; the text says what, how long, and what was seen last."""


def eventually(
    question: Callable[[], Answer], within: float, every: float = 0.02, why: str = "the awaited answer"
) -> Answer:
    """Ask until the answer is truthy and return it.

    ``within`` and ``every`` are seconds; ``why`` names what is awaited, for the message. An error of the
    question counts as "not yet", except one that only a mistake in the check raises (a wrong name, a wrong
    type), which is raised at once. The question is asked at least once, and once more at the limit.
    Raises `DeadlineMissed` when the limit is passed.
    """
    started = time.monotonic()
    while True:
        last, cause = "", None
        late = time.monotonic() - started >= within
        try:
            answer = question()
        except _MISTAKES:
            raise
        except Exception as error:  # noqa: BLE001 - it is told when the deadline is missed
            last, cause = f"last error {type(error).__name__}: {error}", error
        else:
            if answer:
                return answer
            last = f"last answer {_short(answer)}"
        if late:
            spent = time.monotonic() - started
            raise DeadlineMissed(f"waited {spent:.2f} s (limit {within:g} s) for {why}: {last}") from cause
        _sleep_towards(started + within, every)


def wait_until(ready: Callable[[], object], within: float, every: float = 0.002) -> bool:
    """Ask ``ready`` every ``every`` seconds; True as soon as its answer is truthy, False after ``within``.

    For the machinery, which has its own message for each lateness; checks use `eventually`. An error of
    ``ready`` is not caught.
    """
    limit = time.monotonic() + within
    while True:
        late = time.monotonic() >= limit
        if ready():
            return True
        if late:
            return False
        _sleep_towards(limit, every)


def _sleep_towards(limit: float, every: float) -> None:
    time.sleep(max(0.0, min(every, limit - time.monotonic())))


def _short(answer: object) -> str:
    text = repr(answer)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
