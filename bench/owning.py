"""What the checks of the smoke that want a platform of their own do; for the floors."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from bench import asked
from bench.asking import NO_LOGIN, OK, entered, expect, turned_away
from bench.wire.web import Http

if TYPE_CHECKING:
    from bench.wire.stores import Postgres, Redis


class Own(Protocol):
    """A platform on a database and a Redis space of its own, which outlive its processes."""

    def serve(self, **settings: str) -> int:
        """Starts it, in a new process; its port, as soon as it answers there."""

    def stop(self) -> None:
        """Ends it in order, and waits for that."""

    def kill(self) -> None:
        """Ends it at once."""

    def postgres(self) -> Postgres:
        """A connection to its database."""

    def redis(self) -> Redis:
        """A connection to its Redis space."""


def expire(own: Own, zone: str) -> None:
    """In a time zone: a session before and after its end."""
    admin = entered(own.serve(TZ=zone))
    database, redis = own.postgres(), own.redis()
    for seconds, meant in ((3600, OK), (-3600, NO_LOGIN)):
        database.ask(asked.MOVE_EXPIRY.format(seconds))
        end = (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        for key in redis.ask("KEYS", "sess:*"):
            content = json.loads(redis.ask("GET", key))
            content["cookie"]["expires"] = end
            redis.ask("SET", key, json.dumps(content), "KEEPTTL")
        expect(admin.get("/api/auth/me"), meant)
    turned_away(admin, None, *asked.GUARDED)
    own.kill()


def be_asked_for_health(own: Own) -> None:
    """Its health is asked, and its database whether it was."""
    port = own.serve()
    database = own.postgres()
    expect(Http(port).get(asked.HEALTH), OK)
    if not database.ask(asked.LAST_QUERY):
        raise RuntimeError("health did not ask its database")
    own.kill()


def restart(own: Own) -> None:
    """It is ended, in order and not, and started again: its session lives on."""
    cookie = entered(own.serve()).cookie
    for end in (own.stop, own.kill):
        end()
        expect(Http(own.serve(), cookie).get("/api/auth/me"), OK)
    own.kill()


SERVED = len(asked.ZONES) + 1 + 3
"""How many processes all of them take: one a zone, one for health, one that is restarted and what it becomes."""
