"""Logging out took the cookie from the browser and left the session alive for whoever had a copy of it."""

from plumbline import NOT_LOGGED_IN, OK, regression


@regression("SES-8")
def test_after_a_logout_the_old_cookie_opens_nothing(login, visitor, gets):
    browser, another_browser = login("admin"), login("admin")
    copied = browser.session_headers
    assert visitor.me(headers=copied).meaning == OK, "before the logout"

    assert browser.logout().meaning == OK
    assert browser.me().meaning == NOT_LOGGED_IN
    assert gets.opened_by(lambda get: visitor.get(get, headers=copied), visitor) == []
    assert another_browser.me().meaning == OK, "the same person elsewhere, who has not logged out"


@regression("SES-8")
def test_whoever_logs_out_is_out(everybody, visitor):
    for name, browser in everybody.items():
        copied = browser.session_headers

        assert browser.logout().meaning == OK, name
        assert (browser.me().meaning, visitor.me(headers=copied).meaning) == (NOT_LOGGED_IN, NOT_LOGGED_IN), name


@regression("SES-8")
def test_logging_out_twice_is_no_server_error(login, visitor):
    browser = login("admin")
    copied = browser.session_headers
    browser.logout()

    answers = [browser.logout(), visitor.logout(headers=copied)]

    assert [answer for answer in answers if answer.status >= 500] == []
    assert visitor.me(headers=copied).meaning == NOT_LOGGED_IN


@regression("SES-8", "everywhere")
def test_after_a_logout_the_old_cookie_is_dead_on_every_instance_at_once(own_platform):
    own_platform.starts(replicas=2)
    everywhere, sessions = own_platform.visitors(), own_platform.sessions
    for _ in range(3):
        before = sessions.held()
        admin = own_platform.login("admin")
        copied = admin.session_headers
        assert [visitor.me(headers=copied).meaning for visitor in everywhere] == [OK, OK], "before the logout"
        logged_in = sessions.held()

        assert admin.logout().meaning == OK
        answers = [visitor.me(headers=copied) for visitor in everywhere + everywhere]
        assert [answer for answer in answers if answer.meaning != NOT_LOGGED_IN] == []
        assert sessions.untouched(before, logged_in) == [], "what the login left there lives on after the logout"
