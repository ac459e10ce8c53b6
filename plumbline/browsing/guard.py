"""What stands between a page and the network: nothing leaves a browser that this run may not send.

Three locks on a target that is not ours. Each request of a context is judged before it goes out; each hop of a
redirect, and whatever else the first does not see (shared workers, what a page sends as it goes), by the browser's own
protocol; and names other than the target's do not resolve.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from plumbline.asking.names import DOMAIN, LOOPBACK, is_of_this_run
from plumbline.asking.pool import agent
from plumbline.browsing.pins import pins
from plumbline.elsewhere.permission import PORTS, Level, PermissionRefused, plain_origin
from plumbline.harmless import harmless
from plumbline.judging.record import Blocked

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, CDPSession, Request, Response, Route, WebSocketRoute

    from plumbline.target import Target

NOBODYS_END = ".invalid"
"""Names that end so are nobody's (RFC 2606): no other machine is asked whose they are."""

POLICY = 1008
"""The code that closes a socket for what it would be used for (RFC 6455, 7.4.1)."""

SHOWN = 200
"""Characters of an address that a message shows."""


class Guard:
    """The permission of a run in its browser's contexts. What it refuses is noted at the target."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self._remote = not target.profile.managed
        self._judged: Counter[tuple[str, str]] = Counter()
        """Method and address of what has been let out of a page, and has taken its turn."""
        self._session: CDPSession | None = None

    @property
    def needed(self) -> bool:
        """Whether there is anything to refuse or to add; asking costs each request of a page a millisecond."""
        profile = self.target.profile
        return self._remote or self.target.level < Level.WRITES or bool(profile.never or profile.headers)

    def arguments(self) -> list[str]:
        """What the browser is started with."""
        if not self._remote:
            return [f"--host-resolver-rules=MAP *.{DOMAIN} {LOOPBACK}, MAP *{NOBODYS_END} ~NOTFOUND"]
        ours = sorted(self.target.permission.origins)
        rules = [f"MAP {each} {each}" for each in map(_address, (*ours, *self.target.profile.remote.third_parties))]
        found = [f"--host-resolver-rules={', '.join([*rules, 'MAP * ~NOTFOUND'])}", "--no-proxy-server"]
        if self.target.profile.remote.ca_file:
            secure = [origin for origin in ours if origin.startswith("https:")]
            found.append(f"--ignore-certificate-errors-spki-list={','.join(pins(secure, self.target.tls_context))}")
        return found

    def vouches_for(self, url: str) -> bool:
        """Whether this is a front of this process', whose authority no browser knows: never one that is reached."""
        return not self._remote and is_of_this_run(url) and plain_origin(url) in self.target.trusted

    def options(self, own_agent: Callable[[], str]) -> dict[str, Any]:
        """What a context is made with."""
        blocked = {"service_workers": "block"} if self.needed else {}
        return blocked | ({"user_agent": f"{own_agent()} {agent(self.target)}"} if self._remote else {})

    def stand_in(self, context: BrowserContext, *, logs_in: bool = False) -> None:
        """Has every request of a context judged, and every message over its sockets.

        `logs_in`: a check logs in there, by the page's own form.
        """
        if not self.needed:
            return
        context.route("**/*", lambda route: self._route(route, logs_in=logs_in))
        context.route_web_socket(re.compile(""), self._open)
        if self._remote:
            context.on("response", self._heed)

    def watch(self, browser: Browser) -> None:
        """Has everything judged that leaves a browser by whatever way."""
        if self._session is not None or not self.needed:
            return
        session = self._session = browser.new_browser_cdp_session()
        session.on("Fetch.requestPaused", lambda event: self._leave(session, event))
        session.send("Fetch.enable", {"patterns": [{"urlPattern": "http*"}]})

    def _route(self, route: Route, *, logs_in: bool) -> None:
        request = route.request
        if self._refuses(request.method, request.url, lambda: _page_of(request), logs_in=logs_in):
            route.abort("blockedbyclient")
        else:
            self._judged[request.method, _bare(request.url)] += 1
            route.continue_()

    def _leave(self, session: CDPSession, event: dict[str, Any]) -> None:
        """A request, the hops of a redirect too; whatever was let out of a page has taken its turn already."""
        from playwright.sync_api import Error

        answer: dict[str, Any] = {"requestId": event["requestId"]}
        asked, led = event["request"], "redirectedRequestId" in event
        key = asked["method"], _bare(asked["url"])
        waited = not led and self._judged[key] > 0
        self._judged[key] -= waited
        with suppress(Error):  # the browser is closed
            if self._refuses(*key, lambda: "a redirect" if led else "a page", waited=waited, logs_in=waited):
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
        if self._remote or self.target.level < Level.WRITES:  # elsewhere a run that may write may not always
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

    def _refuses(
        self, method: str, url: str, page: Callable[[], str], *, waited: bool = False, logs_in: bool = False
    ) -> bool:
        """Whether this must not go out; where it may, returns when it may."""
        origin, path = plain_origin(url), urlsplit(url).path or "/"
        try:
            self.target.permission.may_load(method, origin, path, logs_in=logs_in)
            self._keep_secrets(origin, url)
            if origin in self.target.origins and not waited:
                self.target.pace.take()
        except PermissionRefused as refusal:
            self._note(f"{method} {self._shown(url)} from {page()}: {refusal.why}")
            return True
        except Blocked:
            return True
        return False

    def _keep_secrets(self, origin: str, url: str) -> None:
        """An address of somebody else's holds nothing that logs in; third parties are read from, so no body does."""
        if self._remote and origin not in self.target.origins and self.target.secrets.mask(url) != url:
            raise PermissionRefused(origin, "it holds a secret, and these go to the target's own origins alone")

    def _note(self, text: str) -> None:
        if text not in self.target.refused:
            self.target.refused.append(text)

    def _shown(self, url: str) -> str:
        """The path alone where it is the target's own; never a query, which may hold a secret."""
        origin, path = plain_origin(url), urlsplit(url).path or "/"
        return harmless(path if origin in self.target.origins else origin + path)[:SHOWN]


def _bare(url: str) -> str:
    return url.partition("#")[0]


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
