"""The day that a run takes for today: the records that platforms start with are dated by it."""

from __future__ import annotations

import os
from datetime import date, datetime

VARIABLE = "PLUMBLINE_TODAY"


class NoDate(Exception):
    """What PLUMBLINE_TODAY says is no date; the message says how one is written."""


def today() -> str:
    """PLUMBLINE_TODAY, else this machine's date, as 2026-02-28."""
    said = os.environ.get(VARIABLE)
    if not said:
        return f"{datetime.now().astimezone():%Y-%m-%d}"
    try:
        return date.fromisoformat(said).isoformat()
    except ValueError:
        raise NoDate(f"{VARIABLE}={said}: no date; write it as 2026-02-28") from None
