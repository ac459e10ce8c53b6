"""A platform that runs somewhere else: it names its release, keeps sessions and notes, and knows what it was asked."""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PASSWORD = "nobody-has-published-this"
VARIABLE = "DEPLOYED_PASSWORD"

PROFILE = f"""
name   = "deployed"
absent = ["/api/auth/session"]
cookie = "sid"

[remote]
origins = ORIGINS
limits  = {{ requests_per_second = 200, logins_per_minute = 200 }}
release = {{ answers = 2, within = WITHIN }}

[accounts.admin]
username     = "ada@example.invalid"
password_env = "{VARIABLE}"
login        = "/login"

[paths]
"/api/auth/me"     = "/me"
"/api/auth/logout" = "/logout"

[me]
user = "mail"
role = ""

[login]
username = "mail"
password = "secret"

[health]
path       = "/health"
database   = ""
storage    = ""
migrations = ""
timestamp  = "time"
"""


@dataclass
class Deployed:
    """What the tests tell it to say, and what it has heard. `release` is asked for each answer of health."""

    origin: str = ""
    release: Callable[[], str] = lambda: "old"
    status: int = 200
    """Of health."""
    sessions: set[str] = field(default_factory=set)
    asked: list[tuple[str, str]] = field(default_factory=list)
    user: str = "ada@example.invalid"
    """Whom it calls the one who is logged in."""
    well: str = "ok"
    """What health says of it."""
    installation: str = "a1"
    disposable: bool = True
    """What health says of it."""
    notes: dict[int, dict[str, object]] = field(default_factory=dict)
    people: dict[int, dict[str, str]] = field(default_factory=dict)
    """Who has registered, by id, in the order of it."""
    lenient: bool = False
    """Whether it lets people register with an e-mail that is taken."""
    whose: dict[str, str] = field(default_factory=dict)
    """The sessions of those who have registered."""
    welcomes: bool = False
    """Whether who registers is logged in at once."""
    locked: bool = False
    """Whether notes stay, whoever wants to remove them."""
    listing: Callable[[], None] = lambda: None
    """What happens while the notes are listed."""

    def profile(self, *more_origins: str, within: float = 1) -> str:
        """A profile of it, as text."""
        origins = json.dumps([self.origin, *more_origins])
        return PROFILE.replace("ORIGINS", origins).replace("WITHIN", str(within))

    def count(self, path: str) -> int:
        """How often it was asked for a path."""
        return sum(asked.partition("?")[0] == path for _, asked in self.asked)


@contextmanager
def deployed(release: str = "old") -> Iterator[Deployed]:
    """The platform, on a free port."""

    class Answering(_Answering):
        here = Deployed(release=lambda: release)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    Answering.here.origin = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield Answering.here
    server.shutdown()
    server.server_close()


class _Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    here: Deployed

    def do_GET(self) -> None:
        """Health, or who is logged in."""
        here = self.here
        here.asked.append(("GET", self.path))
        path = self.path.partition("?")[0]
        if path == "/health":
            body = {"status": here.well, "release": here.release(), "time": time.time()}
            return self._answer(here.status, {**body, "id": here.installation, "disposable": here.disposable})
        if path.startswith("/notes") and self._session() in here.sessions:
            return self._read_notes(path.removeprefix("/notes"))
        if path == "/me" and self._session() in here.sessions:
            return self._answer(200, {"mail": here.whose.get(self._session(), here.user)})
        if path.startswith("/people/") and self._session() in here.sessions:
            found = here.people.get(int(path.rpartition("/")[2]))
            return self._answer(200 if found else 404, found)
        return self._answer(401 if path == "/me" else 404, {})

    def do_POST(self) -> None:
        """Logs in, or out."""
        here = self.here
        here.asked.append(("POST", self.path))
        sent = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or "{}")
        if self.path == "/logout":
            here.sessions.discard(self._session())
            return self._answer(200, {})
        if self.path == "/logout-everywhere":
            here.sessions.clear()
            return self._answer(200, {})
        if self.path == "/notes":
            number = len(here.notes) + 1
            here.notes[number] = {**sent, "id": number}
            return self._answer(201, {"note": {"id": number}})
        if self.path == "/signup":
            return self._sign_up(sent)
        return self._log_in(str(sent.get("mail")), sent.get("secret"))

    def do_DELETE(self) -> None:
        """Removes a note, or somebody."""
        here, number = self.here, int(self.path.rpartition("/")[2])
        here.asked.append(("DELETE", self.path))
        kept: dict[int, Any] = here.people if self.path.startswith("/people/") else here.notes
        there = number in kept
        if there and not here.locked:
            del kept[number]
        self._answer(409 if here.locked else 200 if there else 404, {})

    def _sign_up(self, sent: dict[str, str]) -> None:
        here, number = self.here, len(self.here.people) + 1
        if not here.lenient and any(one["email"].lower() == sent["email"].lower() for one in here.people.values()):
            return self._answer(409, {})
        here.people[number] = sent
        if not here.welcomes:
            return self._answer(201, {"id": number})
        here.sessions.add(sid := secrets.token_urlsafe(32))
        return self._answer(201, {"id": number}, f"sid={sid}; Path=/; HttpOnly")

    def _log_in(self, mail: str, password: str | None) -> None:
        here, known = self.here, {one["email"]: one["password"] for one in self.here.people.values()}
        if password != known.get(mail, PASSWORD):
            return self._answer(401, {})
        here.sessions.add(sid := secrets.token_urlsafe(32))
        if mail in known:
            here.whose[sid] = mail
        return self._answer(200, {"mail": here.whose.get(sid, "ada@example.invalid")}, f"sid={sid}; Path=/; HttpOnly")

    def _read_notes(self, one: str) -> None:
        here = self.here
        if one:
            found = here.notes.get(int(one.lstrip("/")))
            return self._answer(200 if found else 404, found)
        here.listing()
        return self._answer(200, list(here.notes.values()))

    def _session(self) -> str:
        carried = SimpleCookie(self.headers.get("Cookie", "")).get("sid")
        return carried.value if carried else ""

    def _answer(self, status: int, body: object, cookie: str = "") -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if cookie:
            self.send_header("Set-Cookie", cookie)
        with suppress(ConnectionError):  # whoever asked was killed meanwhile
            self.end_headers()
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as its base has it
        """Not to the terminal."""
