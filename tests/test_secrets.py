"""Secrets are shown by name only, in texts and in commands."""

from __future__ import annotations

import pytest

from plumbline.secrets import Secrets, variable


@pytest.fixture
def secrets() -> Secrets:
    """Two secrets, of which one holds the other."""
    known = Secrets()
    known.register("long-password", "password of admin")
    known.register("long-password-2", "password of ada@example")
    return known


def test_each_secret_is_masked_by_its_own_name(secrets: Secrets) -> None:
    masked = secrets.mask("first long-password, then long-password-2")

    assert masked == "first «password of admin», then «password of ada@example»"


def test_a_short_value_is_not_masked() -> None:
    known = Secrets()

    assert known.register("seven77", "pin") == "seven77"
    assert known.mask("seven77") == "seven77"


def test_the_first_name_of_a_secret_stays(secrets: Secrets) -> None:
    secrets.register("long-password", "another name")

    assert secrets.mask("long-password") == "«password of admin»"


def test_in_a_command_a_secret_is_a_variable_that_the_shell_fills_in(secrets: Secrets) -> None:
    assert secrets.as_shell_variables("pw=long-password!") == """'pw='"$PASSWORD_OF_ADMIN"'!'"""
    assert secrets.variables_in("pw=long-password") == {"PASSWORD_OF_ADMIN": "password of admin"}


def test_a_quote_in_a_command_stays_a_quote(secrets: Secrets) -> None:
    assert secrets.as_shell_variables("it's") == r"'it'\''s'"


def test_a_variable_is_one_that_a_shell_takes() -> None:
    assert variable("password of ada@example") == "PASSWORD_OF_ADA_EXAMPLE"
