"""Whole runs at a platform that is not ours: what its pages wanted and did not get is told, and "enough" is the end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from plumbline.browsing.chromium import find
from tests.sites import Site, site
from tests.whole_runs import Ended, pytest_run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROFILE = """
name   = "made-up"
offers = ["browser"]
pages  = "pages.toml"

[remote]
origins = ["ORIGIN"]
limits  = { requests_per_second = 200 }

[accounts.admin]
username     = "ada@real.test"
password_env = "ADAS_PASSWORD"

[me]
user = ""
role = ""
"""
PAGES = """
["/"]
role    = "everybody"
heading = "Overview"
settles = true

["/".sees]
"Totals" = ["Deals"]
"""
DASHBOARD = """<!doctype html><title>Overview</title><h1>Overview</h1>
<section aria-label="Totals">Deals</section><img src="https://tracker.example/pixel.gif" alt="">
<script>fetch("/api/notifications/mark-read?token=secret", {method: "POST"})</script>
"""


@pytest.fixture
def platform() -> Iterator[Site]:
    """A platform whose dashboard writes as it loads, and calls a tracker."""
    with site() as made:
        made.pages |= {"/": DASHBOARD, "/api/system/health": '{"status": "ok", "release": "r1"}'}
        made.cookies["/api/auth/login"] = "connect.sid=a-session-of-hers; Path=/"
        yield made


def run(home: Path, platform: Site, *words: str) -> Ended:
    """A run against it."""
    (home / "target.toml").write_text(PROFILE.replace("ORIGIN", platform.url), "utf-8")
    (home / "pages.toml").write_text(PAGES, "utf-8")
    own = {"ADAS_PASSWORD": "her-own-password", "PLUMBLINE_HOME": str(home / "kept")}
    return pytest_run(home, f"--target={home / 'target.toml'}", *words, environ=own)


@pytest.mark.skipif(find() is None, reason="there is no browser here")
@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "n2"])
def test_what_a_page_was_refused_is_told_once_and_is_not_its_fault(
    tmp_path: Path, platform: Site, workers: tuple[str, ...]
) -> None:
    ended = run(tmp_path, platform, "--rows", "BRW-1", *workers)

    assert ended.verdict.startswith("GO target=made-up release=r1 pass=1 fail=0 "), ended.output
    write = "POST /api/notifications/mark-read from the page /: this run is readonly"
    visit = "GET https://tracker.example/pixel.gif from the page /: neither an origin of the target nor among its"
    assert ended.output.count(f"refused: {write}") == 1
    assert ended.output.count(f"refused: {visit}") == 1
    verdict = json.loads((tmp_path / "reports" / "latest" / "verdict.json").read_text("utf-8"))
    assert write in verdict["refused"]
    assert len(verdict["refused"]) == 2
    assert [path for method, path in platform.seen if method not in {"GET", "HEAD", "OPTIONS"}] == [
        "/api/auth/login", "/api/auth/logout"
    ]  # fmt: skip


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "n2"])
def test_a_429_ends_the_run_with_one_message(tmp_path: Path, platform: Site, workers: tuple[str, ...]) -> None:
    platform.statuses["/api/auth/me"] = 429
    ended = run(tmp_path, platform, "--rows", "SES-3,SES-1,RT-1,HLT-1,SEC-1", *workers)

    assert ended.code == 1, ended.output
    assert ended.verdict.startswith("NO-GO "), ended.output
    assert platform.seen.count(("GET", "/api/auth/me")) <= (2 if workers else 1), "once by each process at most"
    told = [line for line in ended.output.splitlines() if "429" in line and line.startswith("blocked by 429: ")]
    assert len(told) == 1
    assert "GET /api/auth/me was answered 429: nothing more is asked, nothing is tried again" in told[0]
