"""What the database did in a check's time, and the database itself, from a server that runs here."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from plumbline.commands import WrongUse
from plumbline.commands import database as command
from plumbline.evidence.dump import dumped
from plumbline.evidence.sql import activity, entries
from plumbline.secrets import Secrets
from plumbline.services.embedded import EmbeddedPostgres
from plumbline.stores.postgres import ADMIN, Server, connect
from tests.made_up import copy, scene

if TYPE_CHECKING:
    from plumbline.evidence.scene import Scene

MADE = "plumbline_evidence_test"

LOG = """\
2026-01-31 10:00:00.001 UTC [7] platform@ours LOG:  duration: 0.5 ms  statement: SELECT 1,
\t  2
2026-01-31 10:00:00.002 UTC [8] platform@others LOG:  duration: 0.5 ms  statement: SELECT
\t'of others'
2026-01-31 10:00:00.003 UTC [7] platform@ours LOG:  duration: 0.5 ms  parse <unnamed>: SELECT $1
2026-01-31 10:00:00.004 UTC [7] platform@ours LOG:  duration: 12.5 ms  bind <unnamed>: SELECT $1
2026-01-31 10:00:00.005 UTC [9] LOG:  checkpoint
2026-01-31 10:00:00.006 UTC [7] platform@ours ERROR:  relation "nowhere" does not exist
"""


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """In memory where there is room: servers are slow on disk."""
    place = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(prefix="evidence-", dir=place) as made:
        yield Path(made)


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    """A Postgres with one database, in which something has been asked."""
    postgres = EmbeddedPostgres(folder, folder / "home", "evidence", lambda _: None)
    started = postgres.start()
    started.create_empty(MADE)
    with connect(started.url(MADE)) as connection:
        connection.execute("CREATE TABLE users (name text, token uuid)")
        connection.execute("INSERT INTO users VALUES ('ada', '11111111-2222-3333-4444-555555555555'), ('bob', NULL)")
    yield started
    assert postgres.process is not None
    postgres.process.kill()


@pytest.fixture
def played(server: Server, folder: Path) -> Scene:
    """Where a check played whose platform has this database."""
    return scene(copies=[copy(folder / "none.log", database=MADE)], server=server, scratch=folder)


def test_only_the_databases_of_the_check_are_told_and_statements_stay_whole() -> None:
    found = list(entries(LOG, {"ours"}))

    assert found[0] == "10:00:00.001 [7] platform: LOG:  duration: 0.5 ms  statement: SELECT 1,\n\t  2"
    assert not any("of others" in entry or "checkpoint" in entry for entry in found)


def test_quick_steps_of_a_prepared_statement_are_left_out_slow_ones_not() -> None:
    said = [entry.partition("platform: ")[2] for entry in entries(LOG, {"ours"})][1:]

    assert said == ["LOG:  duration: 12.5 ms  bind <unnamed>: SELECT $1", 'ERROR:  relation "nowhere" does not exist']


def test_the_servers_own_log_tells_statements_and_durations(played: Scene) -> None:
    text = activity(played)

    assert "ms  statement: CREATE TABLE users" in text
    assert f"databases: {MADE}" in text


def test_only_the_checks_time_is_told(played: Scene, server: Server) -> None:
    later = replace(played, server_log_since=Path(server.log).stat().st_size)

    assert "(none)" in activity(later).rpartition("in the check's time")[2]


def test_a_connection_that_waits_is_told_with_what_it_waits_for(played: Scene, server: Server) -> None:
    with connect(server.url(MADE)) as holding:
        holding.execute("BEGIN")
        holding.execute("LOCK TABLE users")

        text = activity(played)

    assert "idle in transaction" in text
    assert "LOCK TABLE users" in text


def test_a_server_that_is_gone_still_has_its_log(played: Scene, server: Server) -> None:
    text = activity(replace(played, server=replace(server, port=1)))

    assert "what runs now could not be asked" in text
    assert "CREATE TABLE users" in text


def test_a_dump_is_masked_and_restores_but_for_what_masking_spoils(
    played: Scene, server: Server, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secrets = Secrets()
    secrets.register("11111111-2222-3333-4444-555555555555", "session of ada")
    dump = folder / "database.sql"
    dump.write_text(dumped(replace(played, secrets=secrets), server, MADE), "utf-8")

    command._restore(server, dump, folder)

    with connect(server.url(command.NAME, ADMIN)) as connection:
        assert connection.execute("SELECT name FROM users").fetchall() == [("bob",)]
    assert "11111111" not in dump.read_text("utf-8")
    assert command.found(str(dump)) == dump
    assert "1 statements were refused" in capsys.readouterr().err


def test_a_dump_leaves_nothing_unmasked_behind(played: Scene, server: Server, folder: Path) -> None:
    dumped(played, server, MADE)

    assert not list(folder.glob(f"{MADE}*"))


@pytest.mark.parametrize("what", ["SES-404", "nowhere/database.sql"])
def test_what_is_not_there_is_told_in_one_message(what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLUMBLINE_REPORTS", str(tmp_path))

    with pytest.raises(WrongUse):
        command.found(what)


def test_a_file_that_is_no_dump_is_refused(tmp_path: Path) -> None:
    (tmp_path / "database.sql").write_text("-- a file\n")

    with pytest.raises(WrongUse, match="is no dump of a database"):
        command.found(str(tmp_path / "database.sql"))
