"""What the platform's role may not do in its database, though its routes need it: asked of the server, never tried out.

A contract's `[needs]` says what routes do: `users = ["select", "update (name)"]`, `"slug(text)" = ["execute"]`. What
follows from that is asked, too: the schema, a column's default (its sequence, its function), what a view reads as its
owner, what a foreign key does as the owner of the other table, row level security that shows nothing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from plumbline.database import Database

if TYPE_CHECKING:
    from pathlib import Path

OF_COLUMNS = ("select", "insert", "update")
"""Privileges that may be granted for some columns alone."""
PRIVILEGES = (*OF_COLUMNS, "delete", "truncate", "usage", "execute")
NEED = re.compile(r"(\w+)\s*(?:\(\s*([^()]+?)\s*\))?")

RELATION = """
SELECT c.oid::int8 AS oid, c.oid::regclass::text AS shown, quote_ident(n.nspname) AS schema,
  CASE c.relkind WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' WHEN 'm' THEN 'view' ELSE 'table' END AS kind,
  has_schema_privilege(%(role)s::name, n.oid, 'USAGE') AS reachable
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relname = %(name)s AND c.relkind = ANY ('{r,p,v,m,f,S}') AND n.nspname !~ '^(pg_|information_schema$)'
ORDER BY array_position(current_schemas(false), n.nspname), n.nspname LIMIT 1"""
"""The relation that an unqualified name means; one that no schema of the search path has may be in another."""

COLUMNS = """
SELECT quote_ident(a.attname) AS shown, has_column_privilege(%(role)s::name, a.attrelid, a.attnum, %(may)s) AS granted
FROM pg_attribute a WHERE a.attrelid = %(oid)s AND a.attnum > 0 AND NOT a.attisdropped
AND CASE WHEN %(columns)s::text[] IS NOT NULL THEN a.attname = ANY (%(columns)s)
  ELSE %(may)s = 'INSERT' AND a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' END"""
"""The columns that count: those that are named, else those without which no row can be inserted."""

DEFAULTS = """
SELECT CASE WHEN s.oid IS NULL THEN 'EXECUTE' ELSE 'USAGE' END AS privilege, quote_ident(%(role)s) AS who,
  CASE WHEN s.oid IS NULL THEN 'function ' || p.oid::regprocedure ELSE 'sequence ' || s.oid::regclass END AS what
FROM pg_attrdef f JOIN pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum
JOIN pg_depend d ON d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid
LEFT JOIN pg_class s ON d.refclassid = 'pg_class'::regclass AND s.oid = d.refobjid AND s.relkind = 'S'
LEFT JOIN pg_proc p ON d.refclassid = 'pg_proc'::regclass AND p.oid = d.refobjid
WHERE f.adrelid = %(oid)s AND NOT a.attname = ANY (coalesce(%(columns)s::text[], '{}'))
AND NOT coalesce(has_sequence_privilege(%(role)s::name, s.oid, 'USAGE, UPDATE'),
                 has_function_privilege(%(role)s::name, p.oid, 'EXECUTE'), true)"""
"""What the defaults of a table take that the role does not have; those of columns that are given are not asked for."""

FOREIGN_KEYS = """
SELECT DISTINCT may AS privilege, quote_ident(pg_get_userbyid(t.relowner)) AS who, 'table ' || t.oid::regclass AS what
FROM pg_constraint f JOIN pg_class t ON t.oid = f.confrelid CROSS JOIN unnest('{SELECT,UPDATE}'::text[]) may
WHERE f.contype = 'f' AND f.conrelid = %(oid)s AND NOT has_any_column_privilege(t.relowner, t.oid, may)
ORDER BY 3, 1"""
"""What a foreign key takes: it looks into the other table as that one's owner, and locks the row that it finds."""

CASCADES = """
WITH RECURSIVE deleted(oid) AS (
  SELECT %(oid)s::oid
  UNION
  SELECT f.conrelid FROM deleted JOIN pg_constraint f ON f.confrelid = deleted.oid
  WHERE f.contype = 'f' AND f.confdeltype = 'c')
SELECT DISTINCT may AS privilege, quote_ident(pg_get_userbyid(t.relowner)) AS who, 'table ' || t.oid::regclass AS what
FROM deleted JOIN pg_constraint f ON f.confrelid = deleted.oid AND f.contype = 'f' JOIN pg_class t ON t.oid = f.conrelid
CROSS JOIN unnest(ARRAY['SELECT', CASE f.confdeltype WHEN 'c' THEN 'DELETE' ELSE 'UPDATE' END]) may
WHERE NOT CASE may WHEN 'DELETE' THEN has_table_privilege(t.relowner, t.oid, may)
  ELSE has_any_column_privilege(t.relowner, t.oid, may) END
ORDER BY 3, 1"""
"""The same of what refers to a row that is deleted: it is looked for, and deleted or changed, as its table's owner."""

VIEW = """
WITH RECURSIVE reads(view, reader, read, part) AS (
  SELECT 0::oid, (SELECT oid FROM pg_roles WHERE rolname = %(role)s), %(oid)s::oid, 0
  UNION
  SELECT v.oid, CASE WHEN v.reloptions::text ~ 'security_invoker=(true|on|yes|1)' THEN reads.reader ELSE v.relowner END,
    d.refobjid, d.refobjsubid
  FROM reads JOIN pg_class v ON v.oid = reads.read AND v.relkind = 'v' JOIN pg_rewrite r ON r.ev_class = v.oid
  JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
  WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid <> v.oid)
SELECT DISTINCT 'SELECT' AS privilege, quote_ident(pg_get_userbyid(reader)) AS who, 'table ' || c.oid::regclass AS what
FROM reads JOIN pg_class c ON c.oid = reads.read AND c.relkind <> 'S'
WHERE view <> 0 AND NOT CASE part WHEN 0 THEN has_any_column_privilege(reader, read, 'SELECT')
  ELSE has_column_privilege(reader, read, part::int2, 'SELECT') END
ORDER BY 3"""
"""What a view, and those that it reads, may not read as their owners."""

HIDDEN = """
SELECT c.oid FROM pg_class c JOIN pg_roles r ON r.rolname = %(role)s
WHERE c.oid = %(oid)s AND c.relrowsecurity AND NOT (r.rolsuper OR r.rolbypassrls)
AND (c.relforcerowsecurity OR NOT pg_has_role(r.oid, c.relowner, 'USAGE'))
AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polpermissive AND p.polcmd = ANY (%(commands)s)
  AND coalesce(pg_get_expr(coalesce(p.polqual, p.polwithcheck), p.polrelid), 'true') <> 'false'
  AND EXISTS (SELECT FROM unnest(p.polroles) m WHERE m = 0 OR pg_has_role(r.oid, m, 'USAGE')))"""
"""Whether row level security lets the role see or write no row at all by a command."""

FOLLOWS = ", which "
"""Stands in the line of what is needed besides."""

COMMANDS = {"SELECT": "r", "INSERT": "a", "UPDATE": "w", "DELETE": "d"}
"""How pg_policy calls what a policy is for; `*` is all of it."""


class WrongNeed(ValueError):
    """A `[needs]` that says what cannot be needed; one line with the remedy."""


@dataclass(frozen=True)
class Need:
    """What routes do with one relation or function: the privilege in capitals, and its columns where some are meant."""

    name: str
    privilege: str
    columns: tuple[str, ...] | None = None


def needs(file: Path) -> list[Need]:
    """What a contract's schema file says that routes do, in its order; WrongNeed where it says it wrongly."""
    data = tomllib.loads(file.read_text("utf-8"))
    said, named = data.get("needs", {}), {**data.get("tables", {}), **data.get("views", {})}
    if not isinstance(said, Mapping) or not all(isinstance(words, list) for words in said.values()):
        raise WrongNeed('needs: is a table of lists; write [needs], and below it: users = ["select", "insert"]')
    return [_need(name, word, named.get(name)) for name, words in said.items() for word in words]


def _need(name: str, word: object, named: Sequence[str] | None) -> Need:
    read, function = NEED.fullmatch(str(word).strip()), "(" in name
    may = read[1].lower() if read else ""
    columns = read[2] if read else None
    if may not in PRIVILEGES or (columns and may not in OF_COLUMNS):
        raise WrongNeed(f"needs.{name}: {word!r} is nothing that can be needed; there are: {', '.join(PRIVILEGES)}")
    if function != (may == "execute"):
        raise WrongNeed(f'needs.{name}: {word!r} does not go with it; of a function: "slug(text)" = ["execute"]')
    if columns:
        return Need(name, may.upper(), tuple(column.strip() for column in columns.split(",")))
    return Need(name, may.upper(), tuple(named) if named and may == "select" else None)


def lacking(database: Database, wanted: Sequence[Need], role: str = "") -> list[str]:
    """A line for each privilege that the role lacks, with the statement that mends it; of what is not there, none.

    `role` is the connection's own user where none is given.
    """
    role = role or str(database.ask("SELECT current_user"))
    if not database.ask("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %(role)s)", role=role):
        return [f"there is no role {role}: create it, or name the one as which the platform's routes ask"]
    asked = _Asked(database, role, str(database.ask("SELECT quote_ident(%(role)s)", role=role)))
    lines = dict.fromkeys(line for need in wanted for line in asked.lines(need))
    return sorted(lines, key=lambda line: FOLLOWS in line)  # what routes do themselves comes first


def begins_readonly(database: Database, wanted: Sequence[Need]) -> list[str]:
    """The same of what the connection's own user may not write at all: its transactions begin read-only."""
    writing = [need for need in wanted if need.privilege in {"INSERT", "UPDATE", "DELETE", "TRUNCATE"}]
    begins = "SELECT quote_ident(current_user) FROM pg_settings WHERE name = 'default_transaction_read_only'"
    who = database.ask(f"{begins} AND reset_val = 'on'") if writing else None
    if who is None:
        return []
    here, need = database.ask("SELECT quote_ident(current_database())"), writing[0]
    told = f"transactions of role {who} begin read-only, and routes need {need.privilege} on {need.name}"
    return [f"{told}: ALTER ROLE {who} IN DATABASE {here} SET default_transaction_read_only = off"]


@dataclass(frozen=True)
class _Asked:
    """One role, asked about."""

    database: Database
    role: str
    who: str
    """The role as SQL quotes it."""

    def lines(self, need: Need) -> Iterator[str]:
        """What it lacks of one need, and of what follows from it."""
        if need.privilege == "EXECUTE":
            yield from self._function(need.name)
            return
        for relation in self.database.rows(RELATION, role=self.role, name=need.name):
            if not relation["reachable"]:
                yield _line(self.who, "USAGE", f"schema {relation['schema']}")
            yield from self._relation(need, relation)

    def _relation(self, need: Need, relation: Mapping[str, Any]) -> Iterator[str]:
        what = f"{relation['kind']} {relation['shown']}"
        lacks = self._lacks(need, relation)
        if lacks is not None:
            yield _line(self.who, need.privilege, what, columns=lacks)
        yield from self._following(need, relation, what)
        commands = ["*", COMMANDS.get(need.privilege, "*")]
        if relation["kind"] == "table" and self._ask(HIDDEN, relation, commands=commands):
            yield (
                f"row level security of {what} lets role {self.who} {need.privilege} no row: CREATE POLICY … ON "
                f"{relation['shown']} FOR {need.privilege} TO {self.who}, "
                f"or ALTER TABLE {relation['shown']} DISABLE ROW LEVEL SECURITY"
            )

    def _lacks(self, need: Need, relation: Mapping[str, Any]) -> list[str] | None:
        """None where it lacks nothing, else the columns that it lacks; none of them: the whole of it."""
        if need.privilege.lower() not in OF_COLUMNS:
            kind = "sequence" if relation["kind"] == "sequence" else "table"
            asked = f"SELECT NOT has_{kind}_privilege(%(role)s::name, %(oid)s::oid, %(may)s)"
            return [] if self._ask(asked, relation, may=need.privilege) else None
        columns = list(need.columns) if need.columns else None
        counted = self.database.rows(COLUMNS, role=self.role, oid=relation["oid"], may=need.privilege, columns=columns)
        some = "SELECT has_any_column_privilege(%(role)s::name, %(oid)s::oid, %(may)s)"
        if not self._ask(some, relation, may=need.privilege):
            return []
        return [column["shown"] for column in counted if not column["granted"]] or None

    def _following(self, need: Need, relation: Mapping[str, Any], what: str) -> Iterator[str]:
        """What it takes besides: defaults and foreign keys of a row that comes or goes, what a view reads."""
        asked: dict[str, str] = {}
        if need.privilege == "INSERT":
            asked = {DEFAULTS: "the default", FOREIGN_KEYS: "a foreign key"}
        elif need.privilege == "DELETE":
            asked = {CASCADES: "a foreign key"}
        elif relation["kind"] == "view":
            asked = {VIEW: "the query"}
        columns = list(need.columns) if need.columns else None
        for question, part in asked.items():
            for row in self.database.rows(question, role=self.role, oid=relation["oid"], columns=columns):
                yield _line(row["who"], row["privilege"], row["what"], f"{FOLLOWS}{part} of {what} takes")

    def _function(self, name: str) -> Iterator[str]:
        there = self.database.ask("SELECT to_regprocedure(%(name)s)::text", name=name)
        may = "SELECT has_function_privilege(%(role)s::name, to_regprocedure(%(name)s)::oid, 'EXECUTE')"
        if there is None:
            yield f"there is no function {name}, which the platform's routes need: run the migration that makes it"
        elif not self.database.ask(may, role=self.role, name=name):
            yield _line(self.who, "EXECUTE", f"function {there}")

    def _ask(self, question: str, relation: Mapping[str, Any], **more: object) -> object:
        return self.database.ask(question, role=self.role, oid=relation["oid"], **more)


def _line(who: str, privilege: str, what: str, why: str = "", columns: Sequence[str] = ()) -> str:
    """`role platform has no INSERT on table session: GRANT INSERT ON session TO platform`."""
    kind, _, name = what.partition(" ")
    parts = f" ({', '.join(columns)})" if columns else ""
    place = name if kind in {"table", "view"} else f"{kind.upper()} {name}"
    return f"role {who} has no {privilege}{parts} on {what}{why}: GRANT {privilege}{parts} ON {place} TO {who}"
