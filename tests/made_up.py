"""Exchanges, answers, rows, records and targets that nobody ever had, for tests of what judges them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from plumbline.asking.exchange import OK, Answer, Exchange
from plumbline.elsewhere.permission import Level
from plumbline.evidence.scene import Copy, Scene
from plumbline.judging.catalogue import Row
from plumbline.judging.record import Record
from plumbline.profile import Account, Profile
from plumbline.secrets import Secrets
from plumbline.target import Target


def exchange(status: int = 200, body: str = "", headers: Mapping[str, str] | None = None, **more: object) -> Exchange:
    """An exchange of the administrator's; `more` are fields of Exchange."""
    told: dict[str, Any] = {
        "method": "GET", "url": "http://127.0.0.1:1/api/auth/me", "path": "/api/auth/me", "who": "admin",
        "request_headers": {}, "request_body": "", "seconds": 0.003,
    }  # fmt: skip
    answered = tuple((headers or {}).items())
    return Exchange(**{**told, **more}, status=status, headers=answered, body=body.encode())


def answer(status: int = 200, body: str = "", headers: Mapping[str, str] | None = None) -> Answer:
    """What a check gets back."""
    return Answer(exchange(status, body, headers), OK)


def row(name: str = "SES-1", **more: object) -> Row:
    """A row of the catalogue."""
    told: dict[str, Any] = {"holds": "it holds", "severity": "P0", "area": "sessions"}
    prose: dict[str, Any] = {"symptom": "a symptom", "cause": "a cause", "first": "look at it"}
    return Row(**{"id": name, **told, **prose, **more})


def record(word: str, name: str = "SES-1", nodeid: str = "test_a.py::test_it", **more: object) -> Record:
    """How a check ended; `more` are fields of Record."""
    told: dict[str, Any] = {"half": None, **more}
    return Record(nodeid=nodeid, row=name, word=word, **told)


def target(level: Level = Level.DISRUPTIVE, fault: str | None = None, **more: object) -> Target:
    """A target of this profile, with an account; `more` are fields of Profile."""
    accounts = {"admin": Account("ada", password="a-good-password")}
    told: dict[str, Any] = {"name": "made-up", "accounts": accounts, **more}
    root = Path(__file__).resolve().parent.parent
    return Target(Profile(**told), Path("made-up.toml"), root, level, "run-1", "2026-01-31", fault)


def scene(*exchanges: Exchange, **more: object) -> Scene:
    """Where a check played; `more` are fields of Scene."""
    told: dict[str, Any] = {"trace_id": "a" * 32, "copies": [], "secrets": Secrets()}
    return Scene(exchanges=exchanges, **{**told, **more})


def copy(log: Path, **more: object) -> Copy:
    """A copy of the platform with this log; `more` are fields of Copy."""
    told: dict[str, Any] = {
        "name": "own-1", "url": "http://127.0.0.1:1", "state": "runs, pid 7", "since": 0, "database": ""
    }  # fmt: skip
    return Copy(log=log, **{**told, **more})
