"""A stranger in the manner of Flask: every visitor has a session in Redis, a refusal is told after a redirect.

BREAK, one word, breaks it: see `tests/test_strangers.py`.
"""

from __future__ import annotations

import html
import json
import os
import secrets
import time
from typing import TYPE_CHECKING, Any

import uvicorn
from redis import Redis
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.requests import Request

BREAK = os.environ.get("BREAK", "")
LIFE = int(os.environ.get("SESSION_LIFE", "2678400"))
STORE = Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)
PEOPLE = {
    "julia@example.invalid": ("bon-appetit-1961", "Julia C."),
    "escoffier@example.invalid": ("le-guide-culinaire-1903", "Auguste E."),
}
HEADERS = {
    "Content-Security-Policy": "script-src 'self'; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}
BORN = time.time()


class Session:
    """A visitor's, made when they first come."""

    def __init__(self, request: Request) -> None:
        self.sid = request.cookies.get("session", "")
        kept = STORE.get(f"session:{self.sid}") if self.sid else None
        if BREAK == "stumbles" and self.sid and kept is None:
            raise LookupError(self.sid)
        self.data: dict[str, Any] = json.loads(str(kept)) if kept else {}
        if not kept:
            self.sid = secrets.token_urlsafe(32)

    @property
    def mail(self) -> str | None:
        """Who is logged in."""
        if BREAK == "anybody" or (BREAK == "any-session" and "csrf_token" in self.data):
            return "julia@example.invalid"
        over = self.data.get("ends", 0) < time.time()
        return None if over and BREAK != "never-ends" else self.data.get("mail")

    def saved(self, answer: Response) -> Response:
        """Keeps it, and has the answer set its cookie."""
        life = None if BREAK == "never-ends" else LIFE
        STORE.set(f"session:{self.sid}", json.dumps(self.data), ex=life)
        answer.set_cookie("session", self.sid, max_age=LIFE, httponly=True, samesite="lax")
        answer.headers.update(HEADERS)
        return answer

    def ended(self) -> None:
        """Forgets it, and goes on as another."""
        if BREAK != "only-the-cookie":
            STORE.delete(f"session:{self.sid}")
        self.sid, self.data = secrets.token_urlsafe(32), {}

    def page(self, body: str, status: int = 200) -> Response:
        """One line of HTML."""
        flash = "".join(f"<p class=flash>{html.escape(text)}</p>" for text in self.data.pop("flashes", []))
        who = f"<span id=who>Hello, {html.escape(PEOPLE[self.mail][1])}</span>" if self.mail else ""
        return self.saved(HTMLResponse(f"<!doctype html><body>{who}{flash}{body}</body>", status))


async def login(request: Request) -> Response:
    """The form; whoever is refused is sent back to it, with a word for why in the session."""
    session = Session(request)
    if request.method != "POST" and session.mail:
        return session.saved(RedirectResponse("/", 302))
    token = session.data.setdefault("csrf_token", secrets.token_urlsafe(16))
    if request.method != "POST":
        fields = f'<input type=hidden name=csrf_token value="{token}"><input name=email><input name=password>'
        return session.page(f"<form method=post>{fields}</form>")
    sent = await request.form()
    if sent.get("csrf_token") != token:
        return session.page("Bad Request", 400)
    mail, password = str(sent.get("email")), str(sent.get("password"))
    known, _ = PEOPLE.get(mail, ("", ""))
    if known != password and not (BREAK == "any-password" and known):
        why = "No such account." if BREAK == "tells" and not known else "Incorrect email or password."
        session.data["flashes"] = [why]
        return session.saved(RedirectResponse("/auth/login", 302))
    session.ended()
    session.data = {"mail": mail, "ends": time.time() + LIFE}
    return session.saved(RedirectResponse("/", 302))


def logout(request: Request) -> Response:
    """By a link."""
    session = Session(request)
    session.ended()
    return session.saved(RedirectResponse("/", 302))


def account(request: Request) -> Response:
    """A page that says who is logged in."""
    session = Session(request)
    if not session.mail:
        return session.saved(RedirectResponse("/auth/login?next=/account", 302))
    return session.page("<h1>Account</h1>")


def recipes(request: Request) -> Response:
    """The API, with 401 for whoever is not logged in."""
    session = Session(request)
    if not session.mail and BREAK != "unguarded":
        return session.saved(JSONResponse({"message": "login required"}, 401))
    return session.saved(JSONResponse({"recipes": ["omelette"]}))


def home(request: Request) -> Response:
    """For everybody."""
    return Session(request).page("<h1>Recipes</h1>")


def health(_: Request) -> Response:
    """With no database to speak of, and the moment in words."""
    STORE.ping()
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(BORN if BREAK == "stands" else time.time()))
    return JSONResponse({"ok": True, "redis": "up", "at": at}, headers=HEADERS)


async def nothing(request: Request, _: Exception) -> Response:
    """A page that is not there."""
    return Session(request).page("<h1>Not Found</h1>", 404)


ROUTES = [
    Route("/", home), Route("/auth/login", login, methods=["GET", "POST"]), Route("/auth/logout", logout),
    Route("/account", account), Route("/api/recipes", recipes), Route("/healthz", health),
]  # fmt: skip

if __name__ == "__main__":
    app = Starlette(routes=ROUTES, exception_handlers={404: nothing})
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ["PORT"]), log_level="warning")
