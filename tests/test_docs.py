"""What docs/ says is so: files, links, options, commands; and its examples are what they are meant to be."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import jsonschema_rs
import pytest

from plumbline.commands.detection import written
from plumbline.settings import FLAGS, OPTIONS
from tests.whole_runs import ROOT, module_run

DOCS = ROOT / "docs"
PAGES = sorted(DOCS.glob("*.md"))
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
OURS = {f"--{name.replace('_', '-')}" for name in (*OPTIONS, *FLAGS)}
OF_OTHERS = {"--into", "--option", "--previous"}
"""Of `new-profile`, of nobody, of the examples' own deploy."""


def text(page: Path) -> str:
    """A page."""
    return page.read_text("utf-8")


def blocks(language: str) -> list[object]:
    """Each example in a language, with where it stands."""
    example = re.compile(rf"```{language}\n(.*?)```", re.DOTALL)
    found = [(page, block) for page in PAGES for block in example.findall(text(page))]
    return [pytest.param(block, id=f"{page.stem}-{number}") for number, (page, block) in enumerate(found)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_and_files_lead_somewhere(page: Path) -> None:
    links = [link for link in re.findall(r"\]\(([^)]+)\)", text(page)) if not link.startswith(("#", "http"))]
    files = re.findall(r"`((?:plumbline|fixtures|tests|contract)/[\w/.-]+)`", text(page))

    assert [link for link in links if not (DOCS / link.partition("#")[0]).exists()] == []
    assert [file for file in files if not (ROOT / file).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_options_and_commands_exist(page: Path) -> None:
    options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text(page)))
    targets = set(re.findall(r"(?:^|`)make ([a-z][a-z-]+)", text(page), re.MULTILINE))
    commands = set(re.findall(r"-m plumbline ([a-z-]+)", text(page)))
    told = subprocess.run([sys.executable, "-m", "plumbline", "--help"], capture_output=True, text=True, check=True)

    assert options - OURS - OF_OTHERS == set()
    assert targets - set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE)) == set()
    assert [command for command in commands if not re.search(rf"^ +{command} ", told.stdout, re.MULTILINE)] == []


def test_the_record_of_what_is_detected_is_of_now() -> None:
    assert text(DOCS / "detection.md") == written(), "docs/detection.md is old; run: python -m plumbline detection"


def test_the_record_is_written_where_somebody_wants_it(tmp_path: Path) -> None:
    there = module_run(tmp_path, "plumbline", "detection", "--into", str(tmp_path))
    nowhere = module_run(tmp_path, "plumbline", "detection", "--into", str(tmp_path / "nowhere"))

    assert (there.code, (tmp_path / "detection.md").read_text("utf-8")) == (0, text(DOCS / "detection.md"))
    assert (nowhere.code, nowhere.output.count("\n")) == (4, 1)
    assert "nowhere/detection.md cannot be written: " in nowhere.output


@pytest.mark.parametrize("block", blocks("toml"))
def test_a_profiles_example_has_keys_that_there_are(block: str) -> None:
    schema = json.loads(text(DOCS / "profile.schema.json"))
    errors = jsonschema_rs.validator_for(schema).iter_errors({"name": "mine", **tomllib.loads(block)})

    assert [error.message for error in errors] == []


@pytest.mark.parametrize("block", blocks("yaml"))
def test_a_workflows_example_is_one(block: str, tmp_path: Path) -> None:
    workflow = tmp_path / "example.yml"
    workflow.write_text(block, "utf-8")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(workflow)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)

    assert ended.returncode == 0, ended.stdout
