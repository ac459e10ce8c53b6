"""The sessions of a check's own platform, and their end moved in every store that holds them."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Never

from plumbline.asking.cookies import seconds_to
from plumbline.deadlines import wait_until
from plumbline.judging.record import Blocked, NotPossibleHere
from plumbline.standing.session_presets import kept, move_expiry, quoted, seconds_left

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plumbline.asking.client import Client
    from plumbline.standing.own import OwnPlatform
    from plumbline.stores.redis import Connection

FOR_EVER = -1
"""How Redis calls the life of a key that has no end."""

SHORT_LIFE = 1
"""Seconds that sessions live where their end cannot be moved."""

ROW, COPY, KEY = "the row", "the copy in Redis", "the copy's key in Redis"
"""The places that name the end of a session."""

SETTLING = 2.0
"""Seconds that a platform has to write what it writes after its answer."""

KIND = (
    "SELECT format_type(atttypid, NULL) FROM pg_attribute"
    " WHERE attrelid = to_regclass(%(table)s) AND attname = %(column)s"
)


class Sessions:
    """All sessions of an own platform: it is the check's alone."""

    def __init__(self, platform: OwnPlatform) -> None:
        self._platform = platform
        self._store = platform.profile.session
        self._kept = kept(self._store)

    def expire_in(self, seconds: int) -> None:
        """Moves the end of every session to `seconds` from now, negative for the past, in every store.

        Where the suite cannot reach the store, or the platform keeps its sessions elsewhere, the past is reached
        by waiting: the platform starts again with a short life for sessions, who was logged in logs in anew,
        and that life passes.
        """
        if not self._moved(seconds) and seconds < 0:
            self._outlive()

    def not_in_redis_alone(self) -> None:
        """NotPossibleHere where they are: without Redis nobody is logged in there, and so it is meant."""
        if self._kept.keys and not self._kept.table and not self._store.move_expiry:
            raise NotPossibleHere("needs sessions that do without Redis: here it alone holds them ([session])")

    def held(self) -> dict[str, set[str]]:
        """What there is of sessions by the place that the profile names: the rows' versions, the copies in Redis."""
        places = {ROW: self.versions() if self._has_table else set(), COPY: set(self._dumps())}
        return {place: held for place, held in places.items() if held}

    def untouched(self, before: Mapping[str, set[str]], then: Mapping[str, set[str]]) -> list[str]:
        """The places in which all is still there that came between `before` and `then`."""
        now = self.held()
        came = {place: held - before.get(place, set()) for place, held in then.items()}
        return [place for place, new in came.items() if new and new <= now.get(place, set())]

    def forget_copies(self) -> None:
        """Deletes the copies in Redis of sessions that are in the database; nothing where Redis alone holds them."""
        if not self._kept.keys or not self._kept.table or "redis" not in self._platform.profile.offers:
            return
        server, number = self._platform.redis
        with server.connect(number) as redis:
            keys = redis.command("KEYS", self._kept.keys)
            for name in keys if isinstance(keys, list) else []:
                redis.command("DEL", str(name))

    @property
    def update_age(self) -> float:
        """Seconds after which a session that is used is extended; NotPossibleHere where the profile says nothing."""
        if not self._store.update_age:
            raise NotPossibleHere(
                "needs session.update_age in the profile: the seconds after which a session that is used is extended; "
                "where none ever is, say so in [unsupported]"
            )
        return self._store.update_age

    def grow_older(self, seconds: float) -> None:
        """Moves the end of every session to where it would stand if it had been extended so much earlier."""
        end = self.ends().get(ROW)
        if end is None:
            raise Blocked("SES-6", f"no session is in {self._kept.table}")
        if not self._moved(round(end - seconds)):
            raise NotPossibleHere("needs sessions whose end can be moved: set [session] in the profile")

    def ends(self) -> dict[str, float]:
        """Seconds from now to the latest end of a session, by the place that names it.

        NotPossibleHere where the profile does not name a table and the column of the end.
        """
        if not self._kept.column or "database" not in self._platform.profile.offers:
            raise NotPossibleHere("needs session.table and session.column in the profile: when a session ends")
        kind = self._kind()
        left = seconds_left(self._kept, str(kind)) or self._unknown(kind)
        found: list[tuple[str, float | None]] = [
            (ROW, self._platform.database.ask(f"SELECT max({left})::float8 FROM {quoted(self._kept.table)}"))  # noqa: S608
        ]
        for text, lives in self._copies():
            found += [(COPY, left_in(text, self._kept.expires)), (KEY, lives if lives >= 0 else None)]
        ends: dict[str, float] = {}
        for place, end in found:
            if end is not None:
                ends[place] = max(end, ends.get(place, end))
        return ends

    def unlike(self, ends: Mapping[str, float]) -> dict[str, str]:
        """The places that name another end than `ends`, half an update age from it or more, also a moment later."""

        def differing() -> dict[str, str]:
            now, most = self.ends(), self.update_age / 2
            other = {place: now[place] for place in ends if place in now and abs(now[place] - ends[place]) >= most}
            said = {place: f"ends in {_hours(end)}, not in {_hours(ends[place])}" for place, end in other.items()}
            return said if ROW in now else {**said, ROW: "is gone"}

        wait_until(lambda: not differing(), within=SETTLING)
        return differing()

    def versions(self) -> set[str]:
        """The rows of sessions as they are stored now: one that is written again is another version.

        NotPossibleHere where the profile names no table of theirs.
        """
        if not self._has_table:
            raise NotPossibleHere("needs sessions in the database: set session.store, or session.table, in the profile")
        rows = f"SELECT ctid::text || ' ' || xmin::text AS version FROM {quoted(self._kept.table)}"  # noqa: S608
        return {row["version"] for row in self._platform.database.rows(rows)}

    @property
    def _has_table(self) -> bool:
        return bool(self._kept.table) and "database" in self._platform.profile.offers

    def _moved(self, seconds: int) -> bool:
        """Whether every copy was there to move: a session that is left in one of its places lives on by it."""
        found = {"rows": self._move_rows(seconds)}
        leads = self._kept.needs[:1] == ("rows",)
        found["keys"] = self._move_keys(seconds) if found["rows"] or not leads else 0
        needs = self._kept.needs
        return all(found[place] for place in needs) if needs else any(found.values())

    def _move_rows(self, seconds: int) -> int:
        """How many sessions in the database were moved."""
        if "database" not in self._platform.profile.offers:
            return 0
        statement = self._store.move_expiry or (self._statement() if self._kept.table else "")
        return self._platform.database.execute(statement, seconds=seconds) if statement else 0

    def _statement(self) -> str:
        """The one for the table's column, by its type; empty where there need not be such a table."""
        kind = self._kind()
        if kind is None and not self._kept.needs:
            return ""
        return move_expiry(self._kept, str(kind)) or self._unknown(kind)

    def _kind(self) -> str | None:
        """The type of the table's column; None where it is not there."""
        table, column = quoted(self._kept.table), self._kept.column
        kind: str | None = self._platform.database.ask(KIND, table=table, column=column)
        return kind

    def _unknown(self, kind: str | None) -> Never:
        said = f"is of type {kind}" if kind else "is not in the database"
        raise NotPossibleHere(
            f"needs to know how {self._kept.table}.{self._kept.column} says when a session ends; it {said}: "
            "set session.table and session.column, or session.move_expiry, in the profile"
        )

    def _move_keys(self, seconds: int) -> int:
        """How many sessions in Redis were moved."""
        if not self._kept.keys or "redis" not in self._platform.profile.offers:
            return 0
        server, number = self._platform.redis
        with server.connect(number) as redis:
            keys = redis.command("KEYS", self._kept.keys)
            names = [str(key) for key in keys] if isinstance(keys, list) else []
            for name in names:
                self._move_key(redis, name, seconds)
        return len(names)

    def _copies(self) -> list[tuple[str | None, int]]:
        """The text of each copy in Redis, where the profile says what it is, and the seconds that its key lives."""
        if not self._kept.keys or "redis" not in self._platform.profile.offers:
            return []
        server, number = self._platform.redis
        with server.connect(number) as redis:
            keys = redis.command("KEYS", self._kept.keys)
            names = [str(key) for key in keys] if isinstance(keys, list) else []
            texts = [redis.command("GET", name) if self._kept.expires else None for name in names]
            lives = [redis.command("TTL", name) for name in names]
        return [
            (text if isinstance(text, str) else None, int(str(life))) for text, life in zip(texts, lives, strict=True)
        ]

    def _dumps(self) -> list[str]:
        """Each copy in Redis with what it holds, whatever kind of value that is."""
        if not self._kept.keys or "redis" not in self._platform.profile.offers:
            return []
        server, number = self._platform.redis
        with server.connect(number) as redis:
            keys = redis.command("KEYS", self._kept.keys)
            names = [str(key) for key in keys] if isinstance(keys, list) else []
            return [f"{name} {redis.command('DUMP', name)}" for name in names]

    def _move_key(self, redis: Connection, name: str, seconds: int) -> None:
        """Rewrites the end that a key's JSON names; its own life is moved where it is a copy, or the only one.

        A key that was made to live for ever does: that its session never ends is for the check to see.
        """
        end = (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        text = redis.command("GET", name) if self._kept.expires else None
        moved = _with(text, self._kept.expires, end) if isinstance(text, str) else None
        if moved is not None:
            redis.command("SET", name, moved, "KEEPTTL")
        lives = redis.command("TTL", name)
        sooner = isinstance(lives, int) and 0 < seconds < lives
        if (moved is None or self._kept.ends_with_key or sooner) and lives != FOR_EVER:
            redis.command("EXPIRE", name, seconds)

    def _outlive(self) -> None:
        if not self._store.life_setting:
            raise NotPossibleHere("needs session.life_setting in the profile, or sessions where SQL reaches them")
        self._platform.restart(**{self._store.life_setting: str(SHORT_LIFE)})
        for client, name in self._platform.logged_in:
            client.login(self._platform.account(name))
            kept_past_their_end(client)
        over = time.monotonic() + SHORT_LIFE + 0.1
        wait_until(lambda: time.monotonic() >= over, within=SHORT_LIFE + 1)


def kept_past_their_end(client: Client) -> None:
    """A browser drops a cookie whose time is over, and the platform would not be asked; who copied it sends it on."""
    for cookie in client.http.cookies.jar:
        cookie.expires = None


def left_in(text: str | None, path: str) -> float | None:
    """Seconds from now to the end that stands at a dotted path of a JSON; None where none does."""
    try:
        value = json.loads(text or "")
        for key in path.split("."):
            value = value[key]
        return seconds_to(datetime.fromisoformat(value))
    except (ValueError, LookupError, TypeError):
        return None


def _hours(seconds: float) -> str:
    return f"{seconds / 3600:.1f} h"


def _with(text: str, path: str, value: str) -> str | None:
    """JSON with another value at a dotted path; None where no text stands there."""
    try:
        document = json.loads(text)
    except ValueError:
        return None
    *outer, last = path.split(".")
    place = document
    for key in outer:
        place = place.get(key, {}) if isinstance(place, dict) else {}
    if not isinstance(place, dict) or not isinstance(place.get(last), str):
        return None
    place[last] = value
    return json.dumps(document)
