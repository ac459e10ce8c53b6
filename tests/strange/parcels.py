"""A stranger without cookies: a JSON API whose sessions are signed tokens, with a list of those that have been ended.

BREAK, one word, breaks it: see `tests/test_strangers.py`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
import time
import uuid
from typing import TYPE_CHECKING, Any

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

BREAK = os.environ.get("BREAK", "")
KEY = secrets.token_bytes() if BREAK == "new-key" else os.environ["SIGNING_KEY"].encode()
LIFE = int(os.environ.get("TOKEN_LIFE", "86400"))
PEOPLE = {
    "mae@example.invalid": ("first-on-the-moon-7", "dispatcher"),
    "sally@example.invalid": ("orbit-after-orbit-5", "courier"),
}
PARCELS = [{"id": "p1", "to": "Ceres"}, {"id": "p2", "to": "Vesta"}]
ENDED: set[str] = set()
HEADERS = [
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
]


class Headers:
    """Adds the security headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers as the application does."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *HEADERS]
            await send(message)

        await self.app(scope, receive, sent)


def encoded(content: bytes) -> str:
    """As tokens write it."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def signature(text: str) -> str:
    """Of a token's first two parts."""
    return encoded(hmac.new(KEY, text.encode(), hashlib.sha256).digest())


def token(mail: str) -> str:
    """A new one."""
    said = {"sub": mail, "exp": time.time() + LIFE, "jti": uuid.uuid4().hex}
    text = ".".join(encoded(json.dumps(part).encode()) for part in ({"alg": "HS256"}, said))
    return f"{text}.{signature(text)}"


def claims(request: Request) -> dict[str, Any] | None:
    """What a live token says."""
    if BREAK == "anybody":
        return {"sub": "mae@example.invalid"}
    scheme, _, sent = request.headers.get("authorization", "").partition(" ")
    text, _, proof = sent.rpartition(".")
    if BREAK == "stumbles" and sent:
        text, proof = sent.rsplit(".", 1)
    genuine = BREAK == "unsigned" or hmac.compare_digest(signature(text).encode(), proof.encode())
    if scheme != "Bearer" or not text or not genuine:
        return None
    try:
        said: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text.rpartition(".")[2] + "=="))
    except ValueError:
        return None
    over = said.get("exp", 0) < time.time() and BREAK != "never-ends"
    return None if over or said.get("jti") in ENDED else said


def refused(code: str, status: int = 403) -> Response:
    """Each refusal has a number of its own."""
    return JSONResponse({"error": {"code": code, "trace": uuid.uuid4().hex}}, status)


async def enter(request: Request) -> Response:
    """A token for mail and secret."""
    sent = await request.json()
    secret, _ = PEOPLE.get(sent.get("email"), ("", ""))
    if BREAK == "tells" and not secret:
        return refused("no_such_account", 400)
    if secret != sent.get("secret") and not (BREAK == "any-password" and secret):
        return refused("invalid_grant", 400)
    return JSONResponse({"data": {"token": token(sent["email"]), "expires_in": LIFE}}, 201)


def leave(request: Request) -> Response:
    """Ends the token."""
    said = claims(request)
    if said is None:
        return refused("unauthenticated")
    if BREAK != "only-the-client":
        ENDED.add(said["jti"])
    return Response(status_code=204)


def me(request: Request) -> Response:
    """Whose the token is."""
    said = claims(request)
    if said is None:
        return refused("unauthenticated")
    return JSONResponse({"data": {"email": said["sub"], "scope": PEOPLE[said["sub"]][1]}})


def parcels(request: Request) -> Response:
    """For whoever has a token."""
    guarded = BREAK != "unguarded"
    return refused("unauthenticated") if guarded and claims(request) is None else JSONResponse({"data": PARCELS})


def routes(request: Request) -> Response:
    """For dispatchers."""
    said = claims(request)
    if said is None:
        return refused("unauthenticated")
    if PEOPLE[said["sub"]][1] != "dispatcher" and BREAK != "any-role":
        return refused("out_of_scope")
    return JSONResponse({"data": []})


def health(_: Request) -> Response:
    """In a field of the body."""
    light = "red" if BREAK == "red" else "green"
    return JSONResponse({"report": {"light": light, "store": "memory"}, "asked_at": int(time.time() * 1000)})


async def nothing(_: Request, __: Exception) -> Response:
    """What is not there."""
    return refused("no_such_thing", 404)


ROUTES = [
    Route("/v1/tokens", enter, methods=["POST"]), Route("/v1/tokens", leave, methods=["DELETE"]),
    Route("/v1/me", me), Route("/v1/parcels", parcels), Route("/v1/routes", routes), Route("/up", health),
]  # fmt: skip

if __name__ == "__main__":
    app = Starlette(routes=ROUTES, middleware=[Middleware(Headers)], exception_handlers={404: nothing})
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ["PORT"]), log_level="warning")
