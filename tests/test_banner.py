"""The banner of pages that are not ours: whether a person sees it, and what a run leaves of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from plumbline.browsing.banner import OF_HEALTH, Banner
from plumbline.browsing.browser import BrowserThread, close
from plumbline.browsing.chromium import find
from plumbline.browsing.pages import Page
from plumbline.browsing.visit import Visit
from plumbline.elsewhere.permission import Level
from plumbline.profile import Health
from tests.made_up import target
from tests.whole_runs import pytest_run

PLATFORM = target(Level.READONLY)
WORDS = "Database Disconnected"
OFF_SCREEN = "position: fixed; inset: 0 0 auto; transform: translateY(-100%)"
UNSEEN = "position: absolute; width: 1px; height: 1px; overflow: hidden"


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserThread]:
    """A browser for these tests."""
    chromium = find()
    if chromium is None:
        pytest.skip("there is no browser here")
    thread = BrowserThread(chromium, PLATFORM, headed=False)
    yield thread
    thread.stop()


def shown(browser: BrowserThread, body: str, **health: Any) -> bool:  # noqa: ANN401 - fields of Health
    """Whether the banner is seen on a page with this body, by what a profile says of it."""

    def look() -> bool:
        tab = browser.tab("http://127.0.0.1", {})
        try:
            visit = Visit(tab, Page("/", "admin", ""), lambda _: []).open("data:text/html," + quote(body))
            return Banner(visit, target(Level.READONLY, health=Health(**health)).profile).shown
        finally:
            close(tab)

    return browser.run(look)


@pytest.mark.parametrize(
    "body",
    [
        f"<p>{WORDS}",
        "<p>DATABASE DISCONNECTED! We are working on it.",
        "<p><b>database</b> disconnected",
        f"<div style='height: 0'><p style='position: fixed; bottom: 0'>{WORDS}</div>",
        f"<div style='height: 3000px'></div><p>{WORDS}",
        f"<p style='{OFF_SCREEN}'>{WORDS}</p><p>{WORDS}",
    ],
    ids=["plain", "in capitals", "in parts", "fixed below", "further down", "twice, once unseen"],
)
def test_a_banner_that_a_person_can_see_is_seen(browser: BrowserThread, body: str) -> None:
    assert shown(browser, body)


@pytest.mark.parametrize(
    "style",
    [
        "display: none", "visibility: hidden", "opacity: 0", "max-height: 0; overflow: hidden", UNSEEN, OFF_SCREEN,
        "position: absolute; left: -9999px", "position: fixed; top: 100%",
    ],
)  # fmt: skip
def test_a_banner_that_stands_in_the_page_and_is_not_drawn_is_not_seen(browser: BrowserThread, style: str) -> None:
    assert not shown(browser, f"<div style='{style}'><p>{WORDS}</div><h1>Deals</h1>")


def test_the_profile_says_which_words_it_has_and_where(browser: BrowserThread) -> None:
    legend = "<ul><li>green: connected<li>red: no database</ul>"

    assert shown(browser, legend, banner="no database")
    assert not shown(browser, legend, banner="no database", banner_place="[role=alert]")
    assert shown(browser, f"{legend}<p role=alert>No database", banner="no database", banner_place="[role=alert]")


@pytest.mark.parametrize("path", ["/api/health", "/healthz", "/ht/", "/api/v1/system-status", "/_status", "/live"])
def test_what_may_tell_a_page_of_the_database_is_not_made_to_fail(path: str) -> None:
    assert OF_HEALTH.search(path)


@pytest.mark.parametrize("path", ["/api/deals", "/api/heights", "/api/deliveries/3", "/api/pinged-by", "/api/states"])
def test_other_calls_are(path: str) -> None:
    assert not OF_HEALTH.search(path)


@pytest.mark.skipif(find() is None, reason="needs a browser")
def test_the_report_of_a_green_run_shows_the_banner_there_and_gone(tmp_path: Path) -> None:
    ended = pytest_run(tmp_path, "--rows=HLT-5", "-k", "comes_and_goes and cut")

    assert ended.code == 0, ended.output
    [folder] = (tmp_path / "reports").glob("[0-9]*")
    records = map(json.loads, (folder / "records.jsonl").read_text("utf-8").splitlines())
    pictures = [one for record in records for one in record["attachments"]]
    assert [one["label"] for one in pictures] == [
        "banner there, database cut off", "banner gone, database no longer cut off"
    ]  # fmt: skip
    assert all((folder / one["path"]).read_bytes().startswith(b"\x89PNG") for one in pictures)
    report = (folder / "report.html").read_text("utf-8")
    assert report.count("src='data:image/png;base64,") == 2
