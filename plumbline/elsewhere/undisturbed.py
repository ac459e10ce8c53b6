"""Work that Ctrl-C must not cut in two: of a login whose answer nobody has read nobody could log out."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

DISTURBING = (signal.SIGINT, signal.SIGTERM)

Handler = Callable[[int, FrameType | None], Any] | int | None


class _Block:
    """What came while a block was under way, and who would have acted on it."""

    def __init__(self) -> None:
        self.came: list[int] = []
        self.before: dict[int, Handler] = {number: signal.signal(number, self._note) for number in DISTURBING}

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self.came.append(number)

    def let_in(self) -> None:
        for number, handler in self.before.items():
            signal.signal(number, handler)
        if self.came:
            signal.raise_signal(self.came.pop(0))

    def keep_out(self) -> None:
        for number in self.before:
            signal.signal(number, self._note)


_blocks: list[_Block] = []
"""Those under way in the main thread, the only one that is interrupted."""


@contextmanager
def undisturbed() -> Iterator[None]:
    """What interrupts the block acts when it has ended."""
    if _blocks or threading.current_thread() is not threading.main_thread():
        yield
        return
    _blocks.append(_Block())
    try:
        yield
    finally:
        _blocks.pop().let_in()


@contextmanager
def interruptible() -> Iterator[None]:
    """Within such a block: a wait before anything is under way, which may be cut."""
    if not _blocks or threading.current_thread() is not threading.main_thread():
        yield
        return
    _blocks[-1].let_in()
    try:
        yield
    finally:
        _blocks[-1].keep_out()
