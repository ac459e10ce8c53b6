"""A stranger in the manner of Django: pages and forms, a CSRF token, redirects, sessions in a table.

BREAK, one word, breaks it: see `tests/test_strangers.py`.
"""

from __future__ import annotations

import html
import json
import os
import secrets
import sys
from typing import TYPE_CHECKING, Any

import psycopg
import uvicorn
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.requests import Request

BREAK = os.environ.get("BREAK", "")
PEOPLE = {"ada": "analytical-engine-1843", "grace": "nanoseconds-of-wire-11"}
BOOKS = [{"id": 1, "name": "Sketch of the Analytical Engine"}, {"id": 2, "name": "A Manual of Operation"}]
LOGIN, PROFILE = "/accounts/login/", "/accounts/profile/"
TABLE = (
    "CREATE TABLE IF NOT EXISTS django_session (session_key varchar(40) PRIMARY KEY, session_data text NOT NULL,"
    " expire_date timestamptz NOT NULL)"
)
HEADERS = {
    "Content-Security-Policy": "default-src 'self'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Vary": "Cookie",
}
FORM = """<form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="{token}">{inside}</form>"""
FIELDS = """<input name="username" value="{name}"><input name="password" type="password"><button>Log in</button>"""
WRONG = '<ul class="errorlist"><li>{}</li></ul>'
IN_MEMORY: dict[str, str] = {}


def sql(statement: str, *values: object) -> list[tuple[Any, ...]]:
    """Runs a statement; its rows, where it has any."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        cursor = connection.execute(statement.encode(), values)
        return cursor.fetchall() if cursor.description else []


def page(request: Request, body: str, status: int = 200) -> Response:
    """A page with a form's token in it, another one each time, and the cookie that it belongs to."""
    secret = request.cookies.get("csrftoken") or secrets.token_hex(16)
    token = f"{secrets.token_hex(16)}{secret}"
    answer = HTMLResponse(f"<!doctype html>\n<title>Bookshop</title>\n{body.replace('TOKEN', token)}", status, HEADERS)
    answer.set_cookie("csrftoken", secret, max_age=31449600, samesite="lax")
    return answer


async def form(request: Request) -> dict[str, str]:
    """What was sent, without a token that does not belong to the cookie; the browser must have come from here."""
    sent = {name: str(value) for name, value in (await request.form()).items()}
    secret = request.cookies.get("csrftoken", "")
    ours = request.headers.get("referer", "").startswith(str(request.base_url))
    return sent if secret and ours and sent.get("csrfmiddlewaretoken", "")[32:] == secret else {}


def user(request: Request) -> str | None:
    """Whose the session is."""
    if BREAK == "anybody":
        return "ada"
    key = request.cookies.get("sessionid")
    if not key:
        return None
    if BREAK == "in-memory":
        return IN_MEMORY.get(key)
    ends = "" if BREAK == "never-ends" else " AND expire_date > now()"
    rows = sql(f"SELECT session_data FROM django_session WHERE session_key = %s{ends}", key.replace("\0", "")[:40])  # noqa: S608
    if BREAK == "stumbles":
        return str(json.loads(rows[0][0])["user"])
    return json.loads(rows[0][0])["user"] if rows else None


def anonymous(request: Request) -> Response:
    """Sends whoever is not logged in to the login page."""
    return RedirectResponse(f"{LOGIN}?next={request.url.path}", 302, HEADERS)


async def login(request: Request) -> Response:
    """The form, with 200 again for who is refused; then on to the profile with a new session."""
    blank = FORM.format(token="TOKEN", inside=FIELDS.format(name=""))
    if request.method != "POST":
        return page(request, blank)
    sent = await form(request)
    if not sent:
        return page(request, "<h1>Forbidden (403)</h1><p>CSRF verification failed.</p>", 403)
    name, password = sent.get("username", ""), sent.get("password", "")
    if PEOPLE.get(name) != password and not (BREAK == "any-password" and name in PEOPLE):
        why = "Please enter a correct username and password."
        if BREAK == "tells" and name not in PEOPLE:
            why += " Nobody has this name."
        again = FORM.format(token="TOKEN", inside=FIELDS.format(name=html.escape(name)))
        return page(request, WRONG.format(why) + "\n" + again)
    return _welcomed(name)


def _welcomed(name: str) -> Response:
    key = secrets.token_hex(16)
    IN_MEMORY[key] = name
    sql("INSERT INTO django_session VALUES (%s, %s, now() + interval '14 days')", key, json.dumps({"user": name}))
    answer = RedirectResponse(PROFILE, 302, HEADERS)
    answer.set_cookie("sessionid", key, max_age=1209600, httponly=True, samesite="lax")
    answer.set_cookie("csrftoken", secrets.token_hex(16), max_age=31449600, samesite="lax")
    return answer


async def logout(request: Request) -> Response:
    """By a form as well; then back to the shop."""
    if not await form(request):
        return page(request, "<h1>Forbidden (403)</h1>", 403)
    if BREAK != "only-the-cookie":
        sql("DELETE FROM django_session WHERE session_key = %s", request.cookies.get("sessionid", ""))
        IN_MEMORY.pop(request.cookies.get("sessionid", ""), None)
    answer = RedirectResponse("/", 302, HEADERS)
    answer.delete_cookie("sessionid")
    return answer


def profile(request: Request) -> Response:
    """Who is logged in."""
    name = user(request)
    if name is None:
        return anonymous(request)
    leave = FORM.format(token="TOKEN", inside="<button>Log out</button>")
    return page(
        request, f"<p>Logged in as {html.escape(name)}</p>\n{leave.replace('<form', '<form action=/accounts/logout/')}"
    )


def books(request: Request) -> Response:
    """The API, which sends whoever is not logged in to the same login page."""
    if user(request) is None and BREAK != "unguarded":
        return anonymous(request)
    return JSONResponse({"count": len(BOOKS), "results": BOOKS}, headers=HEADERS)


def shop(request: Request) -> Response:
    """For everybody."""
    return page(request, "<h1>Bookshop</h1>")


def health(_: Request) -> Response:
    """By its status alone."""
    sql("SELECT 1")
    return PlainTextResponse("fine", headers=HEADERS)


async def nothing(request: Request, _: Exception) -> Response:
    """A page that is not there."""
    return page(request, "<h1>Not Found</h1>", 404)


ROUTES = [
    Route("/", shop), Route(LOGIN, login, methods=["GET", "POST"]), Route(PROFILE, profile),
    Route("/accounts/logout/", logout, methods=["POST"]), Route("/api/books/", books), Route("/ht/", health),
]  # fmt: skip

if __name__ == "__main__":
    if sys.argv[1:] == ["migrate"]:
        sql(TABLE)
    else:
        app = Starlette(routes=ROUTES, exception_handlers={404: nothing})
        uvicorn.run(app, host="127.0.0.1", port=int(os.environ["PORT"]), log_level="warning")
