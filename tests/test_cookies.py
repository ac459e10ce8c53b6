"""Cookies that no platform may take for a session."""

from __future__ import annotations

from urllib.parse import unquote

from plumbline.asking.cookies import forged, forgeries, strange, strange_bearers
from plumbline.asking.exchange import Cookie

LIVE = "s%3AsessionId.proofProof"


def test_strange_cookies_differ_and_all_but_one_bear_the_sessions_name() -> None:
    headers = strange("sid")

    assert len(set(headers.values())) == len(headers) >= 10
    assert [kind for kind, header in headers.items() if not header.startswith("sid=")] == ["another name"]


def test_strange_cookies_can_stand_in_a_header() -> None:
    assert all(header.isascii() and header.isprintable() for header in strange("sid").values())


def test_a_forged_cookie_keeps_the_id_and_never_the_proof() -> None:
    headers = forged("sid", LIVE, "s%3AanotherId.anotherProof")

    assert all("sessionId" in unquote(header) for header in headers.values())
    assert not [kind for kind, header in headers.items() if "proofProof" in header]
    assert len(set(headers.values())) == len(headers) >= 4


def test_a_proof_is_changed_whatever_it_begins_with() -> None:
    assert ".Aroof" in forged("sid", "id.proof", "other.else")["another signature"]
    assert ".Broof" in forged("sid", "id.Aroof", "other.else")["another signature"]


def test_of_a_token_without_a_proof_one_letter_changes() -> None:
    assert forged("sid", "token", "other") == {"one letter changed": "sid=toAen"}
    assert forged("sid", "toAen", "other") == {"one letter changed": "sid=toBen"}


def test_strange_bearers_differ_and_can_stand_in_a_header() -> None:
    headers = strange_bearers()

    assert len(set(headers.values())) == len(headers) >= 10
    assert headers.keys() >= {"garbage", "empty", "foreign signature"}
    assert all(header.isascii() and header.isprintable() and header == header.strip() for header in headers.values())


def test_a_forged_token_keeps_its_claims_and_never_the_proof() -> None:
    values = forgeries("head.claims.proofProof", "head.others.anotherProof")

    assert all("head.claims" in value and "proofProof" not in value for value in values.values())


def test_blanks_around_a_cookies_attributes_are_nothing_as_in_browsers() -> None:
    cookie = Cookie.parse("sid=a; HttpOnly ; Max-Age = 60 ;SameSite = Lax")

    assert cookie.attributes == {"httponly": "", "max-age": "60", "samesite": "Lax"}


def test_a_cookies_attributes_are_read_by_their_names_in_lower_case() -> None:
    cookie = Cookie.parse("sid=a=b; Path=/; HttpOnly; SameSite=Lax")

    assert (cookie.name, cookie.value) == ("sid", "a=b")
    assert cookie.attributes == {"path": "/", "httponly": "", "samesite": "Lax"}
