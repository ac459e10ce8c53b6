"""Pages on another host: which of them may ask the API as whoever is logged in (Fetch, 3.2)."""

from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import Response

if TYPE_CHECKING:
    from reference.assembly import Platform

API = "/api/"
ANSWERED = {
    "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE",
    "access-control-allow-headers": "Content-Type, Accept, X-Request-ID, traceparent",
    "access-control-max-age": "600",
}
"""What a browser is told before it sends what no plain form could send."""

READABLE = "X-Request-ID, Retry-After"
"""Headers of our answers that those pages' scripts may read."""


class Cors:
    """Lets the pages of CORS_ORIGINS ask the API with a person's cookie, and no others."""

    def __init__(self, platform: "Platform") -> None:
        self._platform = platform

    def preflight(self, request: HTTPConnection) -> Response | None:
        """Return the answer to a browser that asks whether *request* may be sent; None where it asks nothing."""
        asks = request.scope.get("method") == "OPTIONS" and "access-control-request-method" in request.headers
        return Response(status_code=204, headers=ANSWERED) if asks and self.allowed(request) else None

    def tell(self, request: HTTPConnection, headers: MutableHeaders) -> None:
        """Add to an answer's *headers* whether the page that asked may read it."""
        if not (self._platform.settings.cors_origins and request.url.path.startswith(API)):
            return
        headers.add_vary_header("Origin")  # or a cache would give one page what was answered to another
        if origin := self.allowed(request):
            headers["access-control-allow-origin"] = origin
            headers["access-control-allow-credentials"] = "true"
            headers["access-control-expose-headers"] = READABLE

    def allowed(self, request: HTTPConnection) -> str | None:
        """Return the origin of the page that sent *request* if it may; None for any other, or none."""
        origin = request.headers.get("origin", "")
        ours = request.url.path.startswith(API) and origin in self._platform.settings.cors_origins
        return origin if ours else None
