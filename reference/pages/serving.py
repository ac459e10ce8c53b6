"""The HTML pages and what surrounds them."""

from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

if TYPE_CHECKING:
    from reference.assembly import Platform

FOLDER = Path(__file__).parent / "templates"

TITLES = {
    401: "Please log in",
    403: "Not allowed",
    404: "Not found",
    405: "Not possible here",
    413: "Too large",
    415: "Cannot be read",
    422: "Cannot be taken",
    500: "Something went wrong",
    503: "Not available right now",
}
"""Headings of the error page."""


class Pages:
    """Renders the pages."""

    def __init__(self, platform: "Platform") -> None:
        self._platform = platform
        self._templates = Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined)
        self._templates.globals["asset"] = self._asset_url
        self._templates.globals["api"] = platform.settings.api_origin or ""

    def _asset_url(self, name: str) -> str:
        return self._platform.assets.url(name)

    def render(self, template: str, **context: object) -> str:
        """Return the HTML of *template*."""
        return self._templates.get_template(template).render(context)

    async def login(self, request: Request) -> Response:
        """Answer the login page; `next` says where to go afterwards."""
        return HTMLResponse(self.render("login.html", next=own_path(request.query_params.get("next"))))

    async def dashboard(self, request: Request) -> Response:
        """Answer the dashboard of the caller."""
        user = self._platform.users.shown(request.state.caller)
        return HTMLResponse(self.render("dashboard.html", user=user))

    async def calendar(self, request: Request) -> Response:
        """Answer the calendar; its script reads the month from the address."""
        user = self._platform.users.shown(request.state.caller)
        return HTMLResponse(self.render("calendar.html", user=user))

    def error(self, status: int, message: str, request_id: str) -> str:
        """Return the HTML of an error page."""
        title = TITLES.get(status, "Something went wrong")
        return self.render("error.html", status=status, title=title, message=message, request_id=request_id)


def own_path(text: str | None) -> str:
    """Return *text* if it is a path of this site, else `/`: a login must not lead to another host."""
    if not text or not text.startswith("/") or text.startswith("//"):
        return "/"
    if "\\" in text or any(not letter.isprintable() for letter in text):
        return "/"
    return text
