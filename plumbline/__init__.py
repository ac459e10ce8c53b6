"""Plumbline: a regression suite for session-backed web platforms on Postgres and Redis.

What a check may import. Everything else a check gets as a fixture, by name (see `fixtures/`).
"""

from plumbline.deadlines import eventually
from plumbline.exchange import FORBIDDEN, NOT_FOUND, NOT_LOGGED_IN, OK, REFUSED, UNAVAILABLE, Answer
from plumbline.head import head_faults
from plumbline.headers import header_faults, https_only_seconds
from plumbline.likeness import differences
from plumbline.regression import regression
from plumbline.shapes import moment, one, seconds_from_now
from plumbline.stream import is_event_line

__all__ = [
    "FORBIDDEN",
    "NOT_FOUND",
    "NOT_LOGGED_IN",
    "OK",
    "REFUSED",
    "UNAVAILABLE",
    "Answer",
    "differences",
    "eventually",
    "head_faults",
    "header_faults",
    "https_only_seconds",
    "is_event_line",
    "moment",
    "one",
    "regression",
    "seconds_from_now",
]
