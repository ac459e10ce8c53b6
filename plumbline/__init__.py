"""Plumbline: a regression suite for session-backed web platforms on Postgres and Redis.

What a check may import. Everything else a check gets as a fixture, by name (see `fixtures/`).
"""

from plumbline.asking.crowd import at_once
from plumbline.asking.exchange import (
    FORBIDDEN,
    NOT_FOUND,
    NOT_LOGGED_IN,
    OK,
    REFUSED,
    REGISTERED,
    TAKEN,
    UNAVAILABLE,
    Answer,
)
from plumbline.asking.head import head_faults
from plumbline.asking.headers import header_faults, https_only_seconds
from plumbline.asking.likeness import differences, given_away
from plumbline.asking.shapes import moment, one, seconds_from_now
from plumbline.asking.stream import is_event_line
from plumbline.deadlines import eventually
from plumbline.judging.regression import regression

__all__ = [
    "FORBIDDEN",
    "NOT_FOUND",
    "NOT_LOGGED_IN",
    "OK",
    "REFUSED",
    "REGISTERED",
    "TAKEN",
    "UNAVAILABLE",
    "Answer",
    "at_once",
    "differences",
    "eventually",
    "given_away",
    "head_faults",
    "header_faults",
    "https_only_seconds",
    "is_event_line",
    "moment",
    "one",
    "regression",
    "seconds_from_now",
]
