"""Rounds of `--repeat N`: their names in node ids (`test_it[3 of 20]`), and what the rounds of a run come to."""

from __future__ import annotations

import re
from collections.abc import Sequence

from plumbline.judging.record import Record

ROUND = re.compile(r"(?:\[|-)(\d+) of \d+\]$")


def name(number: int, rounds: int) -> str:
    """`3 of 20`."""
    return f"{number} of {rounds}"


def round_of(nodeid: str) -> int:
    """Which round a node id is of; 1 where the run has no rounds."""
    found = ROUND.search(nodeid)
    return int(found[1]) if found else 1


def without_round(nodeid: str) -> str:
    """`test_it[3 of 20]` → `test_it`, `test_it[admin-3 of 20]` → `test_it[admin]`."""
    return ROUND.sub(lambda found: "]" if found[0].startswith("-") else "", nodeid)


def red_in(numbers: Sequence[int], rounds: int) -> str:
    """`red in 2 of 20 rounds: 3, 17`."""
    listed = "all of them" if len(numbers) == rounds else ", ".join(map(str, sorted(numbers)))
    return f"red in {len(numbers)} of {rounds} rounds: {listed}"


def summary(records: Sequence[Record], rounds: int) -> str:
    """`20 rounds: all green`, or `rounds: SES-5 red in 2 of 20, SES-12 red in 1 of 20`."""
    red: dict[str, set[int]] = {}
    for record in records:
        if record.word == "fail":
            red.setdefault(record.title, set()).add(round_of(record.nodeid))
    if red:
        return "rounds: " + ", ".join(f"{title} red in {len(seen)} of {rounds}" for title, seen in red.items())
    ran = {round_of(record.nodeid) for record in records if record.word == "pass"}
    if len(ran) < rounds or any(record.word == "blocked" for record in records):
        return f"{rounds} rounds: none red, {rounds - len(ran)} of them not run"
    return f"{rounds} rounds: all green"
