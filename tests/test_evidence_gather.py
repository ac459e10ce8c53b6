"""Evidence is gathered a source at a time: one that fails leaves a note, and hides nothing else."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from plumbline.evidence import exchanges
from plumbline.evidence.gather import Evidence, Gathering
from plumbline.secrets import Secrets
from tests.made_up import copy, exchange, scene

if TYPE_CHECKING:
    import pytest

BELOW = "evidence/SES-1"


def gathered(folder: Path, **more: object) -> Evidence:
    """The evidence of a check that has asked one thing."""
    return Gathering(scene(exchange(), **more), folder, BELOW, traced=True).gather()


def names(evidence: Evidence) -> list[str]:
    """The files of the evidence."""
    return [Path(one.path).name for one in evidence.attachments]


def test_every_file_is_told_by_its_place_below_the_run(tmp_path: Path) -> None:
    log = tmp_path / "own-1.log"
    log.write_text("a line\n", "utf-8")

    evidence = gathered(tmp_path, copies=[copy(log)])

    assert names(evidence) == ["exchanges.txt", "exchanges.har", "log-own-1.txt"]
    assert all((tmp_path / one.path).is_file() for one in evidence.attachments)
    assert {one.media_type for one in evidence.attachments} == {"text/plain", "application/json"}


def test_a_source_that_fails_leaves_a_note_and_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> str:
        raise ValueError("no luck with a-good-password")

    monkeypatch.setattr(exchanges, "readable", broken)
    secrets = Secrets()
    secrets.register("a-good-password", "password of admin")

    evidence = gathered(tmp_path, secrets=secrets)

    assert names(evidence) == ["exchanges.har", "notes.txt"]
    assert (tmp_path / BELOW / "notes.txt").read_text("utf-8") == (
        "exchanges.txt: could not be had: ValueError: no luck with «password of admin»\n"
    )


def test_a_browser_that_is_gone_costs_only_what_it_would_have_said(tmp_path: Path) -> None:
    def gone(_: object) -> None:
        raise RuntimeError("the browser has crashed")

    diary: Any = SimpleNamespace(exchanges=list)
    evidence = gathered(tmp_path, diaries=[diary], in_browser=gone)

    notes = (tmp_path / BELOW / "notes.txt").read_text("utf-8")
    assert names(evidence) == ["exchanges.txt", "exchanges.har", "notes.txt"]
    assert {line.partition(":")[0] for line in notes.splitlines()} == {
        "screenshot.png", "exchanges.txt, requests of page", "page.txt", "trace.zip"
    }  # fmt: skip


def test_a_check_that_asked_nothing_leaves_no_empty_files(tmp_path: Path) -> None:
    assert Gathering(scene(), tmp_path, BELOW, traced=False).gather().attachments == []
