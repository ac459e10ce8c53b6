"""Another platform, small on purpose: its own paths, statuses, cookie and fields, and no database.

BREAK, one word, breaks it: forgets, tells, stumbles, stands or attacks.
"""

from __future__ import annotations

import json
import os
import secrets
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

PEOPLE = {"ada@example.invalid": "correct-horse-9"}
SESSIONS: dict[str, str] = {}
BREAK = os.environ.get("BREAK", "")
STARTED = time.time()
ATTACK = "</script><script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">"
ATTACK += "\x1b]0;taken\x07\x1b[31mred\r\n::error::taken\n##[error]taken\n| `a` | [b](javascript:c) |"
"""What somebody may have written into a field, for whoever reads it in a page, a terminal or a log."""


class Small(BaseHTTPRequestHandler):
    """POST /signin, GET /whoami, GET /status."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Tells who asks, or how it is."""
        if self.path == "/status":
            now = STARTED if BREAK == "stands" else time.time()
            self._answer(200, {"state": "up", "db": True, "time": now})
        elif self.path == "/whoami":
            mail = self._session()
            if mail and BREAK == "attacks":
                mail = f"{mail} {ATTACK}"
            self._answer(200 if mail else 403, {"account": {"mail": mail}} if mail else {"why": "sign in first"})
        else:
            self._answer(404, {"why": "nothing here"})

    def do_POST(self) -> None:
        """Signs in by the form's mail and secret."""
        form = parse_qs(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())
        mail, secret = form.get("mail", [""])[0], form.get("secret", [""])[0]
        if self.path != "/signin":
            return self._answer(404, {"why": "nothing here"})
        if not secret or PEOPLE.get(mail) != secret:
            why = "no such mail" if BREAK == "tells" and mail not in PEOPLE else "mail or secret is wrong"
            return self._answer(422, {"why": why})
        token = secrets.token_urlsafe(32)
        SESSIONS[token] = mail
        return self._answer(201, {"account": {"mail": mail}}, f"sid={token}; Path=/; HttpOnly; SameSite=Lax")

    def _session(self) -> str | None:
        pairs = [part.strip().partition("=") for part in self.headers.get("Cookie", "").split(";")]
        tokens = [value for name, _, value in pairs if name == "sid"]
        if BREAK == "forgets":
            return None
        return next((SESSIONS[token] for token in tokens if BREAK == "stumbles" or token in SESSIONS), None)

    def _answer(self, status: int, body: object, cookie: str = "") -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Set-Cookie": cookie}.items():
            if value:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def handle_one_request(self) -> None:
        """An error of its own is a 500, as on any platform."""
        try:
            super().handle_one_request()
        except KeyError as error:
            self._answer(500, {"why": f"KeyError: {error}"})


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Small).serve_forever()
