"""One database as checks see it: questions in SQL, and what the server says about the platform's connections.

Below the level `writes` it only reads, and on a platform that is not ours it writes by the profile's own statements
alone, whatever it is asked.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from plumbline.deadlines import wait_until
from plumbline.elsewhere.permission import Level
from plumbline.judging.record import NotPossibleHere
from plumbline.stores.postgres import connect

if TYPE_CHECKING:
    from psycopg import Connection, Cursor

    from plumbline.target import Target

Answer = TypeVar("Answer")

ENDING = 5.0
"""Seconds that a connection of the server's may take to end."""

PLATFORMS = "datname = current_database() AND backend_type = 'client backend' AND application_name <> 'plumbline'"
"""Which of the server's connections are the platform's: all to its database that are not the suite's."""


class Database:
    """A database, asked over one connection that is made when first needed. SQL errors are psycopg's.

    `named` are the only statements that may write; None where any may.
    """

    def __init__(self, url: str, level: Level, named: frozenset[str] | None = None) -> None:
        self.url = url
        self._readonly = level < Level.WRITES or named is not None
        self._named = named if named is not None and level >= Level.WRITES else frozenset()
        self._connection: Connection | None = None

    @classmethod
    def of_others(cls, target: Target, level: Level) -> Database:
        """That of a platform that is not ours, by the connection which the profile names; NotPossibleHere without."""
        variable = target.profile.remote.database_url_env
        url = os.environ.get(variable, "") if variable else ""
        if not variable:
            raise NotPossibleHere(f"needs a connection to the database: add remote.database_url_env to {target.path}")
        if not url:
            raise NotPossibleHere(f"needs {variable} in the environment: a connection to the platform's database")
        target.secrets.register(url, f"{variable} of the environment")
        named = frozenset(text for how in target.profile.makes.values() for text in (how.insert, how.delete))
        return cls(url, level, named - {""})

    def ask(self, sql: str, **values: object) -> Any:  # noqa: ANN401 - whatever the column holds
        """The first column of the first row; None where there is no row."""
        row = self._run(sql, values).fetchone()
        return row[0] if row else None

    def rows(self, sql: str, **values: object) -> list[dict[str, Any]]:
        """Every row, column name → value."""
        cursor = self._run(sql, values)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def execute(self, sql: str, **values: object) -> int:
        """Runs a statement; how many rows it touched."""
        return self._run(sql, values).rowcount

    def now(self) -> datetime:
        """The server's clock."""
        moment: datetime = self.ask("SELECT clock_timestamp()")
        return moment

    def platform_connections(self) -> int:
        """How many connections the platform has to this database now."""
        count: int = self.ask(f"SELECT count(*) FROM pg_stat_activity WHERE {PLATFORMS}")  # noqa: S608 - ours
        return count

    def end_platform_connections(self) -> int:
        """Has the server end the platform's connections, as a restart or an impatient proxy does; how many are gone."""
        ended = self.rows(f"SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity WHERE {PLATFORMS}")  # noqa: S608 - ours
        pids = [row["pid"] for row in ended]
        still = "SELECT count(*) FROM pg_stat_activity WHERE pid = ANY(%(pids)s)"
        wait_until(lambda: self.ask(still, pids=pids) == 0, within=ENDING)
        return len(pids)

    def last_query_of_the_platform(self) -> datetime:
        """When the platform's latest statement on this database began; the year 1 where there was none."""
        moment: datetime | None = self.ask(f"SELECT max(query_start) FROM pg_stat_activity WHERE {PLATFORMS}")  # noqa: S608 - ours
        return moment or datetime.min.replace(tzinfo=self.now().tzinfo)

    def seen_while(self, ask: Callable[[], object], question: Callable[[], Answer]) -> Answer:
        """The first true answer of a question about the platform's connections while `ask` is under way, or the last.

        Some platforms have a connection only for as long as they answer a request.
        """
        with ThreadPoolExecutor(1) as thread:
            asking = thread.submit(ask)
            while not (answer := question()) and not asking.done():
                pass
            asking.result()
        return answer

    def contents(self) -> dict[str, list[str]]:
        """Every row of every table as text, sorted: equal exactly when the databases hold the same."""
        tables = self.rows(
            "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"
        )
        names = [table["name"] for table in tables]
        return {
            name: [row["line"] for row in self.rows(f"SELECT t::text AS line FROM {name} t ORDER BY 1")]  # noqa: S608 - quoted by the server
            for name in names
        }

    def close(self) -> None:
        """Hangs up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _run(self, sql: str, values: Mapping[str, object]) -> Cursor[Any]:
        connection = self._connected()
        if sql not in self._named:
            return connection.execute(sql.encode(), values or None)
        with connection.transaction():
            connection.execute("SET TRANSACTION READ WRITE")
            return connection.execute(sql.encode(), values or None)

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = connect(self.url, readonly=self._readonly)
        return self._connection
