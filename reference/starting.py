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

FIRST_WAIT, LONGEST_WAIT = 0.02, 1.0
"""Seconds between two tries: the wait doubles from the first to the longest."""


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
    if isinstance(error, socket.gaierror) or re.search(r"resolve host|translate host name", text):
        return f"{subject}: the host name {host!r} is not found: check DATABASE_URL"
    if re.search(r"password authentication failed|no password supplied", text):
        return f"{subject}: wrong password, or there is no role {user!r}: check DATABASE_URL"
    if re.search(r'role ".*" does not exist', text):
        return f"{subject}: there is no role {user!r}: check DATABASE_URL"
    if re.search(r'database ".*" does not exist', text):
        return f"{subject}: there is no database {name!r} on that server: create it or check DATABASE_URL"
    if "no pg_hba.conf entry" in text or "is not permitted to log in" in text:
        return f"{subject}: the server does not let this role in: check its pg_hba.conf and the role"
    if "refused" in text:
        return f"{subject}: connection refused: nothing listens there, or not yet"
    if "starting up" in text:
        return f"{subject}: the server is still starting up"
    if isinstance(error, TimeoutError | psycopg.errors.ConnectionTimeout) or "timeout" in text:
        return f"{subject}: no answer in time: check host, port and firewall"
    password = str(known.get("password") or "")
    first = next(iter(text.splitlines()), type(error).__name__)
    return f"{subject}: {first.replace(password, '***') if password else first}"
