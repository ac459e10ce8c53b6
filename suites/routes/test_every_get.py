"""A route was added without its guard, and the deal list stood open to anybody."""

from plumbline import FORBIDDEN, NOT_FOUND, NOT_LOGGED_IN, regression


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
