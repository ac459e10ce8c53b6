"""One database as checks see it: questions in SQL, and what the server says about the platform's connections."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from plumbline.stores.postgres import connect

if TYPE_CHECKING:
    from psycopg import Connection

Answer = TypeVar("Answer")

PLATFORMS = "datname = current_database() AND backend_type = 'client backend' AND application_name <> 'plumbline'"
"""Which of the server's connections are the platform's: all to its database that are not the suite's."""


class Database:
    """A database, asked over one connection that is made when first needed. SQL errors are psycopg's."""

    def __init__(self, url: str, *, readonly: bool) -> None:
        self.url = url
        self._readonly = readonly
        self._connection: Connection | None = None

    def ask(self, sql: str, **values: object) -> Any:  # noqa: ANN401 - whatever the column holds
        """The first column of the first row; None where there is no row."""
        row = self._connected().execute(sql.encode(), values or None).fetchone()
        return row[0] if row else None

    def rows(self, sql: str, **values: object) -> list[dict[str, Any]]:
        """Every row, column name → value."""
        cursor = self._connected().execute(sql.encode(), values or None)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def execute(self, sql: str, **values: object) -> int:
        """Runs a statement; how many rows it touched."""
        return self._connected().execute(sql.encode(), values or None).rowcount

    def now(self) -> datetime:
        """The server's clock."""
        moment: datetime = self.ask("SELECT clock_timestamp()")
        return moment

    def platform_connections(self) -> int:
        """How many connections the platform has to this database now."""
        count: int = self.ask(f"SELECT count(*) FROM pg_stat_activity WHERE {PLATFORMS}")  # noqa: S608 - ours
        return count

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

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = connect(self.url, readonly=self._readonly)
        return self._connection
