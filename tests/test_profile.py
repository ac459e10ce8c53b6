"""A profile that cannot be used says why: every wrong key, with its place and the remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plumbline.profile import Profile, Sign
from plumbline.profile_file import ProfileError, load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

GOOD = 'name = "x"\n{}\n[commands]\nserve = ["serve"]\n'


@pytest.fixture
def loaded(tmp_path: Path) -> Callable[[str], Profile]:
    """Loads the profile that a text is."""

    def load_text(text: str) -> Profile:
        (tmp_path / "p.toml").write_text(text)
        return load(tmp_path / "p.toml")

    return load_text


def test_what_a_profile_leaves_out_is_as_on_the_reference_platform(loaded: Callable[[str], Profile]) -> None:
    profile = loaded(GOOD.format(""))

    assert (profile.cookie, profile.health.path) == ("connect.sid", "/api/system/health")
    assert (profile.statuses.not_logged_in, profile.offers) == ((Sign(401),), ())


def test_a_path_is_the_platforms_own_where_the_profile_says_so(loaded: Callable[[str], Profile]) -> None:
    profile = loaded(GOOD.format('paths = { "/api/auth/me" = "/whoami" }'))

    assert (profile.path("/api/auth/me"), profile.path("/api/deals")) == ("/whoami", "/api/deals")


def test_all_that_is_wrong_is_said_at_once(loaded: Callable[[str], Profile]) -> None:
    with pytest.raises(ProfileError) as wrong:
        loaded('cokie = "x"\ncookie = 7')

    assert len(str(wrong.value).splitlines()) == 3


def test_a_password_in_a_file_is_for_what_the_run_starts_itself(loaded: Callable[[str], Profile]) -> None:
    account = '[accounts.admin]\nusername = "admin"\npassword = "password123"\n'
    reached = '[remote]\norigins = ["https://staging.example.org"]\n'

    assert loaded(GOOD.format(account)).accounts["admin"].password == "password123"
    with pytest.raises(ProfileError, match=r"accounts\.admin\.password: is for a platform that the run starts"):
        loaded(f'name = "x"\n{account}{reached}')


def test_a_doubled_brace_is_a_brace(loaded: Callable[[str], Profile]) -> None:
    assert loaded(GOOD.format("environment = { A = '{port} {{x}}' }")).environment == {"A": "{port} {{x}}"}


def test_a_folder_is_no_profile(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="cannot be read"):
        load(tmp_path)


def test_a_profile_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"nope\.toml: there is no such profile"):
        load(tmp_path / "nope.toml")
