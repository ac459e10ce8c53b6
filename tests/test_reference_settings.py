"""What people get wrong in the reference platform's settings of production; and its sessions in memory."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.whole_runs import ROOT, pytest_run

if TYPE_CHECKING:
    from pathlib import Path

ENOUGH = {
    "DATABASE_URL": "postgresql://platform@127.0.0.1:1/platform",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "SESSION_SECRET": "of-a-test-that-signs-nothing-0123456789",
    "START_DEADLINE": "0.1",
}
EX_CONFIG, EX_UNAVAILABLE = 78, 69


def started(**settings: str) -> tuple[int, str]:
    """The exit code of the platform with these settings and no database, and what it says."""
    command = [sys.executable, "-m", "reference", "serve"]
    done = subprocess.run(
        command, env={**ENOUGH, **settings}, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("setting", "value", "says"),
    [
        ("TRUSTED_PROXIES", "10.0.0.5, proxy.example.org", "write it as 10.0.0.5 or 10.0.0.0/8"),
        ("COOKIE_DOMAIN", "https://example.org", "write it as example.org"),
        ("COOKIE_DOMAIN", "localhost", "write it as example.org"),
        ("CORS_ORIGINS", "https://app.example.org, *", "write '*' as https://app.example.org"),
        ("API_ORIGIN", "https://api.example.org/v1", "a scheme and a host alone"),
        ("COOKIE_SECURE", "yes", "'auto', 'always' or 'never'"),
        ("USE_MEMORY_SESSIONS", "perhaps", "got 'perhaps'"),
    ],
)
def test_a_wrong_setting_is_named_with_its_remedy(setting: str, value: str, says: str) -> None:
    code, said = started(**{setting: value})

    assert (code, len(said.splitlines())) == (EX_CONFIG, 1), said
    assert setting in said
    assert says in said


@pytest.mark.parametrize("value", ["true", "1", "TRUE"])
def test_production_refuses_sessions_in_memory_however_that_is_spelled(value: str) -> None:
    code, said = started(USE_MEMORY_SESSIONS=value, APP_ENV="production")

    assert (code, "USE_MEMORY_SESSIONS" in said) == (EX_CONFIG, True), said


def test_settings_of_production_that_make_sense_are_taken() -> None:
    code, said = started(
        APP_ENV="Production", TRUSTED_PROXIES="127.0.0.1 10.0.0.0/8,::1", COOKIE_DOMAIN=".Example.org",
        CORS_ORIGINS="https://app.example.org,http://[::1]:3000", API_ORIGIN="https://API.example.org:443",
        COOKIE_SECURE="Always", USE_MEMORY_SESSIONS="false",
    )  # fmt: skip

    assert code == EX_UNAVAILABLE, said


def test_sessions_in_memory_end_with_the_process_and_health_says_where_they_are(tmp_path: Path) -> None:
    profile = tmp_path / "memory.toml"
    text = (ROOT / "targets" / "reference.toml").read_text("utf-8")
    profile.write_text(text.replace("[environment]", '[environment]\nUSE_MEMORY_SESSIONS = "true"', 1))

    run = pytest_run(tmp_path, f"--target={profile}", "--rows", "SES-1,SES-5,SES-6,HLT-1", "--evidence=none")

    # HLT-1 too: what health says of its store is not what the profile says
    assert run.verdict.endswith(" [HLT-1 SES-5 SES-6]"), run.output
