"""Registering failed for everybody after a migration had not run, and a taken e-mail was a page of SQL."""

from plumbline import OK, REGISTERED, TAKEN, at_once, regression


@regression("SES-15")
def test_whoever_registers_can_log_in(register, visitor):
    new = register()
    assert new.answer.meaning == REGISTERED

    answer, me = visitor.login(new.account), visitor.me()

    assert (answer.meaning, me.meaning) == (OK, OK)
    assert new.name is None or str(me.user).lower() == new.name.lower(), "somebody else"


@regression("SES-15")
def test_a_taken_email_is_refused_and_stays_with_who_has_it(register, visitor, target):
    first = register()
    assert first.answer.meaning == REGISTERED
    spellings = [first.email, first.email.upper()] if target.profile.register.any_case else [first.email]

    answers = {email: register(email=email).answer for email in spellings}

    assert {email: answer for email, answer in answers.items() if answer.meaning != TAKEN} == {}
    assert (visitor.login(first.account).meaning, visitor.me().meaning) == (OK, OK)


@regression("SES-15", "at-once")
def test_of_those_who_register_with_one_email_at_the_same_moment_one_is_let_in(own_platform, register_at, somebody_new):
    own_platform.starts()
    for _ in range(3):
        email, visitors = somebody_new()["email"], [own_platform.visitor() for _ in range(6)]
        for visitor in visitors:
            visitor.me()  # and with that each has a connection

        answers = at_once(lambda: register_at(visitors.pop(), email), times=6)  # noqa: B023 - it is over by then

        told = sorted(answer.meaning for answer in answers)
        assert told == [REGISTERED, *[TAKEN] * 5], answers
