"""Redis did not answer, and each page that keeps something there took as long as Redis' time-out, or was an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plumbline import OK, regression

if TYPE_CHECKING:
    from plumbline.asking.client import Client
    from plumbline.asking.exchange import Answer

SOON = 1
"""Seconds: 0.4 at most where Redis is left alone after its first failure, 5 and more where it is waited for."""

TWICE = range(2)
"""What is late once may be a busy machine's; what waits for Redis is late again."""


@pytest.mark.parametrize("outage", ["cut", "freeze"])
@regression("HLT-4")
def test_what_was_quick_with_redis_is_there_as_soon_without_it(own_platform, gets, outage):
    own_platform.sessions.not_in_redis_alone()
    own_platform.starts(linked=True)
    admin, redis = own_platform.login("admin"), own_platform.to_redis
    before = {path: admin.get(path) for path in gets.guarded if path in gets.open_to("admin")}
    health = own_platform.profile.health.path
    well = [path for path, answer in before.items() if answer.meaning == OK and answer.exchange.seconds < SOON / 2]
    quick = [path for path in well if path != own_platform.profile.path(health)]

    for goes_on in (getattr(redis, outage), own_platform.restart):
        late = dict.fromkeys(quick, "not asked yet")
        for _ in TWICE:
            if late:
                goes_on()
            late = {path: said for path in late if (said := lateness(admin, path, before[path]))}
        assert late == {}, f"without Redis ({outage}), and so the time before"


def lateness(admin: Client, path: str, before: Answer) -> str:
    """What came of a request in place of an answer that is well, soon and as full; empty where such a one came."""
    try:
        answer = admin.get(path, within=SOON)
    except AssertionError as missed:
        return str(missed)
    if answer.meaning != OK:
        return repr(answer)
    emptied = 2 * len(answer.text) < len(before.text)
    return f"less than half of what it said with Redis, as if there were nothing: {answer!r}" if emptied else ""
