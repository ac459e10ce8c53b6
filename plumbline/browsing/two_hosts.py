"""A browser whose pages have their API on another host: the cookies that it keeps, and what its page may ask there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from plumbline.asking.exchange import Exchange
from plumbline.asking.meaning import meaning
from plumbline.browsing.late import ASKED_BY_SCRIPTS
from plumbline.browsing.login_form import A_TURN, WITHIN
from plumbline.deadlines import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Page as Tab
    from playwright.sync_api import Request, Response

    from plumbline.browsing.login_form import LoginForm
    from plumbline.profile import Profile

FETCH = """async url => {
  const answer = await fetch(url, {credentials: "include", redirect: "manual", headers: {Accept: "application/json"}});
  return [answer.status, await answer.text()];
}"""
"""What a script of the page gets from there; a redirect is no answer."""

NOT_TO_BE_READ = "net::ERR_FAILED"
"""How a browser that has an answer calls one that CORS keeps from a page's scripts."""


class TwoHosts:
    """One browser, its login form open on the pages' host. All in the browser's thread."""

    def __init__(self, tab: Tab, form: LoginForm, profile: Profile, api: str) -> None:
        """`api` is the origin of the API, and the browser's pages come from another."""
        self.form = form
        self._tab, self._profile, self._api = tab, profile, api
        self._answers: list[Response] = []
        self._pending: list[Request] = []
        self._kept_away: list[str] = []
        tab.on("response", self._hear)
        tab.on("request", self._ask)
        tab.on("requestfinished", self._end)
        tab.on("requestfailed", self._end)

    def dropped_cookies(self) -> list[str]:
        """The session cookies that were given to this browser, which keeps none: each as it came, but for its value."""
        name = self._profile.cookie
        kept = {cookie["name"] for cookie in self._tab.context.cookies()}
        given = [
            f"{urlsplit(answer.url).netloc} said Set-Cookie: {re.sub('=[^;]*', '=…', header['value'], count=1)}"
            for answer in self._answers
            for header in answer.headers_array()
            if header["name"].lower() == "set-cookie" and header["value"].startswith(f"{name}=")
        ]
        return [] if name in kept else given

    def asks_api(self, ours: str) -> str:
        """What the API answers to a script of the page, in our words; AssertionError where it cannot read it."""
        from playwright.sync_api import Error

        url = self._api + self._profile.path(ours)
        try:
            status, text = self._tab.evaluate(FETCH, url)
        except Error as error:
            place, told = urlsplit(self._tab.url), error.message.partition("\n")[0]
            raise AssertionError(f"a script of {place.netloc}{place.path} may not read GET {url}: {told}") from None
        asked = Exchange(
            method="GET", url=url, path=ours, who="the page", request_headers={}, request_body="", status=status,
            headers=(), body=text.encode(), seconds=0,
        )  # fmt: skip
        return meaning(asked, self._profile)

    def kept_from_the_page(self) -> list[str]:
        """What scripts of the pages asked of the API by themselves, and may not read."""
        wait_until(lambda: self._tab.evaluate(A_TURN) is None and not self._pending, within=WITHIN)
        return list(dict.fromkeys(self._kept_away))

    def _ask(self, request: Request) -> None:
        if request.url.startswith(f"{self._api}/") and request.resource_type in ASKED_BY_SCRIPTS:
            self._pending.append(request)

    def _end(self, request: Request) -> None:
        if request in self._pending:
            self._pending.remove(request)
            if request.failure == NOT_TO_BE_READ:
                self._kept_away.append(f"{request.method} {urlsplit(request.url).path}")

    def _hear(self, response: Response) -> None:
        self._answers.append(response)
