"""What a role may not do of what a contract needs, asked of a real Postgres as that role, and as another."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from plumbline.database import Database
from plumbline.elsewhere.permission import Level
from plumbline.rights import WrongNeed, begins_readonly, lacking, needs
from plumbline.stores.postgres import ADMIN, PLATFORM, READER, Server, connect
from tests import servers
from tests.deployed import PASSWORD, VARIABLE, deployed
from tests.whole_runs import ROOT, pytest_run

MADE = """
CREATE FUNCTION ticket() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TABLE users (id serial PRIMARY KEY, name text NOT NULL, note text, ticket int DEFAULT ticket());
CREATE TABLE deals (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, owner int NOT NULL REFERENCES users, name text);
CREATE TABLE "Order" (id int);
CREATE VIEW names AS SELECT name FROM users;
CREATE VIEW of_names AS SELECT name FROM names;
CREATE FUNCTION slug(text) RETURNS text LANGUAGE sql AS 'SELECT $1';
CREATE ROLE app; CREATE ROLE desk; GRANT desk TO app;
GRANT SELECT, INSERT, UPDATE, DELETE ON users, deals, "Order" TO desk;
GRANT SELECT ON of_names TO app; GRANT USAGE ON SEQUENCE users_id_seq TO app;
"""
CONTRACT = """
[tables]
users = ["id", "name"]
deals = ["id", "owner", "name"]
[views]
of_names = ["name"]
[needs]
users = ["select", "insert", "update (name)", "delete"]
deals = ["select", "insert"]
of_names = ["select"]
Order = ["SELECT"]
"slug(text)" = ["execute"]
"""
SQL = re.compile(r"\b(insert into|(?<!for )update|delete from|(?<!delete )from|join) ([a-z_]+)\b")
DOES = {"insert into": "insert", "update": "update", "delete from": "delete", "from": "select", "join": "select"}
SCHEMA = "REVOKE ALL ON SCHEMA public FROM public"
SECURE = "ALTER TABLE deals ENABLE ROW LEVEL SECURITY; "

NOTES = """
ALTER TABLE deals ADD partner int REFERENCES users ON DELETE CASCADE;
CREATE TABLE notes (deal int REFERENCES deals ON DELETE CASCADE);
ALTER TABLE notes OWNER TO platform;
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A Postgres."""
    with servers.postgres() as started:
        yield started


@pytest.fixture
def database(server: Server) -> Iterator[Database]:
    """One with all that the contract names, and `app`, which may do what routes need; asked by its administrator.

    Everything in one transaction: roles belong to the server, not to a database of their own.
    """
    name = server.clone("plumbline_rights")
    with closing(Database(server.url(name, ADMIN), Level.WRITES)) as opened:
        opened.execute("BEGIN")
        opened.execute(MADE)
        yield opened
    server.drop(name)


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    """The file of a contract."""
    file = tmp_path / "schema.toml"
    file.write_text(CONTRACT)
    return file


def grant(text: str, role: str = "app") -> str:
    """The statement that mends what is lacking."""
    return f": GRANT {text} TO {role}"


@pytest.mark.parametrize(
    ("change", "mends"),
    [
        ("SELECT 1", []),
        ("REVOKE INSERT ON users FROM desk", [grant("INSERT ON users")]),
        ("REVOKE DELETE ON users FROM desk", [grant("DELETE ON users")]),
        ("REVOKE SELECT ON of_names FROM app", [grant("SELECT ON of_names")]),
        ('REVOKE SELECT ON "Order" FROM desk', [grant('SELECT ON "Order"')]),
        ("REVOKE desk FROM app", [
            grant("SELECT ON users"), grant("INSERT ON users"), grant("UPDATE ON users"), grant("DELETE ON users"),
            grant("SELECT ON deals"), grant("INSERT ON deals"), grant('SELECT ON "Order"'),
        ]),
        ("GRANT desk TO app WITH INHERIT FALSE; GRANT ALL ON users, deals TO app", [grant('SELECT ON "Order"')]),
        # columns: some are as good as all where no more are needed
        ("REVOKE UPDATE ON users FROM desk; GRANT UPDATE (name) ON users TO desk", []),
        ("REVOKE UPDATE ON users FROM desk; GRANT UPDATE (note) ON users TO desk", [grant("UPDATE (name) ON users")]),
        ("REVOKE SELECT ON users FROM desk; GRANT SELECT (id, name) ON users TO app", []),
        ("REVOKE SELECT ON users FROM desk; GRANT SELECT (id) ON users TO app", [grant("SELECT (name) ON users")]),
        ("REVOKE INSERT ON users FROM desk; GRANT INSERT (name) ON users TO app", []),
        ("REVOKE INSERT ON users FROM desk; GRANT INSERT (note) ON users TO app", [grant("INSERT (name) ON users")]),
        # what follows
        (SCHEMA, [grant("USAGE ON SCHEMA public")]),
        ("REVOKE USAGE ON SEQUENCE users_id_seq FROM app", [grant("USAGE ON SEQUENCE users_id_seq")]),
        ("GRANT UPDATE ON SEQUENCE users_id_seq TO app; REVOKE USAGE ON SEQUENCE users_id_seq FROM app", []),
        ("REVOKE EXECUTE ON FUNCTION ticket() FROM public", [grant("EXECUTE ON FUNCTION ticket()")]),
        ("REVOKE EXECUTE ON FUNCTION slug(text) FROM public", [grant("EXECUTE ON FUNCTION slug(text)")]),
        ("ALTER TABLE users OWNER TO platform; REVOKE UPDATE ON users FROM platform", [
            grant("UPDATE ON users", "platform")]),
        ("ALTER TABLE deals OWNER TO platform; REVOKE UPDATE ON deals FROM platform", [
            grant("UPDATE ON deals", "platform")]),
        (NOTES + "REVOKE DELETE ON notes FROM platform", [grant("DELETE ON notes", "platform")]),
        ("ALTER VIEW names OWNER TO platform", [grant("SELECT ON users", "platform")]),
        ("ALTER VIEW of_names OWNER TO platform", [grant("SELECT ON names", "platform")]),
        ("ALTER VIEW of_names SET (security_invoker = true)", [grant("SELECT ON names")]),
        # rows
        (SECURE, ["or ALTER TABLE deals DISABLE ROW LEVEL SECURITY"] * 2),
        (SECURE + "CREATE POLICY all_of_them ON deals TO desk USING (true)", []),
        (SECURE + "CREATE POLICY none ON deals USING (false)", ["or ALTER TABLE deals DISABLE ROW LEVEL SECURITY"] * 2),
        (SECURE + "CREATE POLICY seen ON deals FOR SELECT USING (name <> '')",
         ["or ALTER TABLE deals DISABLE ROW LEVEL SECURITY"]),
        (SECURE + "ALTER TABLE deals OWNER TO desk", []),
        (SECURE + "ALTER TABLE deals OWNER TO desk, FORCE ROW LEVEL SECURITY",
         ["or ALTER TABLE deals DISABLE ROW LEVEL SECURITY"] * 2),
        # what is not there
        ('DROP TABLE "Order"', []),
        ("DROP FUNCTION slug(text)", ["run the migration that makes it"]),
    ],
)  # fmt: skip
def test_what_a_role_lacks_is_told_with_what_mends_it(
    database: Database, contract: Path, change: str, mends: list[str]
) -> None:
    database.execute(change)

    lines = lacking(database, needs(contract), "app")

    assert [line for line, mend in zip(lines, mends, strict=True) if not line.endswith(mend)] == []


def test_a_line_names_role_table_privilege_and_the_statement(database: Database, contract: Path) -> None:
    database.execute("REVOKE INSERT ON deals FROM desk; REVOKE USAGE ON SEQUENCE users_id_seq FROM app")

    table, sequence = lacking(database, needs(contract), "app")

    assert table == "role app has no INSERT on table deals: GRANT INSERT ON deals TO app"
    assert sequence == (
        "role app has no USAGE on sequence users_id_seq, which the default of table users takes: "
        "GRANT USAGE ON SEQUENCE users_id_seq TO app"
    )


def test_who_asks_is_asked_about_where_no_role_is_named(server: Server, contract: Path) -> None:
    name = server.clone("plumbline_rights_own")
    with connect(server.url(name)) as connection:
        connection.execute("CREATE TABLE users (id int, name text); CREATE TABLE deals (id int)")
        connection.execute("REVOKE DELETE ON users FROM platform")
    try:
        with closing(Database(server.url(name, PLATFORM), Level.READONLY)) as own:
            lines = lacking(own, [need for need in needs(contract) if need.privilege != "EXECUTE"])
            assert lines == ["role platform has no DELETE on table users: GRANT DELETE ON users TO platform"]
        with closing(Database(server.url(name, ADMIN), Level.READONLY)) as admins:
            assert lacking(admins, needs(contract)) == [
                "there is no function slug(text), which the platform's routes need: run the migration that makes it"
            ]
    finally:
        server.drop(name)


def test_a_role_that_is_not_there_is_said(database: Database, contract: Path) -> None:
    [line] = lacking(database, needs(contract), "nobody")

    assert line.startswith("there is no role nobody: ")


def test_a_role_whose_transactions_begin_read_only_cannot_write(server: Server, contract: Path) -> None:
    name = server.clone("plumbline_rights_readonly")
    try:
        with closing(Database(server.url(name, PLATFORM), Level.READONLY)) as own:
            assert begins_readonly(own, needs(contract)) == []  # the suite's own connection writes nothing, and may
        with closing(Database(server.url(name, READER), Level.READONLY)) as own:
            [line] = begins_readonly(own, needs(contract))
            assert line.endswith(
                f"need INSERT on users: ALTER ROLE {READER} IN DATABASE {name} SET default_transaction_read_only = off"
            )
            assert begins_readonly(own, [need for need in needs(contract) if need.privilege == "SELECT"]) == []
    finally:
        server.drop(name)


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("needs = 7", "needs: is a table of lists; write [needs], "),
        ('[needs]\nusers = "select"', "needs: is a table of lists; write [needs], "),
        ('[needs]\nusers = ["slect"]', "needs.users: 'slect' is nothing that can be needed; there are: select, "),
        ("[needs]\nusers = [7]", "needs.users: 7 is nothing that can be needed"),
        ('[needs]\nusers = ["delete (id)"]', "needs.users: 'delete (id)' is nothing that can be needed"),
        ('[needs]\nusers = ["execute"]', "needs.users: 'execute' does not go with it; of a function: \"slug(text)\""),
        ('[needs]\n"slug(text)" = ["select"]', "needs.slug(text): 'select' does not go with it"),
    ],
)
def test_a_need_that_is_none_is_said_in_a_line(tmp_path: Path, said: str, wrong: str) -> None:
    file = tmp_path / "schema.toml"
    file.write_text(said)

    with pytest.raises(WrongNeed, match=r"^needs") as told:
        needs(file)

    assert str(told.value).startswith(wrong)


@pytest.mark.parametrize(
    ("said", "code", "told"),
    [
        ("", 5, "not-possible: needs database_role in "),
        (
            f'database_role = "{PLATFORM}"',
            1,
            "role platform has no DELETE on table notes: GRANT DELETE ON notes TO platform",
        ),
        (f'database_role = "{ADMIN}"', 0, "GO target=deployed"),
    ],
)
def test_of_a_platform_that_is_reached_the_role_is_named(
    server: Server, tmp_path: Path, said: str, code: int, told: str
) -> None:
    name, profile = server.clone("plumbline_rights_there"), tmp_path / "deployed.toml"
    (tmp_path / "schema.toml").write_text('[needs]\nnotes = ["select", "delete"]')
    with connect(server.url(name, ADMIN)) as connection:
        connection.execute("CREATE TABLE notes (id int); GRANT SELECT ON notes TO platform")
    with deployed() as platform:
        above = f'schema = "schema.toml"\noffers = ["database"]\n{said}\n'
        profile.write_text(above + platform.profile().replace("[remote]", '[remote]\ndatabase_url_env = "THERE"'))
        words = f"--target={profile}", "--rows", "PRE-5"
        ended = pytest_run(tmp_path, *words, environ={"THERE": server.url(name, READER), VARIABLE: PASSWORD})
    server.drop(name)

    assert ended.code == code, ended.output
    assert told in ended.output


@pytest.mark.parametrize("file", ["contract/schema.toml", "examples/express/schema.toml"])
def test_every_table_and_view_of_ours_says_what_routes_need_of_it(file: str) -> None:
    data = tomllib.loads((ROOT / file).read_text("utf-8"))

    assert {need.name for need in needs(ROOT / file)} >= {*data["tables"], *data.get("views", {})}


def test_the_contract_needs_what_the_platforms_routes_say_in_sql() -> None:
    said = {(need.name, need.privilege.lower()) for need in needs(ROOT / "contract" / "schema.toml")}
    tables = {name for name, _ in said}
    routes = [file for file in (ROOT / "reference").rglob("*.py") if file.stem not in {"seeding", "schema"}]
    done = {(table, DOES[verb]) for file in routes for verb, table in SQL.findall(file.read_text("utf-8"))}

    assert {(table, privilege) for table, privilege in done if table in tables} <= said
    assert {("session", "insert"), ("users", "update"), ("deals", "select")} <= done
