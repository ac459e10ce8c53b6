"""A script on a page could read the session cookie, and another site's form could send it."""

from plumbline import OK, regression


@regression("SES-9")
def test_the_session_cookie_is_the_browsers_alone_and_lives_for_the_time_it_should(visitor, account, session_cookies):
    assert visitor.login(account).meaning == OK
    assert [visitor.me().meaning for _ in range(2)] == [OK, OK]

    given = session_cookies()
    assert given, "a login gives a session cookie"
    assert {cookie.value: cookie.flaws for cookie in given if cookie.flaws} == {}


@regression("SES-9", "logins")
def test_every_login_gives_such_a_cookie(session_cookies, everybody):
    given = session_cookies()

    assert len(given) >= len(everybody), "each login gives a session cookie"
    assert {cookie.value: cookie.flaws for cookie in given if cookie.flaws} == {}


@regression("SES-9", "renewal")
def test_a_session_that_is_extended_is_given_to_the_browser_again(own_platform, session_cookies):
    own_platform.starts()
    admin, sessions = own_platform.login("admin"), own_platform.sessions
    at_login = len(session_cookies())
    sessions.grow_older(sessions.update_age * 25 / 24)

    answer = admin.me()

    given = session_cookies()[at_login:]
    assert answer.meaning == OK
    assert given or not own_platform.profile.session.life, f"no session cookie came with {answer!r}"
    assert {cookie.value: cookie.flaws for cookie in given if cookie.flaws} == {}


@regression("SES-9", "renewal")
def test_whatever_extends_a_session_gives_it_to_the_browser_again(own_platform, session_cookies, gets):
    own_platform.starts()
    admin, sessions = own_platform.login("admin"), own_platform.sessions
    admin.me()
    whole, open_to_admin = sessions.ends(), gets.open_to("admin")
    paths = [path for path in gets.guarded if path in open_to_admin]

    silent = []
    for path in dict.fromkeys([*paths[:2], *paths[-2:]]):  # what scripts ask, and pages
        sessions.grow_older(sessions.update_age * 25 / 24)
        before = len(session_cookies())
        answer = admin.get(path)
        if not sessions.unlike(whole) and len(session_cookies()) == before:
            silent.append(answer)

    assert silent == [] or not own_platform.profile.session.life, f"extended, and no session cookie: {silent}"


@regression("SES-11")
def test_a_login_changes_the_session_id(visitor, another_visitor, account, session_id, target):
    visitor.get("/login")
    before = session_id(visitor)
    assert visitor.login(account).meaning == OK
    first = session_id(visitor)
    assert first != before, "the id from before the login is the session's now"

    assert visitor.logout().meaning == OK
    another_visitor.set_cookie(target.profile.cookie, first)
    assert another_visitor.login(account).meaning == OK
    assert session_id(another_visitor) != first, "an id that somebody knew before the login is the session's now"


@regression("SES-11")
def test_a_session_that_was_planted_is_not_logged_in_with_its_victim(
    session_id, login, visitor, account, another_account, target
):
    planted = login(another_account)
    visitor.set_cookie(target.profile.cookie, session_id(planted))

    visitor.login(account)

    assert planted.me().user != target.name_of(account), "whoever planted the session is its victim now"
