"""A platform of which only its origin is known: which of its answers say that our paths are not its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbline.asking.exchange import FORBIDDEN, NOT_LOGGED_IN
from plumbline.asking.meaning import LOGIN_PAGE, SUCCESS
from plumbline.asking.socket import PATH, UPGRADED
from plumbline.elsewhere.origins import NO_PROFILE
from plumbline.judging.record import NotPossibleHere

if TYPE_CHECKING:
    from collections.abc import Callable

    from plumbline.asking.exchange import Exchange
    from plumbline.target import Target

TOO_MANY, BROKEN = 429, 500


def heard(target: Target, recorded: Callable[[Exchange], None]) -> Callable[[Exchange], None]:
    """What a check's caller keeps its exchanges by: NotPossibleHere at the first that is no answer of our path."""
    if target.path != NO_PROFILE:
        return recorded

    def keep(exchange: Exchange) -> None:
        recorded(exchange)
        path = exchange.path.partition("?")[0]
        if exchange.status and path in _guessed(target) and not _knows(target, exchange):
            raise NotPossibleHere(
                f"needs a profile that says its paths: {path} answers {exchange.status}"
                f" (python -m plumbline new-profile {target.profile.remote.origins[0]} writes one)"
            )

    return keep


def _guessed(target: Target) -> set[str]:
    """The paths of ours at which a check takes the platform to have what the contract has there."""
    gets = {operation.example.partition("?")[0] for operation in target.contract.operations("GET")}
    return gets | {page.path for page in target.pages if page.path != LOGIN_PAGE} | {PATH}


def _knows(target: Target, exchange: Exchange) -> bool:
    """Whether an answer is one of this path: refused, broken, or with data; a page says nothing, nor does a 404."""
    kind = next((text for name, text in exchange.headers if name.lower() == "content-type"), "")
    meant = target.meaning(exchange)
    return (
        meant == NOT_LOGGED_IN
        or exchange.status in {UPGRADED, TOO_MANY}
        or exchange.status >= BROKEN
        or (exchange.status in SUCCESS and not kind.startswith("text/html"))
        or (exchange.path == PATH and meant == FORBIDDEN)
    )
