"""Asks a platform that nobody has described: GET alone, without credentials, and no redirect is followed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from plumbline.asking.client import Client, NoAnswer
from plumbline.asking.meaning import REDIRECTS, SUCCESS
from plumbline.deadlines import DeadlineMissed
from plumbline.elsewhere.permission import Level, Permission
from plumbline.elsewhere.reach import connect
from plumbline.places import ROOT
from plumbline.profile import Limits, Profile, Remote
from plumbline.target import Target

if TYPE_CHECKING:
    from plumbline.asking.exchange import Answer

NOWHERE = "/plumbline-asks-for-what-is-not-there"
GONE = {404, 410}
WITHIN = 5.0
"""Seconds that one answer may take."""


class Undescribed(Target):
    """A target of which nobody has said which paths it has: any may be asked for, by GET and by nobody."""

    @property
    def permission(self) -> Permission:
        """What may be sent."""
        return replace(super().permission, level=Level.ANONYMOUS, routes=None)


class Asking:
    """The platform at an origin; every answer is asked for once."""

    def __init__(self, origin: str, ca_file: str, folder: Path) -> None:
        limits = Limits(100.0) if origin.startswith("http:") else Limits()  # plain http goes to this machine alone
        remote = Remote(origins=(origin,), allow="anonymous", ca_file=ca_file, limits=limits)
        profile = Profile(name="new", remote=remote)
        place = folder / "new.toml"
        self._target = Undescribed(profile, place, ROOT, Level.ANONYMOUS, run_mark="new-profile", today="")
        self.origin = origin
        self._asked: dict[str, Answer | None] = {}
        connect(origin, self._target.tls_for(origin))
        self._client = Client(self._target, origin, "nobody", lambda _: None)

    def answer(self, path: str) -> Answer | None:
        """What it says to this GET; None where it does not answer in time."""
        if path not in self._asked:
            try:
                self._asked[path] = self._client.get(path, within=WITHIN)
            except (NoAnswer, DeadlineMissed):
                self._asked[path] = None
        return self._asked[path]

    def close(self) -> None:
        """Gives the connections back."""
        self._client.close()

    def there(self, paths: Iterable[str]) -> Iterator[tuple[str, Answer]]:
        """Those of the paths that it has: it does not say the same of them as of one that cannot be."""
        nowhere = self.answer(NOWHERE)
        for path in paths:
            answer = self.answer(path)
            if answer is not None and answer.status not in GONE and not _alike(answer, nowhere):
                yield path, answer

    @property
    def everything(self) -> list[Answer]:
        """Every answer so far."""
        return [answer for answer in self._asked.values() if answer is not None]


def leads_to(answer: Answer) -> str:
    """The path of the same origin that a redirect leads to; empty where it is none, or leads elsewhere."""
    location = answer.headers.get("location", "") if answer.status in REDIRECTS else ""
    here, there = urlsplit(answer.exchange.url), urlsplit(urljoin(answer.exchange.url, location))
    return there.path if location and there.netloc == here.netloc else ""


def document(answer: Answer) -> dict[str, Any] | None:
    """The JSON object in an answer; None where there is none."""
    try:
        body = json.loads(answer.text)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def is_page(answer: Answer) -> bool:
    """Whether it is HTML."""
    return answer.status in SUCCESS and "html" in answer.headers.get("content-type", "")


def _alike(one: Answer, other: Answer | None) -> bool:
    """Whether two answers say the same: a platform drawn by its browser code answers everything with one page."""
    if other is None or one.status != other.status:
        return False
    if one.status in REDIRECTS:
        return leads_to(one) == leads_to(other)
    return one.status not in SUCCESS or one.text == other.text
