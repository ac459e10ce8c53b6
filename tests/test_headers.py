"""Security headers: each that is missing or void is named."""

from __future__ import annotations

import pytest

from plumbline.asking.headers import header_faults, https_only_seconds

GOOD = {
    "content-security-policy": "default-src 'self'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
}


def test_good_headers_have_no_fault() -> None:
    assert header_faults(GOOD) == []


@pytest.mark.parametrize("name", ["content-security-policy", "x-content-type-options", "referrer-policy"])
def test_each_missing_header_is_a_fault(name: str) -> None:
    assert len(header_faults({key: value for key, value in GOOD.items() if key != name})) == 1


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("content-security-policy", "default-src *", "from anywhere"),
        ("content-security-policy", "script-src 'self' *", "from anywhere"),
        ("content-security-policy", "img-src 'self'", "does not say where scripts"),
        ("x-content-type-options", "sniff", "nosniff"),
        ("referrer-policy", "unsafe-url", "unsafe-url"),
    ],
)
def test_a_void_header_is_a_fault(name: str, value: str, fault: str) -> None:
    [found] = header_faults({**GOOD, name: value})

    assert fault in found


def test_who_may_frame_is_said_by_either_header() -> None:
    policy_only = {name: value for name, value in GOOD.items() if name != "x-frame-options"}
    neither = {**policy_only, "content-security-policy": "default-src 'self'"}

    assert header_faults(policy_only) == []
    assert len(header_faults(neither)) == 1


@pytest.mark.parametrize(
    ("value", "seconds"), [("max-age=31536000; includeSubDomains", 31536000), ('Max-Age="60"', 60), ("", 0)]
)
def test_how_long_https_only(value: str, seconds: int) -> None:
    assert https_only_seconds({"strict-transport-security": value}) == seconds
