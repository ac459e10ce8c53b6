"""The GETs of the contract are parted by role: what is closed to somebody, and all that is open."""

from __future__ import annotations

from fixtures.answers import Gets
from plumbline.contract import Operation
from plumbline.pages import Page


def get(path: str, *roles: str) -> Operation:
    """A GET that these roles may call, or anybody who is logged in."""
    return Operation("GET", path, path, public=False, responses={}, roles=frozenset(roles))


DEAL, PITCHES = get("/api/deals/1", "admin"), get("/api/pitches?page=2", "admin", "investor")
ME = get("/api/auth/me")
GETS = Gets(
    all=["/api/deals/1", "/api/pitches?page=2", "/api/auth/me", "/", "/calendar", "/login"],
    streams=[],
    guarded=[],
    plain=frozenset(),
    operations=(DEAL, PITCHES, ME),
    pages=(Page("/", "everybody", "Home"), Page("/calendar", "admin", "Calendar"), Page("/login", "anonymous", "In")),
)


def test_what_names_other_roles_is_closed() -> None:
    assert GETS.closed_to("creator") == ["/api/deals/1", "/api/pitches?page=2", "/calendar"]
    assert GETS.closed_to("investor") == ["/api/deals/1", "/calendar"]
    assert GETS.closed_to("admin") == []


def test_all_the_others_are_open_pages_too() -> None:
    assert GETS.open_to("creator") == ["/api/auth/me", "/", "/login"]
    assert GETS.open_to("admin") == GETS.all
