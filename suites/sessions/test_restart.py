"""Every deploy logged everybody out: the sessions lived in the memory of the process."""

from plumbline import OK, regression


@regression("SES-5")
def test_a_session_survives_a_restart(own_platform, target):
    own_platform.starts()
    admin = own_platform.login("admin")

    own_platform.restart()
    after_restart = admin.me()
    own_platform.restart_after_crash()
    after_crash = admin.me()

    assert (after_restart.meaning, after_crash.meaning) == (OK, OK)
    assert after_restart.user == after_crash.user == target.name_of(target.account("admin"))
