"""A cookie of yesterday's build, or of another platform on the same host, ended in a 500."""

from plumbline import NOT_LOGGED_IN, OK, regression


@regression("SES-3")
def test_a_cookie_that_is_not_ours_is_not_logged_in(visitor, strange_cookies, who_am_i):
    answers = {
        f"{kind} on {path}": visitor.get(path, headers={"Cookie": cookie} if cookie else None)
        for path in who_am_i
        for kind, cookie in {"no cookie": "", **strange_cookies}.items()
    }

    assert {kind: answer for kind, answer in answers.items() if answer.meaning != NOT_LOGGED_IN} == {}


@regression("SES-3", "forged")
def test_a_live_session_is_nothing_without_its_signature(admin, visitor, forged):
    answers = {kind: visitor.me(headers={"Cookie": cookie}) for kind, cookie in forged(admin).items()}

    assert {kind: answer for kind, answer in answers.items() if answer.meaning != NOT_LOGGED_IN} == {}
    assert admin.me().meaning == OK
