"""What a browser's login form does on a platform that is not ours: it sends once, and its session is ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from plumbline.asking.cookies import parts
from plumbline.asking.logins import carry
from plumbline.browsing.late import EVERYTHING
from plumbline.elsewhere.permission import SAFE_METHODS

if TYPE_CHECKING:
    from playwright._impl._api_structures import Cookie
    from playwright.sync_api import Page as Tab
    from playwright.sync_api import Route

    from plumbline.asking.client import Client
    from plumbline.target import Target


class Sends:
    """How often a page may send a login: once each time that the form is sent, by no wish of its own."""

    def __init__(self, tab: Tab, target: Target) -> None:
        self._target = target
        self._presses, self._let_out = 0, Counter[str]()
        """How often the form was sent, and what its page has sent since, by path."""
        if not target.profile.managed:
            tab.context.route(EVERYTHING, self._judge)

    def begin(self) -> None:
        """Somebody is about to log in."""
        self._presses, self._let_out = 0, Counter()

    def press(self) -> None:
        """The form is sent, or its first step is."""
        self._presses += 1

    def _judge(self, route: Route) -> None:
        method, path = route.request.method, urlsplit(route.request.url).path
        if method in SAFE_METHODS or path not in self._target.permission.entrances:
            route.fallback()
        elif self._let_out[path] < self._presses:
            self._let_out[path] += 1
            route.fallback()
        else:
            self._target.refused.append(f"{method} {path} from the page of the login form: nobody has sent it again")
            route.abort("blockedbyclient")


class FormSession:
    """The session of one browser, with which its client asks."""

    def __init__(self, tab: Tab, client: Client) -> None:
        self._tab, self._client = tab, client

    def keep(self) -> str:
        """Keeps it to be ended, whatever path it is for, and gives it as the ledger knows it; empty without one."""
        host = f".{urlsplit(self._client.url).hostname}"
        self._take(one for one in self._tab.context.cookies() if host.endswith(f".{one['domain'].lstrip('.')}"))
        if not self._client.cookies.get(self._client.target.profile.cookie):
            return ""
        session = dict(self._client.session_headers)
        if session not in self._client.opened:
            self._client.opened.append(session)
        return str(session)

    def take(self) -> None:
        """Has the client send the cookies that the browser would."""
        self._take(self._tab.context.cookies(self._client.url))

    def _take(self, cookies: Iterable[Cookie]) -> None:
        client = self._client
        client.http.cookies.clear()
        for cookie in cookies:
            name, value = cookie["name"], cookie["value"]
            if name == client.target.profile.cookie:
                client.target.secrets.register(value, f"session of {client.who}", also=parts(value))
            carry(client, {"Cookie": f"{name}={value}"})
