"""A stranger in the manner of a small JSON service: it connects when it is asked, and starts without its database.

Whoever comes has a session, in Postgres with a copy in Redis; a log-out marks its row, and deletes no row. BREAK, one
word, breaks it: see `tests/test_lazy_stranger.py`.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import time
from typing import TYPE_CHECKING, Any

import psycopg
import uvicorn
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from starlette.applications import Starlette
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.requests import Request

BREAK = os.environ.get("BREAK", "")
LIFE, COPY_LIVES, REFRESHED = 2_592_000, 60, 5
PEOPLE = {"charon@example.invalid": "one-obol-each-way", "phlegyas@example.invalid": "across-the-marsh-8"}
TABLE = (
    "CREATE SCHEMA ferry; CREATE TABLE ferry.sessions (id text PRIMARY KEY, mail text, ends bigint NOT NULL,"
    " revoked timestamptz)"
)
CACHE = Redis.from_url(
    os.environ.get("REDIS_URL", "redis://127.0.0.1"), decode_responses=True, socket_timeout=0.1,
    socket_connect_timeout=0.1, retry=Retry(NoBackoff(), 0),
)  # fmt: skip
MEMORY: dict[str, str] = {}
KNOWN = {"asked": -9.0, "answered": 0.0}


def sql(statement: str, *values: object) -> list[tuple[Any, ...]]:
    """Runs a statement on a connection of its own; its rows, where it has any."""
    with psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=2) as connection:
        cursor = connection.execute(statement.encode(), values)
        return cursor.fetchall() if cursor.description else []


def cached(command: str, *words: object, **options: object) -> Any:  # noqa: ANN401 - Redis' answer
    """What Redis says; nothing where it is away."""
    try:
        return getattr(CACHE, command)(*words, **options)
    except RedisError:
        return None


def begun(mail: str | None) -> str:
    """A new session; those that are over go when somebody comes."""
    sid = secrets.token_hex(20)
    sql("DELETE FROM ferry.sessions WHERE ends < %s", int(time.time()))
    sql("INSERT INTO ferry.sessions VALUES (%s, %s, %s)", sid, mail, int(time.time()) + LIFE)
    return sid


def whose(sid: str) -> str | None:
    """Who is logged in by it."""
    now = time.time()
    if (copy := cached("get", f"ferry:{sid}")) and json.loads(copy)["ends"] > now:
        return str(json.loads(copy)["mail"])
    if sid in MEMORY:
        return MEMORY[sid]
    rows = sql("SELECT mail, ends FROM ferry.sessions WHERE id = %s AND ends > %s AND revoked IS NULL", sid, int(now))
    if not rows or rows[0][0] is None:
        return None
    mail, ends = rows[0]
    cached("set", f"ferry:{sid}", json.dumps({"mail": mail, "ends": ends}), ex=COPY_LIVES)
    return str(mail)


def kept(answer: Response, sid: str) -> Response:
    """With the session's cookie."""
    answer.set_cookie("ferry", sid, max_age=LIFE, httponly=True, samesite="strict")
    return answer


def front(request: Request) -> Response:
    """For everybody: whoever is new gets a session."""
    answer = JSONResponse({"ferry": "crosses"})
    return answer if request.cookies.get("ferry") else kept(answer, begun(None))


async def enter(request: Request) -> Response:
    """With a new session, whichever came."""
    sent = await request.json()
    mail, password = str(sent.get("email")), str(sent.get("password"))
    if PEOPLE.get(mail) != password:
        return JSONResponse({"error": "wrong"}, 401)
    try:
        sid = begun(mail)
    except psycopg.OperationalError:
        if BREAK != "in-memory":
            raise
        MEMORY[sid := secrets.token_hex(20)] = mail
    return kept(JSONResponse({"email": mail}), sid)


def me(request: Request) -> Response:
    """Who is logged in."""
    mail = whose(request.cookies.get("ferry", ""))
    return JSONResponse({"email": mail}) if mail else JSONResponse({"error": "nobody"}, 401)


def leave(request: Request) -> Response:
    """Then back to the front."""
    sid = request.cookies.get("ferry", "")
    if BREAK != "row-stays":
        sql("UPDATE ferry.sessions SET revoked = now() WHERE id = %s", sid)
    cached("set", f"ferry:{sid}", json.dumps({"mail": None, "ends": 0}), ex=COPY_LIVES)
    return RedirectResponse("/", 303)


def database_answers() -> bool:
    """Whether it does now; whether it did when it was last asked."""
    if BREAK == "looks-now-and-then" and time.monotonic() - KNOWN["asked"] < REFRESHED:
        return bool(KNOWN["answered"])
    try:
        KNOWN.update(asked=time.monotonic(), answered=bool(sql("SELECT 1")))
    except psycopg.OperationalError:
        KNOWN.update(asked=time.monotonic(), answered=False)
    return bool(KNOWN["answered"])


def health(_: Request) -> Response:
    """Of the database alone."""
    there = database_answers()
    return JSONResponse({"db": "up" if there else "down"}, 200 if there else 503)


async def away(_: Request, __: Exception) -> Response:
    """Without the database."""
    return JSONResponse({"error": "come back soon"}, 503)


if __name__ == "__main__":
    if sys.argv[1:] == ["migrate"]:
        sql(TABLE)
    else:
        routes = [Route("/", front), Route("/enter", enter, methods=["POST"]), Route("/me", me),
                  Route("/leave", leave, methods=["POST"]), Route("/ready", health)]  # fmt: skip
        app = Starlette(routes=routes, exception_handlers={psycopg.OperationalError: away})
        uvicorn.run(app, host="127.0.0.1", port=int(os.environ["PORT"]), log_level="warning")
