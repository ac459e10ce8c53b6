"""A platform of which only its origin is known: which answers are judged, and which say that its paths are others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from plumbline.asking.exchange import Exchange
from plumbline.elsewhere.origins import NO_PROFILE, without_profile
from plumbline.elsewhere.permission import Level
from plumbline.elsewhere.unknown import heard
from plumbline.judging.record import NotPossibleHere
from plumbline.places import ROOT
from plumbline.target import Target

JSON, PAGE = (("Content-Type", "application/json"),), (("Content-Type", "text/html"),)


def answer(path: str, status: int, headers: tuple[tuple[str, str], ...] = JSON) -> Exchange:
    """An exchange that ended so."""
    return Exchange(
        method="GET", url=f"http://127.0.0.1:1{path}", path=path, who="visitor", request_headers={}, request_body="",
        seconds=0.0, request_id="", began=0.0, status=status, headers=headers, body=b"{}",
    )  # fmt: skip


@pytest.fixture
def target() -> Target:
    """The target of `--base-url` alone."""
    return Target(without_profile("http://127.0.0.1:1"), NO_PROFILE, ROOT, Level.ANONYMOUS, "mark", "2026-11-21")


@pytest.mark.parametrize(
    "other",
    [
        answer("/api/auth/me", 404), answer("/api/auth/me", 403), answer("/api/deals", 200, PAGE),
        answer("/api/deals", 302, (("Location", "/accounts/sign-in"),)), answer("/ws", 404), answer("/", 200, PAGE),
    ],
    ids=lambda one: f"{one.path} {one.status}",
)  # fmt: skip
def test_an_answer_of_other_paths_judges_nothing(target: Target, other: Exchange) -> None:
    kept: list[Exchange] = []

    with pytest.raises(NotPossibleHere, match=f"needs a profile that says its paths: {other.path} answers"):
        heard(target, kept.append)(other)

    assert kept == [other]


@pytest.mark.parametrize(
    "judged",
    [
        answer("/api/auth/me", 401), answer("/api/auth/me", 500), answer("/api/deals", 200), answer("/ws", 101),
        answer("/", 302, (("Location", "/login"),)), answer("/no-such-page", 404, PAGE), answer("/login", 404, PAGE),
        answer("/ws", 403),
    ],
    ids=lambda one: f"{one.path} {one.status}",
)  # fmt: skip
def test_any_other_is_judged(target: Target, judged: Exchange) -> None:
    kept: list[Exchange] = []

    heard(target, kept.append)(judged)

    assert kept == [judged]


def test_where_there_is_a_profile_everything_is_judged(target: Target) -> None:
    kept: list[Exchange] = []

    heard(replace(target, path=Path("staging.toml")), kept.append)(answer("/api/auth/me", 404))

    assert len(kept) == 1
