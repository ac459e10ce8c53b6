"""The arrows between the folders, as pyproject.toml's import-linter contracts draw them."""

from __future__ import annotations

import pytest


def test_every_arrow_holds(capsys: pytest.CaptureFixture[str]) -> None:
    linter = pytest.importorskip("importlinter.cli", reason="not possible here: make setup-all installs it")

    broken = linter.lint_imports(no_cache=True)

    assert broken == 0, capsys.readouterr().out
