"""The sessions of a check's own platform, and their end moved in every store that holds them."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from plumbline.deadlines import wait_until
from plumbline.record import NotPossibleHere

if TYPE_CHECKING:
    from plumbline.own import OwnPlatform

SHORT_LIFE = 1
"""Seconds that sessions live where their end cannot be moved."""


class Sessions:
    """All sessions of an own platform: it is the check's alone."""

    def __init__(self, platform: OwnPlatform) -> None:
        self._platform = platform
        self._store = platform.profile.session

    def expire_in(self, seconds: int) -> None:
        """Moves the end of every session to `seconds` from now, negative for the past, in every store.

        Where the suite cannot reach the store, or the platform keeps its sessions elsewhere, the past is reached
        by waiting: the platform starts again with a short life for sessions, who was logged in logs in anew,
        and that life passes.
        """
        if self._moved(seconds):
            if self._store.cached:
                self._move_cached(seconds)
        elif seconds < 0:
            self._outlive()

    def _moved(self, seconds: int) -> bool:
        """Whether there was a session in the database to move."""
        statement = self._store.move_expiry
        offered = "database" in self._platform.profile.offers
        return bool(statement and offered and self._platform.database.execute(statement, seconds=seconds))

    def _move_cached(self, seconds: int) -> None:
        """Rewrites the end in the cached copies; they stay, so that the platform has to look at it.

        A copy that names no end ends with its key.
        """
        server, number = self._platform.redis
        end = (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        with server.connect(number) as redis:
            keys = redis.command("KEYS", self._store.cached)
            for key in keys if isinstance(keys, list) else []:
                text = redis.command("GET", str(key))
                moved = _with(text, self._store.expires, end) if isinstance(text, str) else None
                if moved is not None:
                    redis.command("SET", str(key), moved, "KEEPTTL")
                else:
                    redis.command("EXPIRE", str(key), seconds)

    def _outlive(self) -> None:
        if not self._store.life_setting:
            raise NotPossibleHere("needs session.life_setting in the profile, or sessions where SQL reaches them")
        self._platform.restart(**{self._store.life_setting: str(SHORT_LIFE)})
        for client, name in self._platform.logged_in:
            client.login(self._platform.account(name))
        over = time.monotonic() + SHORT_LIFE + 0.1
        wait_until(lambda: time.monotonic() >= over, within=SHORT_LIFE + 1)


def _with(text: str, path: str, value: str) -> str | None:
    """JSON with another value at a dotted path; None where it has no such path."""
    try:
        document = json.loads(text)
    except ValueError:
        return None
    *outer, last = path.split(".")
    place = document
    for key in outer:
        place = place.get(key, {}) if isinstance(place, dict) else {}
    if not isinstance(place, dict) or last not in place:
        return None
    place[last] = value
    return json.dumps(document)
