"""What a red check tells: symptom, cause, first thing to do, curl line, repeat line; never a secret."""

from __future__ import annotations

import shlex

import pytest

from plumbline.deadlines import DeadlineMissed
from plumbline.judging.failure import explain, fired, kind_of, printable
from plumbline.judging.record import ContractBreach, NotStarted
from plumbline.secrets import Secrets
from tests.made_up import exchange, row

LOGIN = exchange(
    401,
    '{"error": "a-good-password is wrong"}',
    method="POST",
    path="/api/auth/login",
    request_body='{"password": "a-good-password"}',
    request_headers={"content-type": "application/json"},
)


@pytest.fixture
def text() -> str:
    """The explanation of a login that failed."""
    secrets = Secrets()
    secrets.register("a-good-password", "password of admin")
    return explain(row(), [LOGIN], secrets, "pytest it")


@pytest.mark.parametrize(
    "line", ["symptom   a symptom", "cause     a cause", "first     look at it", "repeat    pytest it"]
)
def test_it_says_what_the_row_knows_and_how_to_repeat_it(text: str, line: str) -> None:
    assert line in text.splitlines()


def test_the_password_is_a_variable_of_the_curl_line(text: str) -> None:
    [curl] = [line for line in text.splitlines() if line.startswith("curl ")]

    assert '"$PASSWORD_OF_ADMIN"' in curl
    assert "set PASSWORD_OF_ADMIN to the account's password" in text
    assert "a-good-password" not in text


def test_the_curl_line_is_one_command(text: str) -> None:
    [curl] = [line.removeprefix("curl").strip() for line in text.splitlines() if line.startswith("curl ")]

    assert shlex.split(curl) == [
        "curl", "-i", "-X", "POST", "-H", "content-type: application/json",
        "-d", '{"password": "$PASSWORD_OF_ADMIN"}', "http://127.0.0.1:1/api/auth/me",
    ]  # fmt: skip


def test_the_exchange_and_its_answer_are_shown_masked(text: str) -> None:
    assert "exchange  POST /api/auth/login as admin: 401 in 3 ms" in text
    assert '{"error": "«password of admin» is wrong"}' in text


def test_only_the_last_exchanges_are_listed() -> None:
    text = explain(row(), [exchange(200 + number) for number in range(8)], Secrets(), "")

    assert text.count("exchange ") == 5
    assert "202" not in text
    assert "207" in text


def test_without_an_exchange_there_is_no_curl_line() -> None:
    assert "curl" not in explain(row(), [], Secrets(), "pytest it")


def test_control_characters_are_shown_not_sent() -> None:
    assert printable("a\x1b[31mred\nline") == "a\\x1b[31mred line"


def test_an_answers_escape_codes_do_not_reach_the_terminal() -> None:
    assert "\x1b" not in explain(row(), [exchange(200, "\x1b]0;title\x07")], Secrets(), "")


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (ContractBreach("x"), 500, "breach"),
        (NotStarted("x"), 500, "set-up"),
        (DeadlineMissed("x"), 500, "deadline"),
        (AssertionError("x"), 200, "assertion"),
        (AssertionError("x"), 499, "assertion"),
        (AssertionError("x"), 500, "server-error"),
        (ValueError("x"), 500, "other"),
    ],
)
def test_how_a_check_failed(error: Exception, status: int, kind: str) -> None:
    assert kind_of(error, [exchange(status)]) == kind


def test_what_fired_is_one_line_with_its_kind() -> None:
    assert fired(AssertionError("assert 1 == 2\n  + more")) == "assert 1 == 2"
    assert fired(ValueError("no\tnumber")) == "ValueError: no number"
    assert fired(AssertionError()) == "(no message)"
