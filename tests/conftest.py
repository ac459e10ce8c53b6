"""For all tests of the machinery: what callers record, and an interrupt that reaches whatever the tests start."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from plumbline.asking.exchange import Exchange

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in a background job of a shell; children inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def exchanges() -> list[Exchange]:
    """What a caller has recorded."""
    return []
