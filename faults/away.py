"""A served platform whose database goes away, for probes: what is asked of it meanwhile, and what came back."""

from __future__ import annotations

import contextlib
import os
import signal
import urllib.error
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from faults.served import Answer, Served

OTHERS = "datname = %s and pid <> pg_backend_pid()"


@contextlib.contextmanager
def without_database(served: Served) -> Iterator[None]:
    """Inside, the server ends the platform's connections and lets nobody connect to its database."""
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    name = str(conninfo_to_dict(served.database_url)["dbname"])
    with psycopg.connect(served.database_url, dbname="postgres", autocommit=True, connect_timeout=2) as server:
        quoted = psycopg.sql.Identifier(name)
        allow = psycopg.sql.SQL("alter database {} allow_connections {}")
        server.execute(allow.format(quoted, psycopg.sql.Literal(False)))  # noqa: FBT003 - SQL's own
        server.execute(f"select pg_terminate_backend(pid) from pg_stat_activity where {OTHERS}".encode(), [name])
        try:
            yield
        finally:
            server.execute(allow.format(quoted, psycopg.sql.Literal(True)))  # noqa: FBT003 - SQL's own


@contextlib.contextmanager
def with_frozen_connections(served: Served) -> Iterator[None]:
    """Inside, what the platform says over the connections that it has open is not answered."""
    pids = [pid for (pid,) in served.sql(
        "select pid from pg_stat_activity where application_name = 'platform' and datname = current_database()"
    )]  # fmt: skip
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def told(ask: Callable[[], Answer]) -> object:
    """The status and the JSON of an answer; "no answer" where none came."""
    try:
        answer = ask()
    except (OSError, urllib.error.URLError):
        return "no answer"
    body = answer.json() if answer.text.startswith("{") else {}
    return [answer.status, body.get("databaseConnected")]
