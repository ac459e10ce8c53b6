"""The schema that the contract names, and what a database lacks of it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from plumbline.database import Database

QUERIES = {
    # not information_schema: that knows no materialized view
    "column": "SELECT c.relname || '.' || a.attname AS name FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
    " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE a.attnum > 0 AND NOT a.attisdropped"
    " AND c.relkind = ANY ('{r,p,v,m,f}') AND n.nspname = ANY (current_schemas(false))",
    "table": "SELECT table_name AS name FROM information_schema.tables"
    " WHERE table_schema = ANY (current_schemas(false)) AND table_type = 'BASE TABLE'",
    "view": "SELECT viewname AS name FROM pg_views WHERE schemaname = ANY (current_schemas(false))"
    " UNION SELECT matviewname FROM pg_matviews WHERE schemaname = ANY (current_schemas(false))",
    "index": "SELECT t.relname || '.' || i.relname AS name FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid"
    " JOIN pg_class t ON t.oid = x.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace"
    " WHERE x.indisvalid AND n.nspname = ANY (current_schemas(false))",
    "trigger": "SELECT c.relname || '.' || t.tgname AS name FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
    " JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND n.nspname = ANY (current_schemas(false))",
}
"""Kind → what a database has of it, as `table.name` where it belongs to a table."""


def wanted(file: Path) -> dict[str, list[str]]:
    """Kind → what `contract/schema.toml` names, in the words of `QUERIES`, tables and views before their parts."""
    data: dict[str, dict[str, Any]] = tomllib.loads(file.read_text("utf-8"))
    tables, views = data.get("tables", {}), data.get("views", {})
    return {
        "table": list(tables),
        "view": list(views),
        "column": [f"{table}.{column}" for table, columns in {**tables, **views}.items() for column in columns],
        "index": [f"{table}.{index}" for index, table in data.get("indexes", {}).items()],
        "trigger": [f"{table}.{trigger}" for trigger, table in data.get("triggers", {}).items()],
    }


def missing(database: Database, names: Mapping[str, Iterable[str]]) -> list[str]:
    """What a database lacks, as `column users.stripe_customer_id`; of a table that is missing, only the table."""
    lacks: list[str] = []
    gone: set[str] = set()
    for kind, needed in names.items():
        there = {row["name"] for row in database.rows(QUERIES[kind])}
        for name in needed:
            if name not in there and name.partition(".")[0] not in gone:
                lacks.append(f"{kind} {name}")
                gone |= {name} if kind in {"table", "view"} else set()
    return lacks
