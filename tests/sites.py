"""Small web sites of this machine, for tests of what may be asked of a platform that is not ours."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    import trustme


@dataclass(frozen=True)
class Asked:
    """A request that a site has got; header names are small."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: str = ""


@dataclass
class Site:
    """Answers with its `pages`, `/to?URL` with a redirect there, and with `statuses` where it has been told."""

    url: str
    pages: dict[str, str] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    locations: dict[str, str] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    @property
    def seen(self) -> list[tuple[str, str]]:
        """Method and path of each request."""
        return [(one.method, one.path) for one in self.asked]


@contextmanager
def site(authority: trustme.CA | None = None, name: str = "localhost") -> Iterator[Site]:
    """A site on a free port; with an authority, on https under a certificate of its for `name`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answering)
    if authority is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name).configure_cert(context)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    scheme = "https" if authority else "http"
    made = _Answering.sites[server.server_port] = Site(f"{scheme}://localhost:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()


class _Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    sites: dict[int, Site] = {}  # noqa: RUF012 - one for all servers of this process

    def _answer(self) -> None:
        here = self.sites[self.server.server_port]  # type: ignore[attr-defined]  # a server of HTTP
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        here.asked.append(Asked(self.command, self.path, headers, body))
        path, query = urlsplit(self.path).path, urlsplit(self.path).query
        self.send_response(302 if path == "/to" else here.statuses.get(path, 200))
        if path == "/to" or path in here.locations:
            self.send_header("Location", here.locations.get(path, unquote(query)))
        if path in here.cookies:
            self.send_header("Set-Cookie", here.cookies[path])
        text = here.pages.get(path, "").encode()
        self.send_header("Content-Type", "text/html")
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = _answer  # noqa: N815 - http.server's names

    def log_message(self, *_: object) -> None:
        """Says nothing."""
