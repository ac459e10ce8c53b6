"""One error of the pool swapped the session store for one in memory, and everybody was logged out until a restart."""

import pytest

from plumbline import OK, UNAVAILABLE, eventually, regression


@pytest.mark.parametrize("outage", ["cut", "freeze"])
@regression("SES-17")
def test_an_outage_of_the_database_logs_nobody_out_and_lets_nobody_in(own_platform, outage):
    own_platform.starts(linked=True)
    admin, account = own_platform.login("admin"), own_platform.account("admin")
    getattr(own_platform.to_database, outage)()

    asked = [admin.me(), admin.me()]
    own_platform.sessions.forget_copies()
    asked += [admin.me(), admin.me()]
    logins = [own_platform.visitor().login(account) for _ in range(2)]

    assert [answer for answer in asked if answer.meaning not in {OK, UNAVAILABLE}] == []
    assert [answer for answer in logins if answer.meaning != UNAVAILABLE] == []
    own_platform.to_database.restore()
    eventually(
        lambda: admin.me().meaning == OK, within=10, why="the old session to work, now that the database is back"
    )
    anew = [own_platform.visitor() for _ in range(2)]
    assert [caller.login(account).meaning for caller in anew] == [OK, OK]
    own_platform.restart()
    own_platform.sessions.forget_copies()
    assert [caller.me().meaning for caller in (admin, *anew)] == [OK] * 3, "each login that said 200 has its row"


@regression("SES-13")
def test_sessions_work_from_the_database_when_redis_forgets_and_goes_away(own_platform):
    own_platform.sessions.not_in_redis_alone()
    own_platform.starts(linked=True)
    admin, account = own_platform.login("admin"), own_platform.account("admin")

    own_platform.sessions.forget_copies()
    flushed = [admin.me() for _ in range(2)]
    own_platform.to_redis.cut()
    while_cut, while_frozen = own_platform.visitor(), own_platform.visitor()
    cut = [admin.me(), while_cut.login(account), while_cut.me(), admin.me()]
    own_platform.to_redis.freeze()
    frozen = [admin.me(), while_frozen.login(account), while_frozen.me(), admin.me()]
    own_platform.to_redis.restore()
    back = [caller.me() for caller in (admin, while_cut, while_frozen)]

    assert [answer for answer in flushed + cut + frozen + back if answer.meaning != OK] == []
