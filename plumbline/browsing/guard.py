"""What stands between a page and the network: nothing leaves a browser that this run may not send.

Three locks on a target that is not ours. Each request of a context is judged before it goes out; each hop of a
redirect, which the first does not see, by the browser's own protocol; and names other than the target's do not resolve.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from plumbline.asking.pool import agent
from plumbline.browsing.pins import pins
from plumbline.elsewhere.permission import Level, PermissionRefused, plain_origin
from plumbline.harmless import harmless
from plumbline.judging.record import Blocked

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, CDPSession, Page, Request, Response, Route, WebSocketRoute

    from plumbline.target import Target

PORTS = {"http": 80, "https": 443}
POLICY = 1008
"""The code that closes a socket for what it would be used for (RFC 6455, 7.4.1)."""

SHOWN = 200
"""Characters of an address that a message shows."""


class Guard:
    """The permission of a run in its browser's contexts. What it refuses is noted at the target."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self._remote = not target.profile.managed

    @property
    def needed(self) -> bool:
        """Whether there is anything to refuse or to add; asking costs each request of a page a millisecond."""
        profile = self.target.profile
        return self._remote or self.target.level < Level.WRITES or bool(profile.never or profile.headers)

    def arguments(self) -> list[str]:
        """What the browser is started with."""
        if not self._remote:
            return []
        ours = sorted(self.target.permission.origins)
        rules = [f"MAP {each} {each}" for each in map(_address, (*ours, *self.target.profile.remote.third_parties))]
        found = [f"--host-resolver-rules={', '.join([*rules, 'MAP * ~NOTFOUND'])}", "--no-proxy-server"]
        if self.target.profile.remote.ca_file:
            secure = [origin for origin in ours if origin.startswith("https:")]
            found.append(f"--ignore-certificate-errors-spki-list={','.join(pins(secure, self.target.tls_context))}")
        return found

    def options(self, own_agent: Callable[[], str]) -> dict[str, Any]:
        """What a context is made with."""
        blocked = {"service_workers": "block"} if self.needed else {}
        return blocked | ({"user_agent": f"{own_agent()} {agent(self.target)}"} if self._remote else {})

    def stand_in(self, context: BrowserContext) -> None:
        """Has every request of a context judged, and every message over its sockets."""
        if not self.needed:
            return
        context.route("**/*", self._route)
        context.route_web_socket(re.compile(""), self._open)
        if self._remote:
            context.on("response", self._heed)

    def watch(self, page: Page) -> None:
        """Has the hops of a page's redirects judged as well; its popups are watched too."""
        profile = self.target.profile
        if not (self._remote or profile.never or profile.headers):
            return
        page.on("popup", self._watch_popup)
        session = page.context.new_cdp_session(page)
        session.on("Fetch.requestPaused", lambda event: self._hop(session, event))
        session.send("Fetch.enable", {"patterns": [{"urlPattern": "*"}]})

    def _watch_popup(self, page: Page) -> None:
        from playwright.sync_api import Error

        with suppress(Error):  # it is closed already
            self.watch(page)

    def _route(self, route: Route) -> None:
        request = route.request
        if self._refuses(request.method, request.url, lambda: _page_of(request)):
            route.abort("blockedbyclient")
        else:
            route.continue_()

    def _hop(self, session: CDPSession, event: dict[str, Any]) -> None:
        """A request, the hops of a redirect too: only these have to be judged here."""
        from playwright.sync_api import Error

        answer: dict[str, Any] = {"requestId": event["requestId"]}
        asked = event["request"]
        led = "redirectedRequestId" in event
        with suppress(Error):  # the page is closed
            if led and self._refuses(asked["method"], asked["url"], lambda: "a redirect"):
                session.send("Fetch.failRequest", {**answer, "errorReason": "BlockedByClient"})
            else:
                session.send("Fetch.continueRequest", answer | self._headers(asked))

    def _headers(self, asked: dict[str, Any]) -> dict[str, Any]:
        """The profile's headers go along to its own origins, hop by hop, and to nobody else."""
        ours = {name.lower(): value for name, value in self.target.headers.items()}
        if not ours:
            return {}
        own = ours if plain_origin(asked["url"]) in self.target.origins else {}
        kept = {name: value for name, value in asked["headers"].items() if name.lower() not in ours}
        return {"headers": [{"name": name, "value": value} for name, value in {**kept, **own}.items()]}

    def _open(self, line: WebSocketRoute) -> None:
        if self._refuses("GET", line.url, lambda: "a page"):
            line.close(code=POLICY)
            return
        server = line.connect_to_server()
        if self.target.level < Level.WRITES:
            line.on_message(lambda message: self._say(server, line.url, message))

    def _say(self, server: WebSocketRoute, url: str, message: str | bytes) -> None:
        try:
            self.target.permission.may_say(message, self.target.profile.socket.ping)
        except PermissionRefused as refusal:
            self._note(f"a message over the socket {self._shown(url)} of a page: {refusal.why}")
        else:
            server.send(message)

    def _heed(self, response: Response) -> None:
        if plain_origin(response.url) in self.target.origins:
            with suppress(Blocked):  # whoever asks next is told
                self.target.pace.heed(response.status, f"{response.request.method} {self._shown(response.url)}")

    def _refuses(self, method: str, url: str, page: Callable[[], str]) -> bool:
        """Whether this must not go out; where it may, returns when it may."""
        origin, path = plain_origin(url), urlsplit(url).path or "/"
        try:
            self.target.permission.may_load(method, origin, path)
            if origin in self.target.origins:
                self.target.pace.take()
        except PermissionRefused as refusal:
            self._note(f"{method} {self._shown(url)} from {page()}: {refusal.why}")
            return True
        except Blocked:
            return True
        return False

    def _note(self, text: str) -> None:
        if text not in self.target.refused:
            self.target.refused.append(text)

    def _shown(self, url: str) -> str:
        """The path alone where it is the target's own; never a query, which may hold a secret."""
        origin, path = plain_origin(url), urlsplit(url).path or "/"
        return harmless(path if origin in self.target.origins else origin + path)[:SHOWN]


def _page_of(request: Request) -> str:
    """`the page /dashboard`."""
    from playwright.sync_api import Error

    try:
        return f"the page {harmless(urlsplit(request.frame.url).path)[:SHOWN]}"
    except Error:  # a window that is opened by the request has no page yet
        return "a page"


def _address(origin: str) -> str:
    place = urlsplit(origin)
    return f"{place.hostname}:{place.port or PORTS[place.scheme]}"
