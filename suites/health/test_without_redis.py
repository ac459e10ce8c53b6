"""Redis did not answer, and each page that keeps something there took as long as Redis' time-out, or was an error."""

import pytest

from plumbline import OK, regression

SOON = 1
"""Seconds: 0.4 at most where Redis is left alone after its first failure, 5 and more where it is waited for."""


@pytest.mark.parametrize("outage", ["cut", "freeze"])
@regression("HLT-4")
def test_what_was_quick_with_redis_is_there_as_soon_without_it(own_platform, gets, outage):
    own_platform.sessions.not_in_redis_alone()
    own_platform.starts(linked=True)
    admin, redis = own_platform.login("admin"), own_platform.to_redis
    before = {path: admin.get(path) for path in gets.guarded if path in gets.open_to("admin")}
    health = own_platform.profile.health.path
    quick = [path for path, answer in before.items() if answer.meaning == OK and answer.exchange.seconds < SOON / 2]

    for goes_on in (getattr(redis, outage), own_platform.restart):
        goes_on()
        answers = [admin.get(path, within=SOON) for path in quick if path != own_platform.profile.path(health)]
        assert [answer for answer in answers if answer.meaning != OK] == [], f"{redis.seconds:.1f} s without Redis"
