"""Going from one portal to the next logged people out, and an investor could read what was a creator's alone."""

import pytest

from plumbline import FORBIDDEN, NOT_LOGGED_IN, OK, REFUSED, regression

PORTALS = ["creator", "investor", "production"]


@regression("SES-12")
@pytest.mark.parametrize("role", PORTALS)
def test_a_portal_lets_its_own_people_in(visitor, target, role):
    account = target.account(role)

    answer = visitor.login(account)
    me, dashboard = visitor.me(), visitor.get(f"/api/dashboard/{role}")

    assert (answer.meaning, me.meaning, dashboard.meaning) == (OK, OK, OK)
    assert (me.user, me.role) == (target.name_of(account), target.role_word(role))


@regression("SES-12")
@pytest.mark.parametrize("role", PORTALS)
def test_a_portal_asks_for_the_password(visitor, target, wrong_password, role):
    answer = wrong_password(target.account(role))

    assert answer.meaning == REFUSED
    assert visitor.me().meaning == NOT_LOGGED_IN


@regression("SES-12")
@pytest.mark.parametrize("role", PORTALS)
def test_a_portal_is_closed_to_the_people_of_another(visitor, target, role):
    others = [target.account(other) for other in PORTALS if other != role]

    answers = [visitor.login(other, at=target.account(role)) for other in others]

    elsewhere = [answer for answer, other in zip(answers, others, strict=True) if other.login != answer.exchange.path]
    assert [answer for answer in elsewhere if answer.meaning not in {REFUSED, FORBIDDEN}] == []


@regression("SES-12")
def test_whoever_goes_from_portal_to_portal_stays_logged_in(visitor, another_visitor, target):
    assert another_visitor.login(target.account("creator")).meaning == OK

    for role in [*PORTALS, *reversed(PORTALS[:-1])]:
        assert visitor.login(target.account(role)).meaning == OK
        me, dashboard = visitor.me(), visitor.get(f"/api/dashboard/{role}")
        assert (me.meaning, dashboard.meaning) == (OK, OK), role
        assert (me.user, me.role) == (target.name_of(target.account(role)), target.role_word(role))

    assert another_visitor.me().user == target.name_of(target.account("creator")), "the creator in another browser"


@regression("SES-12")
def test_a_role_is_kept_out_of_what_belongs_to_another(everybody, target, gets):
    for role, closed in gets.kept_from(everybody).items():
        answers = [everybody[role].get(get) for get in closed]

        assert [answer for answer in answers if answer.meaning != FORBIDDEN] == [], role
        assert everybody[role].me().user == target.name_of(target.account(role)), f"{role} is still logged in"
