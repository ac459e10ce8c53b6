"""Which callers come over TLS: those of whom a proxy that is trusted says so."""

import ipaddress
from typing import TYPE_CHECKING

from starlette.requests import HTTPConnection

if TYPE_CHECKING:
    from reference.assembly import Platform


class Proxies:
    """Believes what the proxies in TRUSTED_PROXIES say of a request, and nobody else."""

    def __init__(self, platform: "Platform") -> None:
        self._platform = platform

    def encrypted(self, request: HTTPConnection) -> bool:
        """Return whether *request* came over TLS; of several proxies the nearest has the last word."""
        said = ",".join(request.headers.getlist("x-forwarded-proto")).rpartition(",")[2]
        return said.strip().lower() == "https" and self.trusted(request)

    def trusted(self, request: HTTPConnection) -> bool:
        """Return whether a proxy that is trusted sent *request*."""
        try:
            sender = ipaddress.ip_address(request.client.host if request.client else "")
        except ValueError:
            return False
        return any(sender in network for network in self._platform.settings.trusted_proxies)
