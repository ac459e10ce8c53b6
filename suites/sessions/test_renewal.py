"""Who came every day was logged out in the middle of the work, or each click wrote the session again."""

from plumbline import NOT_LOGGED_IN, OK, regression

EARLIER, LATER = 23 / 24, 25 / 24
"""Parts of the update age: an hour before it and after it, where it is a day."""

MINUTE = 60


@regression("SES-10")
def test_a_session_used_after_its_update_age_has_its_whole_life_again(own_platform):
    own_platform.starts()
    admin, sessions = own_platform.login("admin"), own_platform.sessions
    assert admin.me().meaning == OK
    whole = sessions.ends()

    for time in ("the first", "the second"):
        sessions.grow_older(sessions.update_age * LATER)
        answers = [admin.me(), admin.me()]

        assert [answer for answer in answers if answer.meaning != OK] == []
        assert sessions.unlike(whole) == {}, f"after it was used, {time} time"


@regression("SES-10")
def test_a_session_is_extended_by_whoever_works_and_never_asks_who_that_is(own_platform, gets, who_am_i):
    own_platform.starts()
    admin, sessions = own_platform.login("admin"), own_platform.sessions
    assert admin.me().meaning == OK
    whole = sessions.ends()

    sessions.grow_older(sessions.update_age * LATER)
    asks_who = {own_platform.profile.path(path) for path in who_am_i}
    for path in set(gets.guarded) & set(gets.open_to("admin")) - asks_who or asks_who:
        admin.get(path)

    assert sessions.unlike(whole) == {}, "after all else was asked for"


@regression("SES-10")
def test_a_session_used_earlier_keeps_its_end_and_is_not_written_again(own_platform):
    own_platform.starts()
    admin, sessions = own_platform.login("admin"), own_platform.sessions
    sessions.grow_older(sessions.update_age * EARLIER)
    before = sessions.ends()
    assert admin.me().meaning == OK, "what is stored of a first visit may be new"

    stored = sessions.versions()
    answers = [admin.me() for _ in range(5)]
    written = sessions.versions() - stored

    assert [answer for answer in answers if answer.meaning != OK] == []
    assert sessions.unlike(before) == {}, "after it was used"
    assert len(written) == 0, "rows of sessions were written again for five requests that changed nothing"


@regression("SES-10")
def test_a_session_that_has_ended_is_not_brought_back_by_its_use(own_platform):
    own_platform.starts()
    admin, sessions = own_platform.login("admin"), own_platform.sessions
    sessions.grow_older(sessions.update_age * LATER)
    sessions.expire_in(-MINUTE)

    answers = [admin.me() for _ in range(3)]

    assert [answer for answer in answers if answer.meaning != NOT_LOGGED_IN] == []
