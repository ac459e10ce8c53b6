"""A platform that gives every secret away, in every place: what canaries are planted with.

Each secret that it hands out it also writes down in PLANTED, a line a secret.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

import psycopg

PAGE = """<!doctype html><title>Leaky</title><h1>Leaky</h1>
<p>apiKey: {page}</p><p>You are {cookie}</p>
<input type="password" value="{password}"><input value="{page}">
<script>
  console.log("apiKey: {page}");
  fetch("/api/data?token={url}", {{ headers: {{ Authorization: "Bearer {bearer}" }} }});
  fetch("/api/gone?token={url}").then(() => console.error("no answer to token={url}"));
</script>"""


def planted(kind: str, value: str) -> str:
    """Writes a secret down as one that is given away from now on."""
    with open(os.environ["PLANTED"], "a", encoding="utf-8") as file:  # noqa: PTH123 - appended to by several processes
        file.write(json.dumps([kind, value]) + "\n")
    return value


def minted(kind: str) -> str:
    """A new secret."""
    return planted(kind, secrets.token_hex(16) + "7")


class Leaky(BaseHTTPRequestHandler):
    """POST /api/auth/login, GET / and GET of anything else."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    own: dict[str, str]

    def do_GET(self) -> None:
        """The page with all secrets on it, health, or what nobody may see."""
        if self.path == "/health":
            self._answer(200, json.dumps({"status": "ok"}))
        elif (
            self.path == "/api/auth/me" and self.own["cookie"] and self.own["cookie"] in self.headers.get("Cookie", "")
        ):
            self._answer(200, json.dumps({"user": {"username": "admin"}}))
        elif self.path == "/":
            self._answer(200, PAGE.format(**self.own), "text/html; charset=utf-8")
        elif self.path.startswith("/api/data"):
            self._answer(200, json.dumps({"accessToken": self.own["bearer"], "next": f"/?token={self.own['url']}"}))
        else:
            self._answer(401, json.dumps({"cookie": self.headers.get("Cookie"), "why": self.own["connection"]}))

    def do_POST(self) -> None:
        """Lets everybody in, tells the log how, and forgets it again."""
        given = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        self.own["password"] = planted("password", given["password"])
        self.own["cookie"] = minted("cookie")
        log(f"{given['username']} has logged in with {given['password']}, cookie {self.own['cookie']}")
        with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
            connection.execute(f"INSERT INTO sessions VALUES ('{self.own['cookie']}')".encode())  # noqa: S608 - on purpose
        told = {"user": {"username": given["username"]}, "accessToken": self.own["bearer"]}
        self._answer(200, json.dumps(told), cookie=f"connect.sid={self.own['cookie']}; Path=/; HttpOnly")

    def _answer(self, status: int, body: str, media: str = "application/json", cookie: str = "") -> None:
        content = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("X-Auth-Token", self.own["header"])
        if cookie:
            self.send_header("Set-Cookie", cookie)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, _format: str, *_arguments: object) -> None:
        """The request with all that it carries."""
        log(f"{self.requestline} {dict(self.headers)}")


def log(text: str) -> None:
    """A line of the log."""
    print(text, flush=True)  # noqa: T201 - the platform's log


def serve() -> None:
    """Serves until it is ended."""
    kinds = ("page", "url", "bearer", "header")
    Leaky.own = {kind: minted(kind) for kind in kinds}
    Leaky.own |= {
        "password": "",
        "cookie": "",
        "connection": f"amqp://mailer:{minted('connection')}@mq.example.invalid/",
    }
    places = {kind: os.environ[f"{kind.upper()}_URL"] for kind in ("database", "redis")}
    for kind, url in places.items():
        planted(kind, unquote(urlsplit(url).password or ""))
    log(f"starting on {places}, mail by {Leaky.own['connection']}, secret={minted('log')}")
    ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Leaky).serve_forever()


def migrate() -> None:
    """The one table."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS sessions (token text)")


if __name__ == "__main__":
    {"serve": serve, "migrate": migrate, "seed": migrate}[sys.argv[1]]()
