"""A cookie of yesterday's build, or of another platform on the same host, ended in a 500."""

from plumbline import NOT_LOGGED_IN, OK, regression


@regression("SES-3")
def test_a_cookie_that_is_not_ours_is_not_logged_in(visitor, strange_sessions, who_am_i):
    answers = {
        f"{kind} on {path}": visitor.get(path, headers=headers)
        for path in who_am_i
        for kind, headers in {"nothing": {}, **strange_sessions}.items()
    }

    assert {kind: answer for kind, answer in answers.items() if answer.meaning != NOT_LOGGED_IN} == {}


@regression("SES-3", "forged")
def test_a_live_session_is_nothing_without_its_signature(admin, visitor, forged):
    answers = {kind: visitor.me(headers=headers) for kind, headers in forged(admin).items()}

    assert {kind: answer for kind, answer in answers.items() if answer.meaning != NOT_LOGGED_IN} == {}
    assert admin.me().meaning == OK
