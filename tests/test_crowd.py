"""Many who ask at the same moment."""

from __future__ import annotations

from threading import Barrier

import pytest

from plumbline.asking.crowd import at_once


def test_all_of_them_ask_at_the_same_moment() -> None:
    together = Barrier(5)

    assert len(at_once(lambda: together.wait(timeout=5), times=5)) == 5


def test_the_error_of_one_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        at_once(lambda: 1 // 0, times=3)
