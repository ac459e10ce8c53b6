"""What the database server did in the check's time: its own log of statements and durations, and what still runs."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from plumbline.deadlines import wait_until
from plumbline.evidence.logs import tail

if TYPE_CHECKING:
    from plumbline.evidence.scene import Scene
    from plumbline.stores.postgres import Server

MOST = 4_000_000
"""Bytes of the server's log that are looked through: the end of it."""
ENTRIES = 3_000

ENTRY = re.compile(r"\S+ (?P<time>\S+) \S+ \[(?P<pid>\d+)\] (?:(?P<user>[^@\s]+)@(?P<database>\S+) )?(?P<said>.*)")
"""The beginning of an entry, by `log_line_prefix` of services/postgres.conf; what does not match goes on with one."""

STEP = re.compile(r"LOG:  duration: (?P<ms>[\d.]+) ms  ((parse|bind) |statement: $)")
"""What a prepared statement does before it is executed; and an empty one, by which a pool tries a connection."""
SLOW = 10.0
"""Milliseconds from which such a step is told."""

LATE = 1.0
"""Seconds for our own question to stand in the log: what came before it then stands there too."""

RUNNING = """
    SELECT pid, datname, usename, state, coalesce(wait_event_type || ' ' || wait_event, ''),
           extract(epoch FROM clock_timestamp() - query_start)::float, query,
           array_to_string(pg_blocking_pids(pid), ' ')
    FROM pg_stat_activity WHERE datname = ANY(%s) AND pid <> pg_backend_pid() ORDER BY query_start
"""


def activity(scene: Scene) -> str:
    """The statements on the databases of the check's copies, and what each connection does now; masked."""
    if scene.server is None:
        return ""
    names = set(scene.databases)
    head = f"databases: {', '.join(sorted(names))}; times are UTC; values of parameters are never logged\n"
    head += f"of a prepared statement, parse and bind are listed only from {SLOW:g} ms on\n"
    if any(copy.shared and copy.database for copy in scene.copies):
        head += "the shared platform's database is asked by other checks of this run too\n"
    mark = f"/* evidence {os.urandom(8).hex()} */"
    return scene.masked(head + _running(scene.server, sorted(names), mark) + _logged(scene, names, mark))


def _running(server: Server, names: list[str], mark: str) -> str:
    try:
        with server.administer() as connection:
            found = connection.execute(f"{mark}{RUNNING}".encode(), [names]).fetchall()
    except Exception as error:  # noqa: BLE001 - the log is there also when the server is not
        return f"\nwhat runs now could not be asked: {str(error).strip()}\n"
    lines = [
        f"[{pid}] {user}@{database} {state}{f', waits for {wait}' if wait else ''}"
        f"{f', blocked by [{blockers}]' if blockers else ''}, since {since or 0:.3f} s: {query}"
        for pid, database, user, state, wait, since, query, blockers in found
    ]
    return "\nconnections now, each with its last statement:\n" + ("\n".join(lines) or "(none)") + "\n"


def _logged(scene: Scene, names: set[str], mark: str) -> str:
    log = Path(scene.server.log) if scene.server and scene.server.log else None
    if log is None or not log.exists():
        return "\nthe server's log is not to be had here\n"
    whole = wait_until(lambda: mark in tail(log, scene.server_log_since, MOST)[0], within=LATE)
    text, cut = tail(log, scene.server_log_since, MOST)
    found = list(entries(text, names))
    note = f"\n(the first {cut} bytes of that time are left out)" if cut else ""
    note += "" if whole else "\n(the last of it may not be written yet)"
    if len(found) > ENTRIES:
        note += f"\n(the first {len(found) - ENTRIES} entries are left out)"
    return f"\nin the check's time, by the server's own log:{note}\n" + ("\n".join(found[-ENTRIES:]) or "(none)") + "\n"


def entries(text: str, names: Iterable[str]) -> Iterator[str]:
    """Each entry of a server's log that tells of one of these databases, a statement of many lines whole."""
    entry: list[str] = []
    for line in text.splitlines():
        begins = ENTRY.match(line)
        if begins is None:
            if entry:
                entry.append(line)
            continue
        if entry:
            yield "\n".join(entry)
        step = STEP.match(begins["said"])
        wanted = begins["database"] in names and not (step and float(step["ms"]) < SLOW)
        entry = [f"{begins['time']} [{begins['pid']}] {begins['user']}: {begins['said']}"] if wanted else []
    if entry:
        yield "\n".join(entry)
