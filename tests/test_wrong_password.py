"""A wrong password is tried under a name that is known only where nobody can be locked out by it."""

from __future__ import annotations

from fixtures.answers import WRONG, with_wrong_password
from plumbline.profile import Account


def test_demo_accounts_are_tried_themselves() -> None:
    tried = with_wrong_password(Account("ada", password="published", login="/door"), "run-1")

    assert (tried.username, tried.password, tried.login) == ("ada", WRONG, "/door")


def test_whose_password_is_a_secret_is_not_tried() -> None:
    tried = with_wrong_password(Account("ada", password_env="ADAS", username_field="mail"), "run-1")

    assert (tried.username, tried.password, tried.password_env) == ("nobody.run-1@example.invalid", WRONG, "")
    assert tried.username_field == "mail"
