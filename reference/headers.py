"""The headers that every answer carries, whatever it is."""

from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reference.assembly import Platform

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""Content-Security-Policy: everything from here, nothing inline, no frames."""

AND_THE_API = f"{POLICY}; connect-src 'self' {{}}"
"""The same where scripts ask an API on another host."""

YEAR = 31_536_000
SOON = "2"
"""Seconds after which a caller may ask again what was not available."""


class Headers:
    """Says which headers an answer gets besides its own."""

    def __init__(self, platform: "Platform") -> None:
        self._platform = platform

    def of(self, status: int) -> dict[str, str]:
        """Return the headers for an answer of *status*; those that it has already are not replaced.

        no-store is the rule since almost every answer is made for one caller; assets say otherwise.
        """
        api = self._platform.settings.api_origin
        headers = {
            "content-security-policy": AND_THE_API.format(api) if api else POLICY,
            "x-content-type-options": "nosniff",
            "x-frame-options": "DENY",
            "referrer-policy": "same-origin",
            "cross-origin-opener-policy": "same-origin",
            "cache-control": "private, no-store",
        }
        if self._platform.settings.production:
            headers["strict-transport-security"] = f"max-age={YEAR}; includeSubDomains"
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            headers["retry-after"] = SOON
        return headers
