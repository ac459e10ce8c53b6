"""Somebody registers, changes their password, is disabled: by the profile's steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from plumbline.asking.exchange import OK, REGISTERED, TAKEN, dotted, parsed
from plumbline.asking.meaning import REDIRECTS, shows
from plumbline.asking.steps import walk

if TYPE_CHECKING:
    from plumbline.asking.client import Client
    from plumbline.asking.exchange import Answer
    from plumbline.profile import Account


def register(client: Client, values: Mapping[str, str]) -> Answer:
    """The answer that ends a registration: it means that somebody is registered, that the e-mail is taken, or else."""
    how = client.target.profile.register
    answer = walk(how.steps, client.request, {**values, "origin": client.url})
    for meant, signs in ((REGISTERED, how.registered), (TAKEN, how.taken)):
        if any(shows(answer.exchange, sign) for sign in signs):
            return replace(answer, meaning=meant)
    return answer


def change_password(client: Client, account: Account, new: str) -> Account:
    """Whoever is logged in there changes their password; the account with the new one."""
    target = client.target
    values = {"username": account.username, "password": target.password(account), "new_password": new}
    answer = walk(target.profile.password_change.steps, client.request, {**values, "origin": client.url})
    _done(answer, "the change of the password")
    return replace(account, password=new, password_env="")


def disable(client: Client, whose: Client, account: Account) -> None:
    """Somebody who may do so disables the owner of an account, who is logged in at `whose`."""
    profile = client.target.profile
    number = dotted(parsed(whose.me().exchange.body), profile.me.id)
    values = {"username": account.username, "id": str(number), "origin": client.url}
    _done(walk(profile.disabling.steps, client.request, values), "the disabling")


def _done(answer: Answer, what: str) -> None:
    """AssertionError where the platform has refused; a redirect, wherever to, is as good as a plain yes."""
    if answer.meaning != OK and answer.status not in REDIRECTS:
        raise AssertionError(f"{what} is refused: {answer!r}: {answer.text[:200]}")
