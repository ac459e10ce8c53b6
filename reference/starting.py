"""Reaching the database at a start: with patience, and with a clear word when it is in vain."""

import asyncio
import re
import socket
import time
from typing import TYPE_CHECKING

import psycopg

from reference.database import CONNECT_LIMIT, Connection

if TYPE_CHECKING:
    from reference.assembly import Platform

EX_UNAVAILABLE = 69
"""Exit code of sysexits.h for a service that is away."""

FIRST_WAIT, LONGEST_WAIT = 0.02, 1.0
"""Seconds between two tries: the wait doubles from the first to the longest."""

MEANINGS = (
    ("resolve host|translate host name|gaierror", "the host name {host!r} is not found: check DATABASE_URL"),
    (
        "password authentication failed|no password supplied",
        "wrong password, or there is no role {user!r}: check DATABASE_URL",
    ),
    ('role ".*" does not exist', "there is no role {user!r}: check DATABASE_URL"),
    (
        'database ".*" does not exist',
        "there is no database {name!r} on that server: create it or check DATABASE_URL",
    ),
    (
        "no pg_hba.conf entry|is not permitted to log in",
        "the server does not let this role in: check its pg_hba.conf and the role",
    ),
    ("refused", "connection refused: nothing listens there, or not yet"),
    ("starting up", "the server is still starting up"),
    ("timeout", "no answer in time: check host, port and firewall"),
)
"""What the words of a failed connection mean. libpq gives text only, no code, before it is connected."""


class CannotReach(Exception):
    """The database cannot be used; its text is one line that says why, without the password."""


async def reach(platform: "Platform", deadline: float) -> Connection:
    """Return a connection, trying again with growing waits for *deadline* seconds; then CannotReach."""
    ends = time.monotonic() + deadline
    wait = FIRST_WAIT
    while True:
        try:
            left = max(0.1, min(ends - time.monotonic(), CONNECT_LIMIT))
            return await asyncio.wait_for(platform.database.connect(), left)
        except (psycopg.OperationalError, OSError, TimeoutError) as error:
            reason = told(platform, error)
        if time.monotonic() + wait >= ends:
            raise CannotReach(reason)
        platform.log.info("waiting for the database", reason=reason, wait_ms=round(wait * 1000))
        await asyncio.sleep(wait)
        wait = min(wait * 2, LONGEST_WAIT)


def told(platform: "Platform", error: Exception) -> str:
    """Return what *error* of a try to connect means: which of host, port, database, role is wrong."""
    known = platform.database.parameters()
    user, host, name = (str(known.get(key, "")) for key in ("user", "host", "dbname"))
    port = known.get("port", 5432)
    text = str(error)
    subject = f"database: user {user!r} at {host}:{port}"
    kind = "gaierror" if isinstance(error, socket.gaierror) else "timeout" if _slow(error) else ""
    for pattern, meaning in MEANINGS:
        if re.search(pattern, f"{text} {kind}"):
            return f"{subject}: {meaning.format(user=user, host=host, name=name)}"
    password = str(known.get("password") or "")
    first = next(iter(text.splitlines()), type(error).__name__)
    return f"{subject}: {first.replace(password, '***') if password else first}"


def _slow(error: Exception) -> bool:
    return isinstance(error, TimeoutError | psycopg.errors.ConnectionTimeout)
