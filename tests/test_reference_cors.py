"""Which pages may ask the reference platform's API from another host, besides the one that SES-19 logs in from."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.whole_runs import ROOT

PAGE = "https://app.example.org"
OF_CORS = "access-control-"
OTHERS = [
    ("https://evil.example", "/api/nothing"),
    ("https://app.example.org.evil.example", "/api/nothing"),
    ("https://evil-app.example.org", "/api/nothing"),
    ("http://app.example.org", "/api/nothing"),
    ("https://app.example.org:8443", "/api/nothing"),
    ("null", "/api/nothing"),
    (PAGE, "/login"),
]
"""Origin and path of what must not be let in."""

ASKED = """
import asyncio, json, sys
from reference.assembly import assemble
from reference.front import Front
from reference.settings import Settings

async def answer(front, method, path, origin):
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    await front({
        "type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": b"",
        "root_path": "", "scheme": "http", "http_version": "1.1", "server": ("127.0.0.1", 80),
        "headers": [(b"origin", origin.encode()), (b"access-control-request-method", b"POST")],
    }, receive, send)
    return sent[0]["status"], {name.decode(): text.decode() for name, text in sent[0]["headers"]}

async def answers(environment, requests):
    front = Front(assemble(Settings.read(environment)))
    return [await answer(front, *request) for request in requests]

json.dump(asyncio.run(answers(*json.load(sys.stdin))), sys.stdout)
"""
"""Asks a platform that has no servers; its log lines stand before the answers."""


def asked(*requests: tuple[str, str, str], origins: str = f"{PAGE}, https://b.example.org") -> list[Any]:
    """Status and headers of each answer to a method, path and origin of the page that asks."""
    environment = {
        "DATABASE_URL": "postgresql://platform@127.0.0.1:1/platform", "REDIS_URL": "redis://127.0.0.1:1/0",
        "SESSION_SECRET": "of-a-test-that-signs-nothing-0123456789", "CORS_ORIGINS": origins,
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", ASKED], input=json.dumps([environment, requests]), cwd=ROOT,
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return list(json.loads(done.stdout.splitlines()[-1]))


def test_a_page_that_is_named_may_ask_and_learns_so_first() -> None:
    [[status, told]] = asked(("OPTIONS", "/api/auth/login", PAGE))

    assert (status, told["access-control-allow-origin"], told["vary"]) == (204, PAGE, "Origin")
    assert told["access-control-allow-credentials"] == "true"
    assert "Content-Type" in told["access-control-allow-headers"]


@pytest.mark.parametrize("method", ["OPTIONS", "GET"])
def test_no_other_page_is_let_in_nor_anything_but_the_api(method: str) -> None:
    answers = asked(*((method, path, origin) for origin, path in OTHERS))

    for (origin, path), (status, told) in zip(OTHERS, answers, strict=True):
        assert status != 204, (origin, path)
        assert [name for name in told if name.startswith(OF_CORS)] == [], (origin, path)
        assert told.get("vary") == ("Origin" if path.startswith("/api/") else None), (origin, path)


def test_without_the_setting_nobody_is_told_anything() -> None:
    [[_, told]] = asked(("GET", "/api/nothing", PAGE), origins="")

    assert [name for name in told if name.startswith(OF_CORS) or name == "vary"] == []
