"""README tells a newcomer what is so: every option with its environment twin, every folder, every target."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from plumbline.settings import FLAGS, OPTIONS

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize("option", [*OPTIONS, *FLAGS])
def test_every_option_stands_in_the_table(option: str) -> None:
    spelled = option.replace("_", "-")
    lines = [line for line in README.splitlines() if line[:1] == "|" and f"`--{spelled}" in line.split(" | ")[0]]

    assert lines, f"README's table of options lacks --{option}"
    assert f"PLUMBLINE_{option.upper()}" in lines[0]


def test_every_make_target_that_is_named_exists() -> None:
    named = set(re.findall(r"^make ([a-z-]+)", README, re.MULTILINE))

    assert named
    assert named <= set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))


def test_it_fits_on_a_page() -> None:
    assert len(README.splitlines()) <= 100


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_folders_that_a_page_names_exist(page: str) -> None:
    named = set(re.findall(r"`([a-z_]+(?:/[a-z_.]+)*/)`", (ROOT / page).read_text(encoding="utf-8")))
    made_by_a_run = {"reports/latest/"}

    assert named
    assert [folder for folder in sorted(named - made_by_a_run) if not (ROOT / folder).is_dir()] == []
