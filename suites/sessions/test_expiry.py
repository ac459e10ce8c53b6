"""Sessions outlived their expiry, or ended hours early, wherever the server's clock was not set to UTC."""

import pytest

from plumbline import NOT_LOGGED_IN, OK, regression

HOUR = 3600


@regression("SES-4")
@pytest.mark.parametrize("zone", ["America/Los_Angeles", "UTC", "Asia/Tokyo"])
def test_an_expired_session_is_not_logged_in(own_platform, zone):
    own_platform.starts(TZ=zone)
    admin = own_platform.login("admin")

    own_platform.sessions.expire_in(HOUR)
    assert admin.me().meaning == OK, f"an hour before its end, with TZ={zone}"

    own_platform.sessions.expire_in(-HOUR)
    assert admin.me().meaning == NOT_LOGGED_IN, f"an hour after its end, with TZ={zone}"
