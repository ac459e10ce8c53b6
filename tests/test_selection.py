"""Which checks run, and the reason why not: one table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from plumbline.elsewhere.permission import Level
from plumbline.judging.selection import Decision, Terms, decide
from tests.made_up import row

if TYPE_CHECKING:
    from plumbline.judging.catalogue import Row


def terms(**more: object) -> Terms:
    """A run that may do everything, on a target with a database."""
    told: dict[str, Any] = {"level": Level.DISRUPTIVE, "offers": frozenset({"database"}), **more}
    return Terms(**told)


NO_REDIS = "needs redis, which target reference does not offer"
TABLE = {
    "nothing against it": (row(), terms(), Decision("run")),
    "asked for": (row(), terms(rows=frozenset({"SES-1"})), Decision("run")),
    "another is asked for": (row(), terms(rows=frozenset({"SES-2"})), Decision("not asked")),
    "no such feature": (row(), terms(unsupported={"SES-1": "no login"}), Decision("unsupported", "no login")),
    "no such area": (row(), terms(unsupported={"SES": "no login"}), Decision("unsupported", "no login")),
    "another area": (row(), terms(unsupported={"SE": "?", "SES-11": "?"}), Decision("run")),
    "level reached": (row(level=Level.WRITES), terms(level=Level.WRITES), Decision("run")),
    "level too low": (
        row(level=Level.WRITES),
        terms(level=Level.READONLY),
        Decision("not possible", "needs --allow writes, this run has readonly"),
    ),
    "disruptive on what is only reached": (
        row(level=Level.DISRUPTIVE),
        terms(managed=False),
        Decision("not possible", "is disruptive: never on a target that the run does not start"),
    ),
    "more than the profile allows": (
        row(level=Level.WRITES),
        terms(managed=False, most=Level.READONLY),
        Decision("not possible", 'needs `allow = "writes"` in [remote] of the profile, and --allow writes'),
    ),
    "allowed by the profile, not asked for": (
        row(level=Level.WRITES),
        terms(managed=False, level=Level.READONLY),
        Decision("not possible", "needs --allow writes, this run has readonly"),
    ),
    "need met": (row(needs=("database",)), terms(), Decision("run")),
    "need not met": (row(needs=("redis",)), terms(), Decision("not possible", NO_REDIS)),
    "one of two needs": (row(needs=("database", "redis")), terms(), Decision("not possible", NO_REDIS)),
    "an alternative": (row(needs=("redis|database",)), terms(), Decision("run")),
    "no alternative": (
        row(needs=("redis|mail",)),
        terms(),
        Decision("not possible", f"{NO_REDIS}; needs mail, which target reference does not offer"),
    ),
    "offered, lacking here": (
        row(needs=("database",)),
        terms(lacking={"database": "install it"}),
        Decision("not possible", "install it"),
    ),
    "unsupported goes before level": (
        row(level=Level.WRITES),
        terms(level=Level.ANONYMOUS, unsupported={"SES": "no login"}),
        Decision("unsupported", "no login"),
    ),
}


@pytest.mark.parametrize(("asked", "under", "decision"), TABLE.values(), ids=TABLE)
def test_a_check_runs_or_has_a_reason(asked: Row, under: Terms, decision: Decision) -> None:
    assert decide(asked, under) == decision
