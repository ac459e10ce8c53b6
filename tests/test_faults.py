"""The faults as the proofs reach them: by command. That each is caught is for proofs/ to show."""

from __future__ import annotations

import ast
import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from plumbline.judging.catalogue import Catalogue

ROOT = Path(__file__).resolve().parents[1]
LONGEST = 15
CANARIES = {"nobody-stays-logged-in": "caught", "changes-nothing": "missed", "ends-at-start": "void"}

Ended = subprocess.CompletedProcess[str]


def python(*words: str, said: str = "", cwd: Path = ROOT, **environment: str) -> Ended:
    """What Python does with these words, with an environment of its own."""
    bare = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *words],
        cwd=cwd,
        env=bare | environment,
        input=said,
        capture_output=True,
        text=True,
        check=False,
    )


def faults(*argv: str, said: object = None, **environment: str) -> Ended:
    return python("-m", "faults", *argv, said=json.dumps(said), cwd=ROOT, **environment)


@pytest.fixture(scope="module")
def listed() -> list[dict[str, Any]]:
    """What `python -m faults list` says."""
    return [json.loads(line) for line in faults("list").stdout.splitlines()]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The rows of the contract."""
    return Catalogue.load(ROOT / "contract" / "regressions")


def test_every_whole_row_has_a_fault_and_every_fault_a_whole_row(
    listed: list[dict[str, Any]], catalogue: Catalogue
) -> None:
    brought_back = {row for one in listed if one["canary"] is None for row in one["brings_back"]}

    assert brought_back == {row.title for row in catalogue if not row.planned}


def test_the_canaries_come_first_and_say_what_the_proofs_must_say(listed: list[dict[str, Any]]) -> None:
    assert [one["name"] for one in listed[: len(CANARIES)]] == list(CANARIES)
    assert {one["name"]: one["canary"] for one in listed if one["canary"]} == CANARIES


def test_a_fault_stands_at_the_path_of_its_check(listed: list[dict[str, Any]], catalogue: Catalogue) -> None:
    for one in listed:
        path = Path(one["file"])
        areas = {catalogue.row(*row.split(" ")).area for row in one["brings_back"]}

        assert (ROOT / path).is_file()
        assert one["canary"] or areas == {path.parent.name}, one


def test_a_fault_is_one_small_function() -> None:
    for path in (ROOT / "faults").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and any("fault(" in ast.unparse(d) for d in node.decorator_list):
                lines = (node.end_lineno or 0) - node.lineno + 1
                assert lines <= LONGEST, f"{path.name}: {node.name} has {lines} lines"


@pytest.mark.parametrize("command", ["serve", "migrate", "status", "seed", "probe"])
def test_an_unknown_fault_names_the_nearest(command: str) -> None:
    ended = faults(command, "sessions-in-memroy")

    assert ended.returncode == 4
    assert ended.stderr == "faults: no fault 'sessions-in-memroy'; did you mean sessions-in-memory?\n"


@pytest.mark.parametrize("argv", [[], ["serve"], ["sreve", "changes-nothing"], ["list", "more"]])
def test_wrong_use_is_one_line(argv: list[str]) -> None:
    ended = faults(*argv)

    assert ended.returncode == 4
    assert ended.stderr.startswith("faults: usage: python -m faults list | probe NAME")
    assert ended.stderr.count("\n") == 1


def test_a_command_is_the_platforms_own_with_the_fault_in_it() -> None:
    settings = {
        "DATABASE_URL": "postgresql://platform:secret@127.0.0.1:9/platform",
        "REDIS_URL": "redis://127.0.0.1:9/0",
        "SESSION_SECRET": "b0c5e9d1f7a24683b0c5e9d1f7a24683",
        "START_DEADLINE": "0.1",
    }

    missing = faults("status", "database-url-missing", **settings)
    healthy = faults("status", "changes-nothing", **settings)

    assert (missing.returncode, "DATABASE_URL is missing" in missing.stderr) == (78, True)
    assert (healthy.returncode, "connection refused" in healthy.stderr) == (69, True)


@pytest.fixture
def open_platform() -> Iterator[str]:
    """The URL of a server that answers every GET with 200 and an empty list."""

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"[]")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_probe_prints_what_it_sees(open_platform: str) -> None:
    ended = faults("probe", "route-without-guard", said={"url": open_platform, "started": True})

    assert (ended.returncode, json.loads(ended.stdout)) == (0, 200)


@pytest.mark.parametrize(
    ("name", "said", "code", "message"),
    [
        (
            "changes-nothing",
            {"link": "x"},
            4,
            "standard input must be an object with url, started, code, log",
        ),
        ("changes-nothing", None, 4, "standard input must be an object"),
        ("route-without-guard", {"url": "http://127.0.0.1:9", "started": False}, 1, "Connection refused"),
        ("hsts-forgotten", {"url": "", "started": True}, 1, "must be told by `faulty` which platform"),
    ],
)
def test_a_probe_that_cannot_look_says_why_in_one_line(name: str, said: object, code: int, message: str) -> None:
    ended = faults("probe", name, said=said)

    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (code, "", 1), ended.stderr
    assert message in ended.stderr


WRONG = {
    "name": ("breaks-it", ["SES-1"], "breaks(platform): 'It.'", "the name is the function's, 'breaks', with"),
    "part": ("breaks-it", ["SES-1"], "breaks_it(db): 'It.'", "its parameters say what it acts on"),
    "nothing": ("breaks-it", ["SES-1"], "breaks_it(): 'It.'", "its parameters say what it acts on"),
    "row": ("breaks-it", ["SES1"], "breaks_it(platform): 'It.'", "brings_back names rows"),
    "no row": ("breaks-it", [], "breaks_it(platform): 'It.'", "brings_back names rows"),
    "no docstring": ("breaks-it", ["SES-1"], "breaks_it(platform): pass", "its docstring says in one"),
    "twice": ("changes-nothing", ["SES-1"], "changes_nothing(platform): 'It.'", "there is one of that"),
    "no probe": ("breaks-it", ["SES-1"], "breaks_it(platform): 'It.'", "has no probe"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "rows", "function", "message"), WRONG.values(), ids=list(WRONG))
def test_a_fault_that_is_written_wrongly_is_named_with_its_file(
    tmp_path: Path, name: str, rows: list[str], function: str, message: str
) -> None:
    shutil.copytree(ROOT / "faults", tmp_path / "faults", ignore=shutil.ignore_patterns("__pycache__"))
    lines = ["from faults import fault", f"@fault({name!r}, brings_back={rows!r})", f"def {function}"]
    (tmp_path / "faults" / "health" / "wrong.py").write_text("\n".join(lines))

    ended = python("-m", "faults", "list", cwd=tmp_path, PYTHONPATH=str(ROOT))

    assert (ended.returncode, ended.stderr.count("\n")) == (4, 1), ended.stderr
    assert message in ended.stderr
    assert ended.stderr.startswith("faults: faults/health/wrong.py: fault ")
