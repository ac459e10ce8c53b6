"""A login that was right was forgotten by the next request, and a wrong one said too much."""

import pytest

from plumbline import NOT_LOGGED_IN, OK, REFUSED, differences, regression

PORTALS = ["creator", "investor", "production"]


@regression("SES-1")
def test_a_login_is_remembered(visitor, account, target):
    answer = visitor.login(account)
    me, again = visitor.me(), visitor.me()

    assert (answer.meaning, me.meaning, again.meaning) == (OK, OK, OK)
    assert me.user == again.user == target.name_of(account)


@regression("SES-2")
def test_a_wrong_password_and_an_unknown_user_cannot_be_told_apart(visitor, account, wrong_login, nobodies):
    names = (nobodies[0], account.username, nobodies[1])
    unknown, wrong, nobody = map(wrong_login, names)

    assert (wrong.meaning, unknown.meaning) == (REFUSED, REFUSED)
    assert differences(wrong, unknown, alike=(unknown, nobody), names=names) == []
    assert visitor.me().meaning == NOT_LOGGED_IN


@pytest.mark.parametrize("role", PORTALS)
@regression("SES-2", "portals")
def test_nor_can_they_at_a_portal(visitor, published_account, wrong_login, nobodies, role):
    account = published_account(role)
    names = (nobodies[0], account.username, nobodies[1])
    unknown, wrong, nobody = (wrong_login(name, at=account) for name in names)

    assert (wrong.meaning, unknown.meaning) == (REFUSED, REFUSED)
    assert differences(wrong, unknown, alike=(unknown, nobody), names=names) == []
    assert visitor.me().meaning == NOT_LOGGED_IN
