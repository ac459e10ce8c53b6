"""What a run may send, level by level."""

from __future__ import annotations

import pytest

from plumbline.permission import LEVEL_WORDS, Level, Permission, PermissionRefused

HERE = "http://127.0.0.1:5000"


def may(level: Level, method: str, path: str = "/api/deals", *, credentials: bool = False, origin: str = HERE) -> bool:
    """Whether a run of this level may send this."""
    permission = Permission(level, frozenset({HERE}), frozenset({"/api/auth/login"}), frozenset({"/pay"}))
    try:
        permission.may_send(method, origin, path, credentials=credentials)
    except PermissionRefused:
        return False
    return True


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_anonymous_reads_without_credentials(method: str) -> None:
    assert may(Level.ANONYMOUS, method)
    assert not may(Level.ANONYMOUS, method, credentials=True)


def test_readonly_logs_in_and_writes_nothing_else() -> None:
    assert not may(Level.ANONYMOUS, "POST", "/api/auth/login")
    assert may(Level.READONLY, "POST", "/api/auth/login", credentials=True)
    assert not may(Level.READONLY, "POST", "/api/deals", credentials=True)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_other_methods_need_writes(method: str) -> None:
    assert not may(Level.READONLY, method)
    assert may(Level.WRITES, method)


@pytest.mark.parametrize("level", list(Level))
def test_no_level_speaks_to_another_origin_or_to_a_path_that_is_never_asked(level: Level) -> None:
    assert not may(level, "GET", origin="http://127.0.0.1:5001")
    assert not may(level, "GET", origin="https://127.0.0.1:5000")
    assert not may(level, "GET", "/pay")


def test_a_refusal_names_what_is_missing() -> None:
    with pytest.raises(PermissionRefused, match="POST /api/deals needs --allow writes, this run has readonly"):
        Permission(Level.READONLY, frozenset({HERE})).may_send("POST", HERE, "/api/deals", credentials=False)


def test_each_level_includes_those_below_it_and_has_a_word() -> None:
    assert LEVEL_WORDS == ("anonymous", "readonly", "writes", "disruptive")
    assert [Level.named(word) for word in LEVEL_WORDS] == sorted(Level)
