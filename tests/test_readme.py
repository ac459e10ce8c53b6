"""README tells a newcomer what is so: every option with its environment twin, every folder, every target."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from plumbline.settings import FLAGS, OPTIONS

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def test_every_option_that_is_named_exists() -> None:
    named = {option for line in README.splitlines() if line[:1] == "|" for option in re.findall(r"`--([a-z-]+)", line)}

    assert named
    assert named <= {name.replace("_", "-") for name in [*OPTIONS, *FLAGS]}


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
