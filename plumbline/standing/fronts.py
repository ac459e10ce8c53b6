"""The TLS fronts of one own platform, and what its modes may say of them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from plumbline.asking.names import DOMAIN
from plumbline.judging.record import NotPossibleHere
from plumbline.standing.front import TRUSTED, UNTRUSTED, Front, certificates, may_come_from

if TYPE_CHECKING:
    from plumbline.target import Target


class Fronts:
    """The front that the platform may trust, and others of which it is not told."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._port = 0
        self._made: list[Front] = []
        self._trusted = self._new(Front(TRUSTED))

    def origin(self, name: str = "app") -> str:
        """Where the platform is reached by TLS under the host called `name`: `app` for pages, `api` for the API."""
        return self._trusted.origin(name)

    def lead_to(self, url: str) -> None:
        """Has the platform at this URL, of this machine, behind them."""
        self._port = urlsplit(url).port or 0
        for front in self._made:
            front.lead_to(self._port)

    def untrusted(self, *, says_https: bool) -> str:
        """The origin of a front of which the platform was not told, whether or not that says that it has TLS."""
        if not may_come_from(UNTRUSTED):
            raise NotPossibleHere(f"needs a second address of this machine: sudo ifconfig lo0 alias {UNTRUSTED}")
        front = self._new(Front(UNTRUSTED, says_https=says_https))
        front.lead_to(self._port)
        return front.origin()

    def close(self) -> None:
        """Ends them all."""
        with ExitStack() as ending:
            for front in self._made:
                ending.callback(front.close)

    def _new(self, front: Front) -> Front:
        self._made.append(front)
        for name in ("app", "api"):
            self._target.trust(front.origin(name), certificates()[1])
        return front


def modes_of(target: Target, names: str, told: str = "") -> list[Mapping[str, str]]:
    """What the profile says of each of these modes; NotPossibleHere where it lacks one, or says nothing of `told`."""
    known = target.profile.modes
    for name in names.split():
        if name not in known:
            raise NotPossibleHere(f"needs [modes.{name}] in {target.path}")
    modes = [known[name] for name in names.split()]
    if told and not any(f"{{{told}}}" in text for mode in modes for text in mode.values()):
        raise NotPossibleHere(f"needs {{{told}}} in [modes.{names}] of {target.path}, at the setting that is for it")
    return modes


def placed(fronts: Fronts | None, url: str) -> dict[str, str]:
    """What the placeholders of modes stand for; without fronts, both origins are where the platform listens."""
    page, api = (fronts.origin("app"), fronts.origin("api")) if fronts else (url, url)
    return {
        "proxy": TRUSTED, "domain": DOMAIN, "page_origin": page, "api_origin": api,
        "page_host": urlsplit(page).hostname or "", "api_host": urlsplit(api).hostname or "",
    }  # fmt: skip
