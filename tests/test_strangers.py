"""The smoke on platforms that nobody here wrote the suite for: GO, and NO-GO with the row of what is broken.

`strange/` has one in Django's manner, one in Flask's, and an API whose sessions are bearer tokens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plumbline.judging import record
from tests.whole_runs import ROOT, Ended, pytest_run

if TYPE_CHECKING:
    from pathlib import Path

STRANGE = ROOT / "tests" / "strange"
SESSIONS = {"SES-1", "SES-2", "SES-3", "SES-3 forged", "SES-4", "SES-5", "SES-8"}
PASSES = {
    "bookshop": {"PRE-2", "PRE-2 same", "PRE-3", "HLT-1 asks"},
    "parcels": {"SES-12"},
    "recipes": set(),
}
"""The platform → what passes on it besides the rows that pass on all three."""

BREAKS = [
    ("bookshop", "only-the-cookie", "SES-8"),
    ("bookshop", "tells", "SES-2"),
    ("bookshop", "any-password", "SES-2"),
    ("bookshop", "never-ends", "SES-4"),
    ("bookshop", "in-memory", "SES-4 SES-5"),
    ("bookshop", "stumbles", "CRT-3 SES-3 SES-8 SES-4"),
    ("bookshop", "unguarded", "CRT-3"),
    ("parcels", "only-the-client", "SES-8"),
    ("parcels", "never-ends", "SES-4"),
    ("parcels", "new-key", "SES-5"),
    ("parcels", "unsigned", "CRT-3 SES-3"),
    ("parcels", "any-role", "SES-12"),
    ("parcels", "stumbles", "SES-3"),
    ("recipes", "tells", "SES-2"),
    ("recipes", "any-session", "SES-2"),
    ("recipes", "never-ends", "SES-4"),
    ("recipes", "only-the-cookie", "SES-8"),
]
"""The platform, how it is broken, and the rows that are red then: the one that broke, and what follows from it."""


def ends(run: Ended) -> dict[str, str]:
    """How each row or half of a row ended."""
    [file] = (run.home / "reports").glob("[0-9]*/records.jsonl")
    return {one.title: one.word for one in record.by_check(record.read(file))}


@pytest.mark.parametrize("name", PASSES)
def test_a_stranger_passes_by_its_profile_alone(tmp_path: Path, name: str) -> None:
    run = pytest_run(tmp_path, "-m", "smoke", f"--target={STRANGE / name}.toml")

    assert run.code == 0, run.output
    assert run.verdict.startswith(f"GO target={name} release=unknown ")
    passed = {title for title, word in ends(run).items() if word == "pass"}
    assert passed >= SESSIONS | PASSES[name] | {"PRE-1", "HLT-1", "CRT-3", "CRT-3 anonymous", "SEC-1"}
    assert run.left == []


def test_a_preflight_row_that_turns_out_not_possible_is_in_nobodys_way(tmp_path: Path) -> None:
    profile = tmp_path / "recipes.toml"
    offers = (STRANGE / "recipes.toml").read_text().replace("offers = [", 'offers = ["command", ')
    profile.write_text(offers)

    run = pytest_run(tmp_path, f"--target={profile}", "--rows", "PRE-3,SES-1")

    assert run.code == 0, run.output
    assert ends(run) == {"PRE-3": "not-possible", "SES-1": "pass"}


def test_a_stranger_is_not_asked_for_the_bundled_platforms_tables(tmp_path: Path) -> None:
    profile = tmp_path / "bookshop.toml"
    profile.write_text((STRANGE / "bookshop.toml").read_text().replace('schema = "schema.toml"\n', ""))

    run = pytest_run(tmp_path, f"--target={profile}", "--rows", "PRE-3,SES-1")

    assert run.code == 0, run.output
    assert f"not-possible: needs its tables (`schema` in {profile}), a status command, or " in run.output


def test_who_is_logged_in_already_and_gets_no_form_is_not_held_against_a_stranger(tmp_path: Path) -> None:
    run = pytest_run(tmp_path, f"--target={STRANGE / 'recipes.toml'}", "--rows", "SES-1,SES-11")

    assert run.code == 0, run.output
    assert ends(run)["SES-11"] == "not-possible"


@pytest.mark.parametrize(("name", "way", "rows"), BREAKS)
def test_a_broken_stranger_is_red_where_it_broke(tmp_path: Path, name: str, way: str, rows: str) -> None:
    profile = STRANGE / f"{name}.toml"
    broken = tmp_path / "broken.toml"
    text = profile.read_text().replace("[environment]", f'[environment]\nBREAK = "{way}"')
    broken.write_text(text.replace('schema = "schema.toml"', f'schema = "{STRANGE / "schema.toml"}"'))

    run = pytest_run(tmp_path, "-m", "smoke", f"--target={broken}", "--rows", "SES,CRT-3,HLT-1")

    assert run.code == 1, run.output
    assert run.verdict.startswith(f"NO-GO target={name} ")
    assert run.verdict.endswith(f" [{rows}]")


@pytest.mark.parametrize("word", ["sessionid", "csrfmiddlewaretoken", "tests/strange", "/accounts/", "julia@"])
def test_nothing_on_the_suites_side_knows_of_them(word: str) -> None:
    knowing = [
        str(file.relative_to(ROOT))
        for folder in ("suites", "fixtures", "seeds", "contract")
        for file in (ROOT / folder).rglob("*.*")
        if file.suffix != ".pyc" and file.is_file() and word in file.read_text("utf-8", "replace")
    ]

    assert knowing == []
