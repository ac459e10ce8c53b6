"""A cookie that is not ours is believed to be one."""

# mypy: disable-error-code="method-assign"
from __future__ import annotations

import base64
from typing import TYPE_CHECKING
from urllib.parse import unquote

from faults import fault, get

if TYPE_CHECKING:
    from reference.assembly import Platform


@fault("garbage-cookie-is-500", brings_back=["SES-3"])
def garbage_cookie_is_500(platform: Platform) -> None:
    """Takes the cookie apart before it knows that it is a cookie of ours."""
    unsigned = platform.cookies.unsigned

    def taken_apart(value: str) -> str | None:
        _, signature = unquote(value).rsplit(".", 1)
        base64.b64decode(f"{signature}=", validate=True)
        return unsigned(value)

    platform.cookies.unsigned = taken_apart


garbage_cookie_is_500.probe = get("/api/auth/me", see="status", as_=None, Cookie="connect.sid=garbage")
