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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('cokie = "x"', "p.toml: cokie: there is no such key; did you mean 'cookie'?"),
        ("[login]\nbdoy = 'form'", "login.bdoy: there is no such key; did you mean 'body'?"),
        ("[health]\nqqq = ''", "health.qqq: there is no such key; there are: path, page"),
        (
            "[accounts.admin]\nusrname = ''",
            "accounts.admin.usrname: there is no such key; did you mean 'username'?",
        ),
        ("[accounts.admin]\nrole = ''", "accounts.admin.username: is missing; add it"),
        ("[login]\nbody = 'xml'", "login.body: input should be 'json' or 'form' (it is 'xml')"),
        ("[statuses]\nnot_logged_in = ['x']", "statuses.not_logged_in.0.status: input should be a valid integer"),
        ("offers = ['databse']", "offers: 'databse' is no capability; did you mean 'database'?"),
        ("offers = ['qqq']", "offers: 'qqq' is no capability; there are: "),
        (
            "environment = { A = '{prt}' }",
            "environment.A: nothing is filled in for {prt}; did you mean 'port'?",
        ),
        ("environment = { A = '{' }", "environment.A: "),
    ],
)
def test_a_wrong_key_is_named_with_the_remedy(loaded: Callable[[str], Profile], text: str, said: str) -> None:
    with pytest.raises(ProfileError) as wrong:
        loaded(GOOD.format(text))

    assert said in str(wrong.value)


def test_all_that_is_wrong_is_said_at_once(loaded: Callable[[str], Profile]) -> None:
    with pytest.raises(ProfileError) as wrong:
        loaded('cokie = "x"\ncookie = 7')

    assert len(str(wrong.value).splitlines()) == 3


def test_a_profile_says_how_the_platform_starts(loaded: Callable[[str], Profile]) -> None:
    with pytest.raises(ProfileError, match=r"commands\.serve: is missing; add the command"):
        loaded('name = "x"')


def test_a_password_in_a_file_is_for_what_the_run_starts_itself(loaded: Callable[[str], Profile]) -> None:
    account = '[accounts.admin]\nusername = "admin"\npassword = "password123"\n'

    assert loaded(GOOD.format(account)).accounts["admin"].password == "password123"
    with pytest.raises(ProfileError, match=r"accounts\.admin\.password: is for a platform that the run starts"):
        loaded(f'name = "x"\n{account}')


def test_a_doubled_brace_is_a_brace(loaded: Callable[[str], Profile]) -> None:
    assert loaded(GOOD.format("environment = { A = '{{port}}' }")).environment == {"A": "{{port}}"}


def test_a_folder_is_no_profile(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="cannot be read"):
        load(tmp_path)


def test_a_profile_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"nope\.toml: there is no such profile"):
        load(tmp_path / "nope.toml")
