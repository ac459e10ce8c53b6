"""A cookie jar that takes cookies as browsers do; imported late, since its parent costs some milliseconds."""

from __future__ import annotations

from email.message import Message
from http.cookiejar import CookieJar
from typing import Any


class BrowserJar(CookieJar):
    """Takes the cookies of an answer one after the other (RFC 6265, 5.3).

    Python's own jar drops all that an answer takes back before it keeps any that it gives: a cookie that is given
    and taken back in one answer would stay, and in no browser does it.
    """

    def extract_cookies(self, response: Any, request: Any) -> None:  # noqa: ANN401 - urllib's, or what stands for it
        """Keeps and drops what the answer's headers say, in their order."""
        for header in response.info().get_all("Set-Cookie", []):
            super().extract_cookies(_OneCookie(header), request)  # type: ignore[arg-type]


class _OneCookie:
    def __init__(self, header: str) -> None:
        self._message = Message()
        self._message["Set-Cookie"] = header

    def info(self) -> Message:
        return self._message
