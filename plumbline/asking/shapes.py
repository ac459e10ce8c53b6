"""Small questions that checks ask of answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

MILLISECONDS_FROM = 1e11
"""A count since 1970 above this is in milliseconds, as JavaScript's Date.now() has it."""


def one(rows: Iterable[Mapping[str, Any]], **wanted: object) -> Mapping[str, Any]:
    """The single row that holds all of `wanted`; AssertionError where there is none, or more than one."""
    listed = list(rows)
    fitting = [row for row in listed if all(row.get(key) == value for key, value in wanted.items())]
    assert len(fitting) == 1, f"{len(fitting)} of {len(listed)} rows have {wanted}, expected one: {listed[:5]}"
    return fitting[0]


def seconds_from_now(timestamp: object) -> float:
    """How far an ISO 8601 timestamp, or seconds since 1970, is from this machine's clock; AssertionError if neither."""
    return abs((datetime.now(UTC) - moment(timestamp)).total_seconds())


def moment(timestamp: object) -> datetime:
    """The moment, in its own zone, that an ISO 8601 timestamp or seconds since 1970 tell; AssertionError if neither."""
    if isinstance(timestamp, int | float) and not isinstance(timestamp, bool):
        scale = 1000 if timestamp > MILLISECONDS_FROM else 1
        return datetime.fromtimestamp(timestamp / scale, UTC)
    assert isinstance(timestamp, str), f"{timestamp!r} is no timestamp"
    try:
        told = datetime.fromisoformat(timestamp)
    except ValueError:
        raise AssertionError(f"{timestamp!r} is no ISO 8601 timestamp") from None
    return told if told.tzinfo else told.replace(tzinfo=UTC)  # what many platforms write, and mean
