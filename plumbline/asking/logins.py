"""One login an account and worker: the session's cookies or bearer, for whoever asks first and everybody after.

On a platform that is not ours whatever was opened is ended again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress

from plumbline.asking.client import Client, NoAnswer
from plumbline.asking.exchange import OK
from plumbline.asking.steps import StepFailed
from plumbline.deadlines import DeadlineMissed
from plumbline.elsewhere.undisturbed import undisturbed
from plumbline.judging.record import Blocked, NotPossibleHere


class Logins:
    """Sessions by account name, made when first asked for; safe to ask from the browser's thread too."""

    def __init__(self, caller: Callable[[str], Client]) -> None:
        """`caller` makes a client without a session, for a name."""
        self._caller = caller
        self._lock = threading.Lock()
        self._clients: dict[str, Client] = {}
        self._sessions: dict[str, tuple[dict[str, str], dict[str, str]]] = {}
        self._blocked: dict[str, Blocked] = {}

    def cookies(self, name: str) -> dict[str, str]:
        """The cookies of the account's session; Blocked by SES-1 where logging in does not work."""
        return self._session(name)[0]

    def headers(self, name: str) -> dict[str, str]:
        """The headers that are the account's session, be it cookies or a bearer, for `carry`; Blocked likewise."""
        return self._session(name)[1]

    def _session(self, name: str) -> tuple[dict[str, str], dict[str, str]]:
        with self._lock:
            if name in self._blocked:
                raise self._blocked[name]
            if name not in self._sessions:
                client = self._clients[name] = self._caller(name)
                try:
                    logged_in(client, name)
                    self._sessions[name] = client.cookies, client.session_headers
                except Blocked as error:
                    self._blocked[name] = error
                    raise
                finally:
                    client.close()
            return self._sessions[name]

    def end(self) -> None:
        """Ends them; nobody asks for them any more."""
        with self._lock:
            for client in self._clients.values():
                leave(client)
            self._clients.clear()
            self._sessions.clear()


def logged_in(client: Client, name: str) -> Client:
    """`client`, logged in as the account called `name`; Blocked by SES-1 where that does not work."""
    answer = client.login(client.target.account(name))
    if answer.meaning != OK:
        raise Blocked("SES-1", f"{answer!r}")
    seen = client.me()
    if seen.meaning != OK:
        raise Blocked("SES-1", f"right after a login that said {answer.status}: {seen!r}")
    return client


def carry(client: Client, session: Mapping[str, str]) -> None:
    """Has a client send somebody's session from now on: the headers that carry it."""
    if "Authorization" in session:
        client.bear(session["Authorization"].removeprefix("Bearer "))
    for pair in filter(None, session.get("Cookie", "").split("; ")):
        name, _, value = pair.partition("=")
        client.set_cookie(name, value)


def leave(client: Client) -> None:
    """Closes a client; on a platform that is not ours the sessions that it has opened and not ended are ended first.

    One that cannot be ended is left to run out: whatever keeps it from ending, the run is over.
    """
    if not client.target.profile.managed:
        with undisturbed():
            for session in client.opened:
                with suppress(Blocked, DeadlineMissed, NoAnswer, NotPossibleHere, StepFailed):
                    _log_out(client, session)
            client.opened.clear()
    client.close()


def _log_out(client: Client, session: Mapping[str, str]) -> None:
    """Logs out of a session with its cookies or bearer alone, whatever the client itself holds by now."""
    again = Client(client.target, client.url, client.who, lambda _: None)
    try:
        carry(again, session)
        again.logout()
    finally:
        again.close()
