"""The login form as somebody uses it in a browser: opens a page, types, presses, and looks where that leads."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, parse_qsl, unquote, unquote_plus, urlencode, urlsplit

from plumbline.asking.logins import leave
from plumbline.asking.meaning import LOGIN_PAGE
from plumbline.browsing.diary import READ
from plumbline.browsing.form_fields import FormFields, Words
from plumbline.browsing.form_session import FormSession, Sends
from plumbline.browsing.late import sent_late
from plumbline.browsing.visit import PATIENCE
from plumbline.deadlines import DeadlineMissed, eventually
from plumbline.elsewhere.bounds import may_be_named, may_log_in
from plumbline.elsewhere.leaving import a_login
from plumbline.elsewhere.permission import SAFE_METHODS, PermissionRefused, plain_origin
from plumbline.judging.record import NotPossibleHere

if TYPE_CHECKING:
    from playwright.sync_api import Dialog, Frame, Locator, Request, Response
    from playwright.sync_api import Page as Tab

    from plumbline.asking.client import Client
    from plumbline.asking.exchange import Answer
    from plumbline.profile import Account

WITHIN = 15.0
"""Seconds for whatever a person would wait for: a login is more work than a page, on a machine that is busy."""

FAILED, BROKEN = 400, 500
SHOWN, MOST = 200, 6
"""Characters of a page, and answers, that a message shows."""

A_TURN = "() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))"
"""Resolves when the page has had its turn with what came before."""

BACK_TO = ("next", "redirect", "redirect_to", "redirectTo", "return_to", "returnTo", "returnUrl", "callbackUrl",
           "continue", "from", "url", "goto")  # fmt: skip
"""What the address of a login page usually calls the page to go back to."""


class LoginForm:
    """One browser of somebody who is not logged in. All in the browser's thread."""

    def __init__(self, tab: Tab, client: Client) -> None:
        """`client` asks who this browser is, and ends its session."""
        self.tab, self._client, self._target = tab, client, client.target
        profile = self._target.profile
        described = profile.pages or profile.contract == "closed"
        self._pages = {page.path: page for page in self._target.pages} if described else {}
        page = self._pages.get(LOGIN_PAGE)
        name, password, *_ = (*page.fields, "", "") if page else ("", "")
        self._described = bool(name or password)
        self._fields = FormFields(tab, Words(name, password, page.send if page else ""))
        self._at, self._typed, self._before = "", "", set[str]()
        """Where the form was seen first, the password, and what was to be read before it was sent."""
        self._asked: list[Request] = []
        self._answers: list[tuple[float, Response]] = []
        """Seconds and answer, of documents and scripts' calls, since the form was sent."""
        self._began = time.monotonic()
        self._document = 0  # the status of the page that is open
        self._led_to: list[str] = []  # addresses since the form was sent, those that led on too
        self._dialogs: list[str] = []
        self._sends, self._session = Sends(tab, self._target), FormSession(tab, client)
        tab.context.on("request", self._ask)
        tab.on("response", self._answer)
        tab.on("framenavigated", self._come)
        tab.on("dialog", self._read)

    def open(self, path: str, query: str = "") -> LoginForm:
        """Goes to a page of the contract, and returns when the form is to be seen."""
        self._go(self._target.profile.path(path) + query)
        if not _comes(self.is_seen):
            self._fail(f"{path} shows no login form to somebody who is not logged in: {self.state}")
        self._at = self.tab.url
        return self

    def reload(self) -> None:
        """Loads the page anew."""
        self.tab.reload(wait_until="domcontentloaded", timeout=PATIENCE)

    def is_seen(self) -> bool:
        """Whether the form is on the page; where the password is asked for in a second step, the first one."""
        first = self._path == urlsplit(self._at or self.tab.url).path and self._fields.name.is_visible()
        return first or self._fields.password.is_visible()

    def log_in(self, account: Account, late: float = 0) -> None:
        """Types the account's name and password, sends them, and returns when the platform has answered.

        `late`: a login that a script sends gets to the platform so many seconds later.
        """
        password = self._target.password(account)
        may_be_named(self._target, account.username)
        may_log_in(self._target, [account.username, password])
        with a_login(self._target, account, self._client.url) as session:
            self._send(account.username, password, late)
            session.append(self._session.keep() if account in self._target.profile.accounts.values() else "")

    def _send(self, username: str, password: str, late: float) -> None:
        fields = self._fields
        self._sends.begin()
        if self._typed and not fields.name.is_visible():  # the second step of two
            self._go(self._at)
        self._typed, self._before = password, set(fields.said())
        if fields.name.is_visible():
            self._fill(fields.name, username)
        if not fields.password.is_visible():
            self._press(fields.name)
            eventually(
                fields.password.is_visible, within=WITHIN, why="the field for the password, after the name was sent"
            )
        self._fill(fields.password, password)
        self._answers, self._led_to, self._began = [], [], time.monotonic()
        with sent_late(self.tab, late) if late else nullcontext():
            self._press(fields.password)
        if not _comes(self._is_answered) and not self._sent:
            self._fail(f"{WITHIN:g} s after the form was sent there is no answer to a login: {self.state}")

    def _fill(self, field: Locator, text: str) -> None:
        if (at := plain_origin(self.tab.url)) not in self._target.origins:
            raise PermissionRefused(f"what logs in is typed at the target's own origins alone; this form is at {at}")
        self._fields.fill(field, text)

    def _press(self, field: Locator) -> None:
        self._sends.press()
        self._fields.press(after=field)

    def _is_answered(self) -> bool:
        self.tab.title()  # has the browser tell what it has to tell
        doors = self._target.permission.session_paths
        return any(
            urlsplit(answer.url).path in doors or self._typed.encode() in (answer.request.post_data_buffer or b"")
            for answer in self._sent
        )

    @property
    def _sent(self) -> list[Response]:
        """The answers to whatever is no mere question."""
        return [answer for _, answer in self._answers if answer.request.method not in SAFE_METHODS]

    def _fail(self, text: str) -> None:
        """The platform's red, unless this run may not send the form, or nobody has said how it looks."""
        refused = [said for said in self._target.refused if said.partition(" ")[0] not in SAFE_METHODS]
        if refused:
            raise NotPossibleHere(f"needs to send the login as the page does, which this run may not: {refused[-1]}")
        if self._described or self._document >= BROKEN or self.addresses_with_the_password():
            raise AssertionError(text)
        raise NotPossibleHere(
            f'needs a login form that is found: say where it is, [paths] "{LOGIN_PAGE}" of {self._target.path}, and its'
            f' labels and button, fields and send of ["{LOGIN_PAGE}"] in the file of pages that it names ({text})'
        )

    def expect_to_be_at(self, path: str) -> None:
        """AssertionError unless the login leads to this page of the contract, and no form is to be seen there."""
        from playwright.sync_api import expect

        wanted = self._target.profile.path(path)
        eventually(lambda: self._is_past(wanted), within=WITHIN, why=f"the browser to be logged in, at {wanted}")
        if (landed := self._path) != urlsplit(wanted).path:  # a page may lead on: then it does so whoever asks for it
            self._go(wanted)
            why = f"{wanted} to be where the login has led to, which is {landed}"
            eventually(lambda: self._path == landed, within=WITHIN, why=why)
        if page := self._pages.get(path):
            expect(self.tab.get_by_role("heading", level=1)).to_have_text(page.heading, timeout=PATIENCE)

    def expect_to_have_kept(self, query: str) -> None:
        """AssertionError unless the login has led on to an address with this query, be it for a moment."""
        wanted = set(parse_qsl(query.lstrip("?")))
        if not any(wanted <= set(parse_qsl(urlsplit(url).query)) for url in self._led_to):
            raise AssertionError(f"the login has led to {self._path} without {query}, which the link had")

    def _is_past(self, wanted: str) -> bool:
        ours = plain_origin(self.tab.url) in self._target.origins
        stays = self._path == urlsplit(self._at).path != urlsplit(wanted).path
        if not ours or stays or self._document >= FAILED or self.is_seen():
            raise AssertionError(self.state)
        return True

    def expect_to_be_told(self) -> None:
        """AssertionError unless the form is still there, and says something that it has not said before."""
        eventually(self._is_told, within=WITHIN, why="a message, and the form to try again")

    def _is_told(self) -> bool:
        self.tab.evaluate(A_TURN)
        new = [*self._dialogs, *(text for text in self._fields.said() if text not in self._before)]
        if not new or not self.is_seen() or any(answer.status >= BROKEN for answer in self._sent):
            raise AssertionError(self.state)
        return True

    def me(self) -> Answer:
        """Who the platform thinks that this browser is, by its cookies, or the bearer that its page has sent."""
        self._session.take()
        if self._target.profile.login.bearer:
            sent = [given for asked in self._asked if (given := asked.headers.get("authorization"))]
            if not sent and not self.is_seen():
                raise NotPossibleHere("needs a page that sends its bearer token: this one has sent none yet")
            self._client.bear(sent[-1].rpartition(" ")[2] if sent else "")
        return self._client.me()

    def addresses_with_the_password(self) -> list[str]:
        """What was asked with the password in its address, which logs and histories keep; without the query."""
        return [
            f"{asked.method} {urlsplit(asked.url).path}"
            for asked in self._asked
            if self._typed and any(self._typed in spelled(asked.url) for spelled in (unquote, unquote_plus))
        ]

    def log_in_to_go_to(self, address: str, account: Account) -> list[str]:
        """Opens the form by a link that names this address as the page to go back to, logs in, and lets it lead on.

        Gives what was asked of the address' site.
        """
        place = urlsplit(self._at)
        named = dict.fromkeys([*BACK_TO, *parse_qs(place.query)], address)
        self._go(place._replace(query=urlencode(named)).geturl())
        if _comes(self.is_seen):
            self.log_in(account)
            _comes(lambda: not self.is_seen() or self._asked_of(address))
            _comes(lambda: self.tab.evaluate(A_TURN) is None)
        return self._asked_of(address)

    def _asked_of(self, address: str) -> list[str]:
        host = address.strip("/\\").rpartition("/")[2]
        return [f"{asked.method} {asked.url}" for asked in self._asked if urlsplit(asked.url).hostname == host]

    @property
    def state(self) -> str:
        """Where the browser is, what is to be read there, and what it has been answered since the form was sent."""
        from playwright.sync_api import Error

        says, form = "", "no login form"
        with suppress(Error):  # it is on its way
            if seen := self.is_seen():
                form = "a login form"
            if seen or self._target.shows_values or not self._typed:  # else it may be for them alone
                says = " ".join(self._fields.said())[:SHOWN]
        asked = [f"{a.request.method} {urlsplit(a.url).path} {a.status} after {s:.2f} s" for s, a in self._answers]
        since = f"; since the form was sent: {', '.join(asked[:MOST])}" if asked else ""
        if told := self.addresses_with_the_password():
            since += f"; the password stood in the address of {', '.join(told[:MOST])}"
        return f"the browser is at {self._path} ({self._document}), with {form}, and reads {says!r}{since}"

    @property
    def _path(self) -> str:
        return urlsplit(self.tab.url).path

    def _go(self, path: str) -> None:
        from playwright.sync_api import Error

        url = path if "://" in path else self._client.url + path
        try:
            self.tab.goto(url, wait_until="domcontentloaded", timeout=PATIENCE)
        except Error as error:
            told = error.message.partition("\n")[0]
            raise AssertionError(f"{urlsplit(url).path} does not load: {told}") from None
        with suppress(Error):  # a form may wait for its scripts; a page that never ends loading is another matter
            self.tab.wait_for_load_state("load", timeout=PATIENCE)

    def close(self) -> None:
        """Closes the browser; on a platform that is not ours its session is ended first."""
        from playwright.sync_api import Error

        with suppress(Error):  # the browser has gone
            if self._typed:
                self._session.keep()  # it may have come late, or another has taken its place
            self.tab.context.close()
        leave(self._client)

    def _ask(self, request: Request) -> None:
        self._asked.append(request)

    def _answer(self, response: Response) -> None:
        request = response.request
        if request.is_navigation_request() and request.frame == self.tab.main_frame:
            self._document = response.status
            self._led_to.append(request.url)
        if request.resource_type in READ:
            self._answers.append((time.monotonic() - self._began, response))

    def _come(self, frame: Frame) -> None:
        if frame == self.tab.main_frame:
            self._led_to.append(frame.url)

    def _read(self, dialog: Dialog) -> None:
        self._dialogs.append(dialog.message)
        dialog.dismiss()


def _comes(question: Callable[[], object]) -> bool:
    """Whether a page does this in time; what goes wrong while it is on its way to another one is not yet."""
    try:
        eventually(question, within=WITHIN)
    except DeadlineMissed:
        return False
    return True
