"""Which origin a URL means, whatever it looks like; and whose passwords nobody logs in with there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plumbline.elsewhere.origins import WrongOrigin, at, origin_of, without_profile
from plumbline.elsewhere.permission import Level
from plumbline.elsewhere.published import published, wrong_credentials
from plumbline.profile import Account, Profile, Remote
from tests.whole_runs import ROOT

if TYPE_CHECKING:
    from pathlib import Path

STAGING = Profile("staging", remote=Remote(origins=("https://staging.example.org", "https://eu.example.org:8443")))


@pytest.mark.parametrize(
    "url",
    [
        "https://staging.example.org.evil.example",
        "https://staging.example.org@evil.example",
        "https://evil.example/?https://staging.example.org",
        "https://evil.example#staging.example.org",
        "https://evil.example\\@staging.example.org",
        "https://staging.example.org:444",
        "http://staging.example.org",
        "https://staging.example.org/app",
        "https://staging.example.org\n::set-output name=verdict::GO",
        "file:///etc/passwd",
        "//staging.example.org",
        "",
    ],
)
def test_no_spelling_leads_elsewhere(url: str, tmp_path: Path) -> None:
    with pytest.raises(WrongOrigin):
        at(STAGING, tmp_path, origin_of(url))


@pytest.mark.parametrize("url", ["https://Staging.Example.org", "https://staging.example.org:443/"])
def test_the_same_origin_spelled_otherwise_is_the_same(url: str, tmp_path: Path) -> None:
    assert at(STAGING, tmp_path, origin_of(url)) == STAGING
    assert at(STAGING, tmp_path, origin_of("https://eu.example.org:8443")).remote.origins[0].endswith(":8443")


def test_without_tls_only_this_machine_is_spoken_to() -> None:
    assert [origin_of(f"http://{host}:8000") for host in ("127.0.0.1", "localhost", "[::1]")]
    with pytest.raises(WrongOrigin, match=r"192.0.2.1 is not this machine: give https://192.0.2.1"):
        origin_of("http://192.0.2.1")


def test_without_a_profile_nobody_logs_in() -> None:
    profile = without_profile("https://staging.example.org")

    assert (profile.accounts, profile.remote.allow, profile.managed) == ({}, "anonymous", False)


def test_whoever_does_not_log_in_needs_no_password(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("STAGING_PASSWORD", raising=False)
    account = Account("ada", password_env="STAGING_PASSWORD")
    profile = Profile("staging", remote=STAGING.remote, accounts={"admin": account})

    assert wrong_credentials(profile, tmp_path, Level.ANONYMOUS, ROOT) == ""
    assert "STAGING_PASSWORD is not in the environment" in wrong_credentials(profile, tmp_path, Level.READONLY, ROOT)


def test_every_password_of_the_projects_own_profiles_is_published() -> None:
    assert {"password123", "creator-password-1"} <= published(ROOT)
