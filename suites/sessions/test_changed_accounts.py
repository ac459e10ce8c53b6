"""A password was changed because somebody had stolen it, and the thief stayed logged in."""

from plumbline import NOT_LOGGED_IN, OK, REFUSED, regression


@regression("SES-14")
def test_a_changed_password_ends_the_users_other_sessions(own_platform, change_password, another_account, gets):
    own_platform.starts()
    account, visitor = own_platform.account(another_account), own_platform.visitor()
    changing, thief = own_platform.login(another_account), own_platform.login(another_account)
    somebody_else = own_platform.login("admin")
    stolen = thief.session_headers
    assert visitor.me(headers=stolen).meaning == OK, "before the change"

    changed = change_password(changing, account)

    assert gets.opened_by(lambda get: visitor.get(get, headers=stolen), visitor) == []
    assert changing.me().meaning in {OK, NOT_LOGGED_IN}
    assert somebody_else.me().meaning == OK, "somebody else, whose password is the same as before"
    assert own_platform.visitor().login(account).meaning == REFUSED, "the old password"
    assert own_platform.visitor().login(changed).meaning == OK, "the new password"


@regression("SES-14", "disabled")
def test_a_disabled_user_is_out_and_stays_out(own_platform, disable, another_account, gets):
    own_platform.starts()
    account, visitor = own_platform.account(another_account), own_platform.visitor()
    browsers = [own_platform.login(another_account) for _ in range(2)]
    sessions = [browser.session_headers for browser in browsers]
    somebody_else = own_platform.login("admin")
    assert [visitor.me(headers=session).meaning for session in sessions] == [OK, OK], "before the disabling"

    disable(own_platform, another_account)

    for session in sessions:
        assert gets.opened_by(lambda get, session=session: visitor.get(get, headers=session), visitor) == []
    assert somebody_else.me().meaning == OK, "somebody else, who is not disabled"
    again = own_platform.visitor()
    assert again.login(account).status < 500
    assert again.me().meaning == NOT_LOGGED_IN, "the disabled user, who logs in again"


@regression("SES-14", "everywhere")
def test_a_changed_password_ends_them_on_every_instance_at_once(own_platform, change_password, another_account):
    own_platform.starts(replicas=2)
    everywhere, changing = own_platform.visitors(), own_platform.login(another_account)
    stolen = [own_platform.login(another_account).session_headers for _ in range(3)]
    before = [visitor.me(headers=session).meaning for visitor in everywhere for session in stolen]
    assert set(before) == {OK}, "before the change"

    change_password(changing, own_platform.account(another_account))

    answers = [visitor.me(headers=session) for visitor in everywhere * 2 for session in stolen]
    assert [answer for answer in answers if answer.meaning != NOT_LOGGED_IN] == []


@regression("SES-14", "everywhere")
def test_a_disabled_user_is_out_on_every_instance_at_once(own_platform, disable, another_account):
    own_platform.starts(replicas=2)
    everywhere = own_platform.visitors()
    sessions = [own_platform.login(another_account).session_headers for _ in range(3)]
    before = [visitor.me(headers=session).meaning for visitor in everywhere for session in sessions]
    assert set(before) == {OK}, "before the disabling"

    disable(own_platform, another_account)

    answers = [visitor.me(headers=session) for visitor in everywhere * 2 for session in sessions]
    assert [answer for answer in answers if answer.meaning != NOT_LOGGED_IN] == []
