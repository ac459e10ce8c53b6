"""There were two session stores, and one request in fifty asked the other one."""

from concurrent.futures import ThreadPoolExecutor

from plumbline import OK, UNAVAILABLE, regression


@regression("SES-6")
def test_one_store_is_chosen_at_boot_and_sessions_are_in_it(own_platform, health):
    own_platform.starts()
    before = own_platform.sessions.versions()

    assert own_platform.visitor().login(own_platform.account("admin")).meaning == OK

    assert own_platform.sessions.versions() - before, "a login leaves a session in the database"
    profile = own_platform.profile
    assert profile.session.boot_line in own_platform.log.text
    assert health(own_platform.visitor()).storage in {None, profile.health.stored}


@regression("SES-7")
def test_one_session_holds_whichever_instance_is_asked_and_however_often(own_platform):
    own_platform.starts(replicas=2)
    admin = own_platform.login("admin")

    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda _: admin.me(), range(500)))
    if UNAVAILABLE in {answer.meaning for answer in answers}:  # a crowd is an excuse, and one caller alone is none
        answers = [answer for answer in answers if answer.meaning != UNAVAILABLE] + [admin.me() for _ in range(500)]

    refused = [answer for answer in answers if answer.meaning != OK]
    assert refused == [], f"{len(refused)} of {len(answers)}"
    assert len({answer.user for answer in answers}) == 1
