"""A platform that is not seen on the database that it was given is never seeded: it may hold somebody's data."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from tests.whole_runs import Ended, pytest_run

if TYPE_CHECKING:
    from pathlib import Path

ELSEWHERE = "the platform does not use the database that it was given"
CONNECTS = (
    "import os, psycopg; psycopg.connect(os.environ['DATABASE_URL'], autocommit=True).execute('create table t (a int)')"
)
SERVES = "import os, http.server as h; h.ThreadingHTTPServer(('127.0.0.1', int(os.environ['PORT'])), h.SimpleHTTPRequestHandler).serve_forever()"  # noqa: E501
KEEPS = "import os, psycopg; kept = psycopg.connect(os.environ['DATABASE_URL'], autocommit=True)\n" + SERVES


def run(home: Path, serve: str, migrate: str = "") -> Ended:
    """A run on a platform that is these few lines; its seed leaves a file `seeded`."""

    def command(code: str) -> str:
        return json.dumps([sys.executable, "-c", code])

    profile, seed = home / "target.toml", f"open({str(home / 'seeded')!r}, 'w')"
    profile.write_text(
        'name = "few-lines"\noffers = ["database", "restart"]\n[commands]\nready = "/"\n'
        f"serve = {command(serve)}\nseed = {command(seed)}\n"
        + (f"migrate = {command(migrate)}\n" if migrate else "")
        + '[environment]\nDATABASE_URL = "{database_url}"\nPORT = "{port}"\n[health]\npath = ""\npage = "/"\n'
    )
    return pytest_run(home, f"--target={profile}", "--rows", "PRE-1")


def test_a_migration_that_went_elsewhere_ends_the_run_before_anything_is_seeded(tmp_path: Path) -> None:
    ended = run(tmp_path, SERVES, migrate="pass")

    assert ended.code == 1, ended.output
    assert ELSEWHERE in ended.output
    assert "migrate ended well and made no table in it" in ended.output
    assert not (tmp_path / "seeded").exists()


def test_a_platform_without_a_migration_is_seen_while_it_serves(tmp_path: Path) -> None:
    ended = run(tmp_path, SERVES)

    assert ended.code == 1, ended.output
    assert "while it serves it has no connection to it" in ended.output
    assert not (tmp_path / "seeded").exists()


def test_whoever_is_seen_is_seeded(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "other").mkdir()

    assert ELSEWHERE not in run(tmp_path / "one", SERVES, migrate=CONNECTS).output
    assert (tmp_path / "one" / "seeded").exists()
    assert ELSEWHERE not in run(tmp_path / "other", KEEPS).output
    assert (tmp_path / "other" / "seeded").exists()
