"""What a platform hands out unasked is a secret from then on; ordinary words are not."""

from __future__ import annotations

import base64

import pytest

from plumbline.asking.exchange import Exchange
from plumbline.asking.minted import learn, learn_from
from plumbline.secrets import Secrets

TOKEN = "f00d-4a5b6c7d8e9f0a1b"


def exchange(
    url: str = "http://x/", body: str = "", sent: tuple[str, str] = ("a", ""), got: tuple[str, str] = ("a", "")
) -> Exchange:
    """An exchange of ada's."""
    return Exchange(
        method="GET", url=url, path="/", who="ada", request_headers=dict([sent]), request_body="", status=200,
        headers=(got,), body=body.encode(), seconds=0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("seen", "name"),
    [
        (exchange(url=f"http://x/reset?token={TOKEN}"), "token of ada"),
        (exchange(body=f'{{"accessToken": "{TOKEN}"}}'), "token of ada"),
        (exchange(body=f'{{"mail": "amqp://me:{TOKEN}@mq/"}}'), "password in a connection string of ada"),
        (exchange(sent=("Authorization", f"Bearer {TOKEN}")), "bearer token of ada"),
        (exchange(sent=("X-Api-Key", TOKEN)), "header token of ada"),
        (exchange(got=("set-cookie", f"remember={TOKEN}; Path=/")), "cookie remember of ada"),
        (exchange(got=("set-cookie", f"sid={TOKEN}; Path=/")), "session of ada"),
        (exchange(got=("x-auth-token", TOKEN)), "header token of ada"),
    ],
)
def test_it_is_known_by_where_it_stands(seen: Exchange, name: str) -> None:
    known = Secrets()
    learn(seen, known, session="sid")

    assert known.mask(TOKEN) == f"«{name}»"


def test_basic_credentials_are_a_secret_and_so_is_the_password_in_them() -> None:
    known = Secrets()
    learn(exchange(sent=("authorization", f"Basic {base64.b64encode(b'ada:a-good-password').decode()}")), known)

    assert known.mask("a-good-password") == "«basic credentials of ada»"


def test_two_sessions_of_one_person_stay_different() -> None:
    known = Secrets()
    for value in ("s%3Afirst-session.proof-number-one", "s%3Asecond-session.proof-number-two"):
        learn(exchange(got=("Set-Cookie", f"sid={value}; Path=/")), known, "sid", "admin")

    assert known.mask("first-session second-session") == "«session of admin» «session of admin (2)»"
    assert known.mask("proof-number-two") == "«session of admin (2)»"


@pytest.mark.parametrize(
    "text",
    [
        '{"tokenType": "Bearer", "token": null, "password": "must be longer than that"}',
        "session=yes token: expired secret = unknown-or-forbidden",
        "http://127.0.0.1:5000/a:b@c bearer of good news",
        '{"session": "2026-11-21T12:00:00Z"}',
    ],
)
def test_words_are_no_secrets(text: str) -> None:
    known = Secrets()
    learn_from(text, "ada", known)

    assert known.mask(text) == text
