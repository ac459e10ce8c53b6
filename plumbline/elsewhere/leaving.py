"""What the client writes down of each login and log-out on a platform that is not ours: account and origin alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from plumbline.asking.exchange import NOT_LOGGED_IN, OK
from plumbline.elsewhere.permission import PermissionRefused, plain_origin
from plumbline.elsewhere.undisturbed import undisturbed

if TYPE_CHECKING:
    from plumbline.profile import Account
    from plumbline.target import Target


@contextmanager
def a_login(target: Target, account: Account, url: str) -> Iterator[list[str]]:
    """Writes down a login before it is sent, and after it what came of it: the session that is put into the list.

    A session is told from others in this process by it; empty where there is none. A login that was not let out is
    none; of one without an answer nobody knows.
    """
    session: list[str] = []
    if target.ledger is None:
        yield session
        return
    named = (name for name, known in target.profile.accounts.items() if known.username == account.username)
    with undisturbed():
        entry = target.ledger.login(next(named, account.username), plain_origin(url))
        try:
            yield session
        except PermissionRefused:
            session.append("")
            raise
        finally:
            if session:
                target.ledger.logged_in(entry, session[0])


def logged_out(target: Target, meaning: str, session: str) -> None:
    """Writes down that a session has ended, by what the answer to its log-out says."""
    if target.ledger is not None and meaning in {OK, NOT_LOGGED_IN}:
        target.ledger.logged_out(session)
