"""A page's sockets: below `writes` nothing leaves them but the profile's ping, and to other origins none is opened."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from websockets.datastructures import Headers
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve

from plumbline.elsewhere.permission import Level
from tests.browsing import browsing
from tests.sites import Site, site

if TYPE_CHECKING:
    from websockets.typing import Data

TALKS = """<script>
const line = new WebSocket("WHERE");
line.onopen = () => { line.send('{"type":"mark-read"}'); line.send('{"type":"ping"}'); };
line.onclose = () => { document.title = "closed"; };
</script>"""


@dataclass
class Talking:
    """A site with one page and a socket: what the page has said over it."""

    here: Site
    page: str = ""
    heard: list[Data] = field(default_factory=list)


@contextmanager
def talking() -> Iterator[Talking]:
    """The site, on a free port."""

    def page(_: ServerConnection, request: Request) -> Response | None:
        answer = Response(200, "OK", Headers({"Content-Type": "text/html"}), made.page.encode())
        return None if request.path == "/ws" else answer

    made = Talking(Site(""))
    with serve(made.heard.extend, "localhost", 0, process_request=page) as server:
        made.here.url = f"http://localhost:{server.socket.getsockname()[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield made
        server.shutdown()


@pytest.fixture
def here() -> Iterator[Site]:
    """The target's site."""
    with site() as made:
        yield made


PING, OTHER = '{"type":"ping"}', '{"type":"mark-read"}'


@pytest.mark.parametrize(("level", "heard"), [(Level.READONLY, [PING]), (Level.WRITES, [OTHER, PING])])
def test_a_page_says_no_more_than_the_run_may(level: Level, heard: list[str]) -> None:
    with talking() as place, browsing(place.here, level) as browser:
        place.page = TALKS.replace("WHERE", place.here.url.replace("http", "ws") + "/ws")
        browser.look_at(f"{place.here.url}/", lambda: PING in place.heard)

    assert place.heard == heard
    told = ["a message over the socket /ws of a page: this run is readonly"] if level < Level.WRITES else []
    assert browser.platform.refused == told


def test_before_the_target_has_declared_itself_a_page_says_no_more_than_in_a_readonly_run() -> None:
    with talking() as place, browsing(place.here, Level.WRITES) as browser:
        browser.platform.declared = None
        place.page = TALKS.replace("WHERE", place.here.url.replace("http", "ws") + "/ws")
        browser.look_at(f"{place.here.url}/", lambda: PING in place.heard)

    assert place.heard == [PING]


def test_a_page_opens_no_socket_elsewhere(here: Site) -> None:
    with talking() as elsewhere, browsing(here) as browser:
        there = elsewhere.here.url.replace("http", "ws") + "/ws"
        here.pages["/"] = TALKS.replace("WHERE", there)
        browser.look_at(f"{here.url}/", lambda: browser.platform.refused)

    assert elsewhere.heard == []
    assert [text.partition(" from")[0] for text in browser.platform.refused] == [f"GET {elsewhere.here.url}/ws"]
