"""One login an account and worker: the session's cookies, for whoever asks first and everybody after."""

from __future__ import annotations

import threading
from collections.abc import Callable

from plumbline.client import Client
from plumbline.exchange import OK
from plumbline.record import Blocked


class Logins:
    """Sessions by account name, made when first asked for; safe to ask from the browser's thread too."""

    def __init__(self, caller: Callable[[str], Client]) -> None:
        """`caller` makes a client without a session, for a name."""
        self._caller = caller
        self._lock = threading.Lock()
        self._cookies: dict[str, dict[str, str]] = {}
        self._blocked: dict[str, Blocked] = {}

    def cookies(self, name: str) -> dict[str, str]:
        """The cookies of the account's session; Blocked by SES-1 where logging in does not work."""
        with self._lock:
            if name in self._blocked:
                raise self._blocked[name]
            if name not in self._cookies:
                client = self._caller(name)
                try:
                    self._cookies[name] = logged_in(client, name).cookies
                except Blocked as error:
                    self._blocked[name] = error
                    raise
                finally:
                    client.close()
            return self._cookies[name]


def logged_in(client: Client, name: str) -> Client:
    """`client`, logged in as the account called `name`; Blocked by SES-1 where that does not work."""
    answer = client.login(client.target.account(name))
    if answer.meaning != OK:
        raise Blocked("SES-1", f"{answer!r}")
    seen = client.me()
    if seen.meaning != OK:
        raise Blocked("SES-1", f"right after a login that said {answer.status}: {seen!r}")
    return client
