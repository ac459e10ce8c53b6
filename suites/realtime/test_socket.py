"""The socket was opened before anybody had looked at the session, and whoever knew its address could listen."""

from plumbline import OK, regression


@regression("RT-1", "anonymous")
def test_nobody_gets_a_socket_without_a_session(visitor, socket, strange_sessions):
    tried = {kind: socket(visitor, headers=headers) for kind, headers in strange_sessions.items()}
    tried["no cookie"] = socket(visitor)

    assert {kind: opened for kind, opened in tried.items() if not opened.refused(within=2)} == {}


@regression("RT-1")
def test_nobody_gets_a_socket_with_a_forged_session(visitor, admin, socket, forged):
    tried = {kind: socket(visitor, headers=headers) for kind, headers in forged(admin).items()}

    assert {kind: opened for kind, opened in tried.items() if not opened.refused(within=2)} == {}


@regression("RT-1")
def test_a_session_that_has_ended_opens_no_socket(login, socket):
    admin = login("admin")
    session = admin.session_headers
    assert socket(admin, headers=session).is_open, "before the logout"

    assert admin.logout().meaning == OK

    again = socket(admin, headers=session)
    assert again.refused(within=2), again


@regression("RT-1", "expired")
def test_an_expired_session_opens_no_socket(own_platform, socket):
    own_platform.starts()
    admin = own_platform.login("admin")
    own_platform.sessions.expire_in(60)
    assert socket(admin).is_open, "a minute before its end"

    own_platform.sessions.expire_in(-60)

    again = socket(admin)
    assert again.refused(within=2), again


@regression("RT-1")
def test_ping_is_answered_with_pong_and_the_socket_stays(admin, socket):
    opened = socket(admin)
    assert not opened.pongs_unasked(within=0.5), opened

    for _ in range(2):
        opened.ping()
        assert opened.pong(within=2), opened
    assert opened.lives(within=2), opened
