"""Security headers that are lost on one branch."""

# mypy: disable-error-code="method-assign"
from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from faults import fault, get

if TYPE_CHECKING:
    from faults import Served
    from reference.assembly import Platform


@fault("csp-dropped-on-error-pages", brings_back=["SEC-1"])
def csp_dropped_on_error_pages(platform: Platform) -> None:
    """Sends error pages without the content security policy."""
    of = platform.headers.of

    def dropped(status: int) -> dict[str, str]:
        headers = of(status)
        if status >= HTTPStatus.BAD_REQUEST:
            del headers["content-security-policy"]
        return headers

    platform.headers.of = dropped


csp_dropped_on_error_pages.probe = get("/no-such-page", see="content-security-policy", as_=None, Accept="text/html")


@fault("hsts-forgotten", brings_back=["SEC-1 production"])
def hsts_forgotten(platform: Platform) -> None:
    """Goes to production without Strict-Transport-Security."""
    of = platform.headers.of
    name = "strict-transport-security"
    platform.headers.of = lambda status: {key: text for key, text in of(status).items() if key != name}


def _hsts_in_production(served: Served) -> str | None:
    return served.headers_of("/login", APP_ENV="production").get("strict-transport-security")


hsts_forgotten.probe = _hsts_in_production
