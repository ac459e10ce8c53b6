"""The session cookie, signed as express-session signs it."""

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from starlette.requests import HTTPConnection

if TYPE_CHECKING:
    from reference.assembly import Platform

MARK = "s:"
"""What express-session writes before a signed value."""


class Cookies:
    """Makes and reads the session cookie."""

    name = "connect.sid"

    def __init__(self, platform: "Platform") -> None:
        self._platform = platform
        self.path = "/"
        self.http_only = True
        self.same_site = "Lax"

    @property
    def secure(self) -> bool:
        """Whether browsers may send the cookie over https only."""
        settings = self._platform.settings
        return settings.production if settings.cookie_secure == "auto" else settings.cookie_secure == "always"

    @property
    def domain(self) -> str | None:
        """The domain whose hosts all get the cookie; None: the host that gave it."""
        return self._platform.settings.cookie_domain

    def reaches(self, request: HTTPConnection) -> bool:
        """Return whether the browser that sent *request* would keep the cookie and send it again."""
        return not self.secure or self._platform.proxies.encrypted(request)

    def issued(self, sid: str) -> str:
        """Return the Set-Cookie value that gives *sid* to the browser for the life of a session."""
        value = quote(f"{MARK}{sid}.{self.signature(sid)}", safe="")
        return self._header(value, self._platform.settings.session_ttl)

    def cleared(self) -> str:
        """Return the Set-Cookie value that takes the cookie from the browser."""
        return self._header("", 0)

    def sid(self, request: HTTPConnection) -> str | None:
        """Return the session id that *request* carries, None without a cookie or with a foreign one."""
        value = request.cookies.get(self.name)
        return None if value is None else self.unsigned(value)

    def unsigned(self, value: str) -> str | None:
        """Return the session id in a cookie's *value* if we have signed it, else None."""
        text = unquote(value)
        if not text.startswith(MARK):
            return None
        sid, dot, signature = text.removeprefix(MARK).rpartition(".")
        if not dot or not sid or not sid.isprintable():  # Postgres cannot even be asked for a NUL
            return None
        genuine = hmac.compare_digest(signature.encode("utf-8", "replace"), self.signature(sid).encode())
        return sid if genuine else None

    def signature(self, sid: str) -> str:
        """Return the signature of *sid*: HMAC-SHA256 in base64 without padding."""
        secret = self._platform.settings.session_secret.get_secret_value()
        digest = hmac.new(secret.encode(), sid.encode("utf-8", "replace"), hashlib.sha256).digest()
        return base64.b64encode(digest).decode().rstrip("=")

    def _header(self, value: str, max_age: int) -> str:
        parts = [f"{self.name}={value}", f"Max-Age={max_age}", f"Path={self.path}"]
        if self.domain:
            parts.append(f"Domain={self.domain}")
        if self.http_only:
            parts.append("HttpOnly")
        if self.secure:
            parts.append("Secure")
        return "; ".join([*parts, f"SameSite={self.same_site}"])
