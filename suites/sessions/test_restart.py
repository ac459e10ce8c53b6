"""Every deploy logged everybody out: the sessions lived in the memory of the process."""

from plumbline import OK, regression


@regression("SES-5")
def test_a_session_survives_a_restart(own_platform):
    own_platform.starts()
    admin = own_platform.login("admin")

    own_platform.restart()

    me = admin.me()
    assert me.meaning == OK
    assert me.user == own_platform.account("admin").username
