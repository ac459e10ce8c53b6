"""A route was added without its guard, and the deal list stood open to anybody."""

from plumbline import FORBIDDEN, NOT_FOUND, NOT_LOGGED_IN, given_away, regression


@regression("CRT-3")
def test_every_get_answers_an_administrator_without_a_server_error(admin, gets):
    closed = [admin.get(get) for get in gets.closed_to("admin")]
    answers = [admin.get(get) for get in gets.open_to("admin")]

    assert [answer for answer in closed + answers if answer.status >= 500] == []
    assert [answer for answer in answers if answer.meaning in {NOT_LOGGED_IN, FORBIDDEN}] == []
    assert [answer for answer in answers if answer.meaning == NOT_FOUND and answer.exchange.path in gets.plain] == []


@regression("CRT-3", "anonymous")
def test_every_get_that_is_not_public_turns_the_anonymous_away(visitor, gets, strange_sessions):
    asked = [visitor.get(get) for get in gets.guarded]
    forged = [visitor.get(get, headers=strange_sessions["foreign signature"]) for get in gets.guarded]

    assert [answer for answer in asked + forged if answer.meaning != NOT_LOGGED_IN] == []


@regression("CRT-3", "told")
def test_whoever_is_turned_away_is_told_nothing(admin, visitor, gets):
    asked = [path for path in gets.guarded if path in gets.open_to("admin")]
    answers = [(admin.get(path), visitor.get(path)) for path in asked]

    assert given_away(answers, frame=[visitor.get("/login"), visitor.get("/no-such-page")]) == []
