"""What ran on every developer's machine went to production as it was: cookies for http, sessions in memory."""

import pytest

from plumbline import OK, regression


@regression("SES-9", "production")
def test_in_production_every_login_gives_a_cookie_for_https_alone(own_platform, session_cookies):
    own_platform.starts(mode="production behind_proxy", tls=True)

    accounts = own_platform.profile.accounts
    logins = {name: own_platform.visitor().login(own_platform.account(name)) for name in accounts}

    assert {name: answer for name, answer in logins.items() if answer.meaning != OK} == {}, "by https, in production"
    given = session_cookies()
    assert len(given) >= len(logins), "each login gives a session cookie"
    assert {cookie.value: cookie.flaws for cookie in given if cookie.flaws} == {}


@regression("SES-9", "production")
def test_the_cookie_is_for_the_domain_that_is_configured(own_platform, session_cookies):
    own_platform.must_be_told("domain", mode="behind_proxy")
    own_platform.starts(mode="production behind_proxy", tls=True)

    for name in own_platform.profile.accounts:
        own_platform.login(name).me()

    domains = {cookie.domain for cookie in session_cookies()}
    assert domains == {own_platform.domain}, "the Domain of its session cookies, and the one that is configured"


@regression("SES-9", "production")
def test_a_renewed_cookie_is_as_the_first(own_platform, session_cookies):
    own_platform.starts(mode="production behind_proxy", tls=True)
    admin = own_platform.login("admin")
    own_platform.sessions.expire_in(3600)
    answers = [admin.me() for _ in range(2)]

    first, *renewed = session_cookies()
    assert [answer.meaning for answer in answers] == [OK, OK]
    assert [cookie.kind for cookie in renewed if cookie.kind != first.kind] == [], f"the login's: {first.kind}"


@regression("SES-9", "production")
def test_a_proxy_that_is_not_trusted_is_not_believed(own_platform, session_cookies):
    own_platform.must_be_told("proxy", mode="behind_proxy")
    own_platform.starts(mode="production behind_proxy", tls=True)
    admin = own_platform.account("admin")

    silent = own_platform.stranger(says_https=False).login(admin)
    of_silent = [cookie.kind for cookie in session_cookies()]
    says_https = own_platform.stranger(says_https=True).login(admin)
    of_says_https = [cookie.kind for cookie in session_cookies()[len(of_silent) :]]

    changes = "X-Forwarded-Proto: https changes a login, said by a proxy that the platform was not told to trust"
    assert (says_https.meaning, of_says_https) == (silent.meaning, of_silent), changes


@regression("SES-9", "production")
def test_who_asks_for_cookies_without_secure_gets_them(own_platform, session_cookies):
    own_platform.starts(mode="production plain_cookies")

    accounts = own_platform.profile.accounts
    answers = {name: own_platform.visitor().login(own_platform.account(name)).meaning for name in accounts}

    assert set(answers.values()) == {OK}, f"over http, with cookies that are for http too: {answers}"
    assert {cookie.secure for cookie in session_cookies()} == {False}, "whether its session cookies are for https alone"


@regression("SES-18")
@pytest.mark.parametrize("value", [None, "false"], ids=["unset", "false"])
@pytest.mark.parametrize("mode", ["", "production behind_proxy"], ids=["as it is", "production"])
def test_sessions_are_in_the_database_unless_asked_otherwise(own_platform, memory_setting, health, mode, value):
    own_platform.starts(mode=mode, tls=bool(mode), **{memory_setting: value})
    before = own_platform.sessions.versions()
    admin = own_platform.login("admin")

    assert own_platform.sessions.versions() - before, "a login leaves a session in the database"
    profile = own_platform.profile
    assert profile.session.boot_line in own_platform.log.text
    assert health(own_platform.visitor()).storage in {None, profile.health.stored}
    own_platform.restart()
    assert admin.me().meaning == OK, "after a restart"


@regression("SES-18")
def test_production_does_not_start_with_sessions_in_memory(own_platform, memory_setting):
    start = own_platform.starts(mode="production", **{memory_setting: "true"})

    assert not start.answers, f"with {memory_setting}=true in production {start.told}"
    assert start.ended_with, f"it should end with a code that says so: {start.told}"
    assert memory_setting in start.log.text, f"its log does not name the setting: {start.told}"


@regression("SES-18")
def test_no_other_word_brings_sessions_in_memory_to_production(own_platform, memory_setting):
    start = own_platform.starts(mode="production behind_proxy", tls=True, **{memory_setting: "1"})
    if not start.answers:  # it takes the word for true, and refuses that, or takes it for none
        assert memory_setting in start.log.text, f"its log does not name the setting: {start.told}"
        return

    before = own_platform.sessions.versions()
    own_platform.login("admin")

    assert own_platform.sessions.versions() - before, f"with {memory_setting}=1 no session is in the database"
