"""Which of the known records a database lacks, by the profile's statements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, Protocol

from seeds.known import Known


class Asked(Protocol):
    """A database that answers SQL."""

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Every row, column name → value."""
        ...


@dataclass(frozen=True)
class Standing:
    """The known records, and the statement a kind that lists them; its columns are the records' keys."""

    known: Known
    statements: Mapping[str, str]

    def missing_from(self, database: Asked) -> list[str]:
        """The differences between the known records and the database's, a sentence each.

        Every kind is counted too: a record that nobody knows is a difference.
        """
        return [line for kind, sql in self.statements.items() for line in self._compared(kind, database.rows(sql))]

    def _compared(self, kind: str, rows: list[dict[str, Any]]) -> list[str]:
        there = [{name: _plain(value) for name, value in row.items()} for row in rows]
        wanted = [_of(record, there[0] if there else {}) for record in self.known.records[kind]]
        lacks = [f"{kind}: {record} is not there" for record in wanted if record not in there]
        if len(there) != len(wanted):
            lacks.append(f"{kind}: there are {len(there)}, known are {len(wanted)}")
        return lacks


def _of(record: SimpleNamespace, columns: Mapping[str, Any]) -> dict[str, Any]:
    """The record's values for the columns that the statement lists."""
    return {name: _plain(getattr(record, name, None)) for name in columns} or _plain(vars(record))


def _plain(value: Any) -> Any:  # noqa: ANN401 - a column's value, or a TOML value
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return value.isoformat() if hasattr(value, "isoformat") else value
