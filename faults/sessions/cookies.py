"""A cookie that is not ours is believed to be one."""

# mypy: disable-error-code="method-assign"
from __future__ import annotations

import base64
from typing import TYPE_CHECKING
from urllib.parse import unquote

from faults import fault, get

if TYPE_CHECKING:
    from faults import Served
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


@fault("signature-not-compared", brings_back=["SES-3 forged"])
def signature_not_compared(platform: Platform) -> None:
    """Reads the session id out of the cookie and leaves the signature aside."""

    def believed(value: str) -> str | None:
        return unquote(value).removeprefix("s:").rpartition(".")[0] or None

    platform.cookies.unsigned = believed


def _status_with_another_signature(served: Served) -> int:
    [cookie] = served.caller("admin").cookies
    return served.get("/api/auth/me", Cookie=f"{cookie.name}={(cookie.value or '').rpartition('.')[0]}.none").status


signature_not_compared.probe = _status_with_another_signature
