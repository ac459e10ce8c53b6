"""Sessions that outlive their end."""

# mypy: disable-error-code="method-assign"
from __future__ import annotations

import os
import time
from datetime import datetime
from typing import TYPE_CHECKING

from faults import fault

if TYPE_CHECKING:
    from faults import Served
    from reference.assembly import Platform


@fault("expiry-not-checked", brings_back=["SES-4"])
def expiry_not_checked(platform: Platform) -> None:
    """Takes every session that is stored for a living one."""
    platform.sessions.expired = lambda expires: False


@fault("expiry-in-local-time", brings_back=["SES-4"])
def expiry_in_local_time(environment: dict[str, str], platform: Platform) -> None:
    """Compares the expiry, which is UTC, with the clock on the server's wall: TZ, or eight hours west."""
    os.environ["TZ"] = environment.get("TZ", "PST8")
    time.tzset()
    platform.sessions.expired = lambda expires: expires.replace(tzinfo=None) <= datetime.now()  # noqa: DTZ005


def _status_an_hour_after_the_end(served: Served) -> int:
    """The logout empties the cache; what is put back into the table ended an hour ago."""
    admin = served.caller("admin")
    cookie = next(f"{one.name}={one.value}" for one in admin.cookies)
    sid, sess = served.sql("select sid, sess::text from session order by expire desc limit 1")[0]
    admin.post("/api/auth/logout")
    served.sql("insert into session values (%s, %s, now() at time zone 'UTC' - interval '1 hour')", sid, sess)
    return served.get("/api/auth/me", Cookie=cookie).status


expiry_not_checked.probe = _status_an_hour_after_the_end
expiry_in_local_time.probe = _status_an_hour_after_the_end
