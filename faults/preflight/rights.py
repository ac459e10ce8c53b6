"""The platform's role lacks a right that its routes need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from faults import fault
from faults.probes import get

if TYPE_CHECKING:
    import psycopg

    from faults import Served


@fault("one-grant-revoked", brings_back=["PRE-5"])
def one_grant_revoked(database: psycopg.Connection[Any]) -> None:
    """Lets the platform's role read and change sessions, and begin none."""
    database.execute("revoke insert on session from current_user")


def _login(served: Served) -> int:
    return served.caller().post("/api/auth/login", {"username": "admin", "password": "password123"}).status


one_grant_revoked.probe = _login


@fault("one-column-withheld", brings_back=["PRE-5"])
def one_column_withheld(database: psycopg.Connection[Any]) -> None:
    """Grants the calls' columns one by one, and forgets the newest."""
    database.execute("revoke select on capital_calls from current_user")
    database.execute("grant select (id, fund_id, title, amount, due_date) on capital_calls to current_user")


one_column_withheld.probe = get("/api/capital-calls")


@fault("new-table-of-another-role", brings_back=["PRE-5"])
def new_table_of_another_role(database: psycopg.Connection[Any]) -> None:
    """Has notifications as a migration leaves them that ran as somebody else and granted nothing."""
    database.execute("revoke all on notifications from current_user")


new_table_of_another_role.probe = get("/api/notifications")


@fault("referenced-rows-not-lockable", brings_back=["PRE-5"])
def referenced_rows_not_lockable(database: psycopg.Connection[Any]) -> None:
    """Takes from the owner of deals what the foreign key of a schedule needs there: its right to update."""
    database.execute("revoke update on deals from current_user")


def _schedule(served: Served) -> int:
    body = {"dealId": 1, "title": "A probe's", "amount": 1.0, "dueDate": None, "status": "planned"}
    return served.caller("admin").post("/api/closing-schedules", body).status


referenced_rows_not_lockable.probe = _schedule


@fault("cascade-without-a-right", brings_back=["PRE-5"])
def cascade_without_a_right(database: psycopg.Connection[Any]) -> None:
    """Keeps pitches from being deleted, so that nobody who has one can be removed either."""
    database.execute("revoke delete on pitches from current_user")


def _removal(served: Served) -> int:
    creator = served.sql("select creator_id from pitches order by id limit 1")[0][0]
    return served.caller("admin").ask("DELETE", f"/api/users/{creator}").status


cascade_without_a_right.probe = _removal


@fault("sequence-without-a-grant", brings_back=["PRE-5"])
def sequence_without_a_grant(database: psycopg.Connection[Any]) -> None:
    """Numbers schedules from a sequence that the platform's role may not use."""
    database.execute("alter table closing_schedules alter id drop identity if exists")
    database.execute("create sequence if not exists schedule_numbers start 1000")
    database.execute("alter table closing_schedules alter id set default nextval('schedule_numbers')")
    database.execute("revoke all on sequence schedule_numbers from current_user")


sequence_without_a_grant.probe = _schedule


@fault("row-security-without-a-policy", brings_back=["PRE-5"])
def row_security_without_a_policy(database: psycopg.Connection[Any]) -> None:
    """Switches row level security on, for its owner too, and names nobody who may see a deal."""
    database.execute("alter table deals enable row level security, force row level security")


row_security_without_a_policy.probe = get("/api/deals", see="text")


@fault("view-not-readable", brings_back=["PRE-5"])
def view_not_readable(database: psycopg.Connection[Any]) -> None:
    """Makes the view anew, and grants nobody to read it."""
    database.execute("revoke select on view_sector_rollup from current_user")


def _readable(served: Served) -> bool:
    view = "select has_table_privilege(relowner, oid, 'select') from pg_class where relname = 'view_sector_rollup'"
    return bool(served.sql(view)[0][0])


view_not_readable.probe = _readable


@fault("transactions-begin-read-only", brings_back=["PRE-5"])
def transactions_begin_read_only(database: psycopg.Connection[Any]) -> None:
    """Leaves the database as after maintenance: whoever connects begins read-only transactions."""
    database.execute("set default_transaction_read_only = off")
    database.execute(f"alter database {database.info.dbname} set default_transaction_read_only = on".encode())


transactions_begin_read_only.probe = _login
