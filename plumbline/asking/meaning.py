"""What an answer says, in the suite's words, by the signs of the target's profile."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from plumbline.asking import exchange as words

if TYPE_CHECKING:
    from plumbline.asking.exchange import Exchange
    from plumbline.profile import Profile, Sign

SUCCESS = range(200, 300)
REDIRECTS = frozenset({301, 302, 303, 307, 308})
LOGIN_PAGE, LOGOUT = "/login", "/api/auth/logout"


def meaning(exchange: Exchange, profile: Profile) -> str:
    """What the answer says; `status 418` where the profile has no word for it."""
    statuses = profile.statuses
    if _sent_to_login(exchange, profile):  # where whoever has just logged out is sent too
        return words.OK if exchange.path == LOGOUT else words.NOT_LOGGED_IN
    for meant, signs in (
        (words.NOT_LOGGED_IN, statuses.not_logged_in),
        (words.FORBIDDEN, statuses.forbidden),
        (words.NOT_FOUND, statuses.not_found),
        (words.UNAVAILABLE, statuses.unavailable),
    ):
        if any(shows(exchange, sign) for sign in signs):
            return meant
    return words.OK if exchange.status in SUCCESS else f"status {exchange.status}"


def meaning_of_login(exchange: Exchange, profile: Profile) -> str:
    """The same of the answer that ends a login: where forms are sent, a redirect welcomes who is not refused."""
    if any(shows(exchange, sign) for sign in profile.statuses.login_refused):
        return words.REFUSED
    if exchange.status in REDIRECTS and _takes_forms(profile):
        return words.REFUSED if _sent_to_login(exchange, profile) else words.OK
    return meaning(exchange, profile)


def meaning_of_logout(exchange: Exchange, profile: Profile) -> str:
    """The same of the answer that ends a log-out: a redirect, wherever to, is as good as a plain yes."""
    return words.OK if exchange.status in REDIRECTS else meaning(exchange, profile)


def shows(exchange: Exchange, sign: Sign) -> bool:
    """Whether an answer has a sign: its status, and where the sign names them a redirect's path and a text."""
    return (
        exchange.status == sign.status
        and (not sign.location or _location(exchange) == sign.location)
        and sign.text in exchange.body.decode("utf-8", "replace")
    )


def _takes_forms(profile: Profile) -> bool:
    return profile.login.body == "form" or any(step.form for step in profile.login.steps)


def _sent_to_login(exchange: Exchange, profile: Profile) -> bool:
    """Whether an answer sends its reader to the login page, or to where the profile says instead."""
    signs = [sign for sign in profile.statuses.page_not_logged_in if exchange.status == sign.status]
    page = profile.path(LOGIN_PAGE)
    return any(_location(exchange) == (sign.location or page) and sign.text in exchange.body.decode("utf-8", "replace")
               for sign in signs)  # fmt: skip


def _location(exchange: Exchange) -> str:
    """The path that a redirect leads to."""
    return urlsplit(next((value for name, value in exchange.headers if name.lower() == "location"), "")).path
