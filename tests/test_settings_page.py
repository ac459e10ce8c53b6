"""docs/settings.md and the profile's schema say what the code says, and every profile of ours keeps to the schema."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import jsonschema_rs
import pytest

from plumbline.commands.settings import written
from plumbline.settings import FLAGS, OPTIONS, VARIABLES
from plumbline.vocabulary import tables
from tests.whole_runs import ROOT, module_run

PROFILES = sorted(
    path
    for pattern in ("targets/*.toml", "examples/*/target.toml", "tests/*/*.toml")
    for path in ROOT.glob(pattern)
    if "[commands]" in (text := path.read_text("utf-8")) or "[remote]" in text
)


@pytest.fixture(scope="module")
def validator() -> jsonschema_rs.Draft202012Validator:
    """The schema that is committed."""
    schema = json.loads((ROOT / "docs" / "profile.schema.json").read_text("utf-8"))
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)


@pytest.mark.parametrize("name", ["settings.md", "profile.schema.json"])
def test_what_is_committed_is_what_the_code_says(name: str) -> None:
    committed = (ROOT / "docs" / name).read_text("utf-8")

    assert committed == written()[name], f"docs/{name} is old; run: python -m plumbline settings"


def test_every_word_of_a_profile_has_its_sentence() -> None:
    assert [f"{table.head}.{key.name}" for table in tables() for key in table.keys if not key.text] == []


def test_every_option_and_variable_stands_on_the_page() -> None:
    page = (ROOT / "docs" / "settings.md").read_text("utf-8")
    twins = [f"`PLUMBLINE_{name.upper()}`" for name in (*OPTIONS, *FLAGS, *VARIABLES)]

    assert [twin for twin in twins if page.count(twin) != 1] == []


@pytest.mark.parametrize("path", PROFILES, ids=[str(path.relative_to(ROOT)) for path in PROFILES])
def test_a_profile_of_ours_keeps_to_the_schema(path: Path, validator: jsonschema_rs.Draft202012Validator) -> None:
    assert [error.message for error in validator.iter_errors(_read(path.read_text("utf-8"), ""))] == []


@pytest.mark.parametrize(
    "text",
    [
        "[statuses]\nforbidden = [403]",
        "[statuses]\nforbidden = [{ status = 302, location = '/login' }]",
        "[[accepted]]\nrow = 'SES-12'\nissue = '#7'\nuntil = 2026-12-31",
    ],
)
def test_an_editor_takes_what_a_run_takes(text: str, validator: jsonschema_rs.Draft202012Validator) -> None:
    assert validator.is_valid(_read(text))


@pytest.mark.parametrize("text", ["[statuses]\nforbidden = ['403']", "cokie = 'x'", "[login]\nbody = 'xml'"])
def test_an_editor_marks_what_a_run_refuses(text: str, validator: jsonschema_rs.Draft202012Validator) -> None:
    assert not validator.is_valid(_read(text))


def test_the_command_writes_both(tmp_path: Path) -> None:
    run = module_run(tmp_path, "plumbline", "settings", "--into", str(tmp_path / "docs"))

    assert run.code == 0, run.output
    assert {path.name for path in (tmp_path / "docs").iterdir()} == set(written())


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    run = module_run(tmp_path, "plumbline", "settings", "--into", str(tmp_path / "file"))

    assert (run.code, len(run.output.splitlines())) == (4, 1), run.output
    assert f"{tmp_path}/file" in run.output


def _read(text: str, before: str = 'name = "x"\n') -> object:
    """TOML as the JSON that a schema knows: days are texts."""
    return json.loads(json.dumps(tomllib.loads(before + text), default=str))
