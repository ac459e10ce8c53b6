"""The GETs of a target are parted by role: what is closed to somebody, and all that is open."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from plumbline.asking.contract import Contract
from plumbline.asking.exchange import NOT_LOGGED_IN, OK, UNAVAILABLE, Answer
from plumbline.asking.gets import Get, Gets, of
from plumbline.asking.openapi import NotOpenAPI
from plumbline.browsing.pages import Page
from plumbline.judging.record import NotPossibleHere
from plumbline.profile import Profile, Routes
from tests.made_up import exchange

if TYPE_CHECKING:
    from pathlib import Path

PAGES = [Page("/", "everybody", "Home"), Page("/calendar", "admin", "Calendar"), Page("/login", "anonymous", "In")]
DEAL = Get("/api/deals/1", plain=False, roles=frozenset({"admin"}))
PITCHES = Get("/api/pitches?page=2", roles=frozenset({"admin", "investor"}))
GETS = Gets([DEAL, PITCHES, Get("/api/auth/me"), Get("/health", public=True), Get("/events", stream=True)], PAGES)


def test_what_names_other_roles_is_closed() -> None:
    assert GETS.closed_to("creator") == ["/api/deals/1", "/api/pitches?page=2", "/calendar"]
    assert GETS.closed_to("investor") == ["/api/deals/1", "/calendar"]
    assert GETS.closed_to("admin") == []


def test_what_is_open_to_anybody_is_not_held_against_a_session_that_has_ended() -> None:
    routes = Gets([Get("/left-open"), Get("/alive"), Get("/dead"), Get("/public", public=True)], [])
    open_to_all = SimpleNamespace(get=lambda path: _said(OK if path == "/left-open" else NOT_LOGGED_IN))

    opened = routes.opened_by(lambda path: _said(NOT_LOGGED_IN if path == "/dead" else OK, path), open_to_all)  # type: ignore[arg-type]

    assert [answer.exchange.path for answer in opened] == ["/alive"]


def test_whoever_is_too_busy_to_look_a_session_up_is_asked_once_more() -> None:
    routes = Gets([Get("/busy-once"), Get("/busy-for-ever")], [])
    closed = SimpleNamespace(get=lambda _path: _said(NOT_LOGGED_IN))
    asked: list[str] = []

    def ask(path: str) -> Answer:
        asked.append(path)
        over = path == "/busy-once" and asked.count(path) > 1
        return _said(NOT_LOGGED_IN if over else UNAVAILABLE, path)

    opened = routes.opened_by(ask, closed)  # type: ignore[arg-type]

    assert [answer.exchange.path for answer in opened] == ["/busy-for-ever"]


def _said(meaning: str, path: str = "") -> Answer:
    return Answer(exchange(path=path), meaning)


def test_who_is_kept_out_of_something_is_named_and_of_nothing_not_judged() -> None:
    assert GETS.kept_from(["admin", "investor"]) == {"investor": ["/api/deals/1", "/calendar"]}
    with pytest.raises(NotPossibleHere, match=r"\[routes\.roles\]"):
        GETS.kept_from(["admin"])


def test_all_the_others_are_open_pages_too() -> None:
    assert GETS.open_to("creator") == ["/api/auth/me", "/health", "/", "/login"]
    assert GETS.open_to("admin") == GETS.all


def test_what_is_not_public_is_guarded_and_a_stream_does_not_end() -> None:
    assert GETS.guarded == ["/api/deals/1", "/api/pitches?page=2", "/api/auth/me", "/events", "/", "/calendar"]
    assert (GETS.streams, "/events" in GETS.all) == (["/events"], False)


def test_about_what_has_no_parameter_nothing_can_be_not_found() -> None:
    assert GETS.plain == {"/api/pitches", "/api/auth/me", "/health", "/events", "/", "/calendar", "/login"}


OWN = {
    "openapi": "3.0.3",
    "servers": [{"url": "https://x.example.org/v1"}],
    "security": [{"cookie": []}],
    "paths": {
        "/ping": {"get": {"security": [], "responses": {"200": {}}}},
        "/notes": {"get": {"responses": {"200": {"content": {"application/json": {"schema": {
            "type": "array", "items": {"$ref": "#/components/schemas/Note"},
        }}}}}}},
        "/notes/{id}": {"get": {"parameters": [{"in": "path", "name": "id", "example": 7}], "responses": {}}},
        "/events": {"get": {"responses": {"200": {"content": {"text/event-stream": {}}}}}},
    },
    "components": {"schemas": {"Note": {
        "type": "object", "required": ["due"], "properties": {"due": {"type": "string", "nullable": True}},
    }}},
}  # fmt: skip


@pytest.fixture
def own(tmp_path: Path) -> Contract:
    """A platform's own document, of OpenAPI 3.0."""
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(OWN))
    return Contract(file, closed=False)


def test_a_platform_is_asked_what_its_own_document_says(own: Contract) -> None:
    gets = of(Profile("x", routes=Routes(public=("/v1/notes",))), own, [])

    assert gets.all == ["/v1/ping", "/v1/notes", "/v1/notes/7"]
    assert (sorted(gets.guarded), gets.streams) == (["/v1/events", "/v1/notes/7"], ["/v1/events"])


def test_what_a_platform_lists_goes_before_any_document(own: Contract) -> None:
    listed = Routes(guarded=("/a", "/b"), public=("/c",), roles={"/b": ("boss",)})

    gets = of(Profile("x", routes=listed, never=("/a",)), own, [])

    assert (gets.all, gets.guarded, gets.closed_to("ada")) == (["/b", "/c"], ["/b"], ["/b"])


@pytest.mark.parametrize(
    ("status", "body", "breach"),
    [
        (200, b'[{"due": null, "more": 1}]', None),
        (200, b'[{"due": 7}]', "GET /v1/notes 200: 0/due: 7 is not "),
        (200, b"[{}]", "GET /v1/notes 200: 0: "),
        (418, b"whatever", None),
    ],
)
def test_a_platform_is_held_to_what_its_own_document_describes(
    own: Contract, status: int, body: bytes, breach: str | None
) -> None:
    said = own.breach("GET", "/v1/notes", status, "application/json", body)

    assert (said or "").startswith(breach or "") if breach else said is None


@pytest.mark.parametrize("text", ["[]", "swagger: '2.0'\npaths: {}", "openapi: 3.1.0", "a: [", "7"])
def test_what_is_no_document_is_told(tmp_path: Path, text: str) -> None:
    file = tmp_path / "api.yaml"
    file.write_text(text)

    with pytest.raises(NotOpenAPI, match=r"api\.yaml"):
        list(Contract(file, closed=False).operations("GET"))
