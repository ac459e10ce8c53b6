"""Many who ask at the same moment: what holds for one after the other need not hold for them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Answer = TypeVar("Answer")


def at_once(ask: Callable[[], Answer], times: int) -> list[Answer]:
    """What so many get who ask at the same moment; the first error of theirs is raised when all have been answered."""
    with ThreadPoolExecutor(times) as threads:
        asking = [threads.submit(ask) for _ in range(times)]
    return [one.result() for one in asking]
