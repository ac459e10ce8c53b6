"""What a start that failed says of its database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plumbline.standing.start import Log, Start

if TYPE_CHECKING:
    from pathlib import Path

STACK = "\n".join(f"    at Parser.handlePacket (node_modules/pg-protocol/parser.js:{line}:29)" for line in range(8))
FIELDS = "{\n  length: 104,\n  severity: 'FATAL',\n  file: 'auth.c',\n  line: '331',\n  routine: 'auth_failed'\n}"
NODE = f'error: password authentication failed for user "desk"\n{STACK} {FIELDS}\n\nNode.js v22.11.0'


def ended(folder: Path, said: str) -> Start:
    """A start that ended with this log."""
    log = folder / "own.log"
    log.write_text(said, "utf-8")
    environment = {"DATABASE_URL": "postgresql://desk:secret@127.0.0.1/desk"}
    return Start(answers=False, ended_with=1, seconds=0.5, log=Log(log), settings={}, environment=environment)


SAID = {
    "the last line": ("up\nFATAL: password authentication failed for user desk", "login"),
    "a stack and its fields after it": (NODE, "login"),
    "what came last": (f"connection refused, once more\n{NODE}", "login"),
    "something else": ("TypeError: settings.port is undefined", None),
}


@pytest.mark.parametrize(("said", "kind"), SAID.values(), ids=SAID)
def test_the_trouble_is_found_where_platforms_say_it(tmp_path: Path, said: str, kind: str | None) -> None:
    trouble = ended(tmp_path, said).database_trouble

    assert (trouble.kind if trouble else None) == kind
