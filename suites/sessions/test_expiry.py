"""Sessions outlived their expiry, or ended hours early, wherever the server's clock was not set to UTC."""

from plumbline import NOT_LOGGED_IN, OK, regression

ZONES = ["America/Los_Angeles", "UTC", "Asia/Tokyo"]
MINUTE = 60


@regression("SES-4")
def test_an_expired_session_is_not_logged_in(own_platforms, gets):
    platforms = own_platforms([{"TZ": zone} for zone in ZONES])

    for zone, platform in zip(ZONES, platforms, strict=True):
        admin = platform.login("admin")

        platform.sessions.expire_in(MINUTE)
        assert admin.me().meaning == OK, f"a minute before its end, with TZ={zone}"

        platform.sessions.expire_in(-MINUTE)
        assert admin.me().meaning == NOT_LOGGED_IN, f"a minute after its end, with TZ={zone}"
        assert gets.opened_by(admin.get, platform.visitor()) == [], f"a minute after its end, with TZ={zone}"
