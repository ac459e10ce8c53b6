"""Private instances, by goals that no floor bounds: up, restarted, and eight of them beside each other."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from bench.family import family, pss
from bench.parts import timed
from plumbline.standing.own import OwnPlatform

if TYPE_CHECKING:
    from bench.parts import Parts

EIGHT = 8

LOOKS = 0.05
"""Seconds between two looks at the memory."""


def started(parts: Parts) -> float:
    """Seconds of `own_platform.starts()`."""
    return parts.own_instance() / 1000


def restarted(parts: Parts) -> float:
    """Seconds of `own_platform.restart()`: ended in order, started again, first answer."""
    with ExitStack() as ending:
        own = _answering(parts, ending)
        return timed(own.restart) / 1000


def eight_more(parts: Parts) -> float:
    """Megabytes that eight at once, each with somebody logged in, add at their peak to this process' whole tree."""
    with ExitStack() as ending, ThreadPoolExecutor(EIGHT) as threads:
        before = _memory()
        with _watched() as sums:
            for own in threads.map(lambda _: _answering(parts, ending), range(EIGHT)):
                own.login("admin").get("/api/deals")
            sums.append(_memory())
        return (max(sums) - before) / 1024


def _answering(parts: Parts, ending: ExitStack) -> OwnPlatform:
    own = OwnPlatform(parts.ground, f"{parts.name()}_own", lambda _: None)
    ending.callback(own.end)
    start = own.starts()
    if not start.answers:
        raise RuntimeError(start.told)
    return own


@contextmanager
def _watched() -> Iterator[list[int]]:
    """The sums that were seen inside."""
    sums: list[int] = []
    over = threading.Event()

    def look() -> None:
        while not over.wait(LOOKS):
            sums.append(_memory())

    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    try:
        yield sums
    finally:
        over.set()
        looking.join()


def _memory() -> int:
    """Kilobytes of this process and of all that descend from it, shared pages by their share."""
    return sum(pss(pid) for pid in family(os.getpid()))
