"""A secret is found however it is written."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable
from urllib.parse import quote, quote_plus, urlencode

import pytest

from plumbline.secrets import Secrets

ODD = "pä\"ss & <w>'or\\d +/1%"
PLAIN = "abcdefgh-12345678_x"

WAYS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "JSON": json.dumps,
    "JSON with its letters": lambda text: json.dumps(text, ensure_ascii=False),
    "JSON in JSON in JSON": lambda text: json.dumps(json.dumps({"password": json.dumps(text)})),
    "a URL": lambda text: quote(text, safe=""),
    "a URL in a URL": lambda text: quote(quote(text)),
    "a URL's words": quote_plus,
    "a form": lambda text: urlencode({"password": text}),
    "a form in JSON": lambda text: json.dumps(urlencode({"password": text})),
    "JSON in a URL": lambda text: quote(json.dumps(text), safe=""),
    "HTML": html.escape,
    "HTML twice": lambda text: html.escape(html.escape(text)),
    "HTML by numbers": lambda text: "".join(f"&#{ord(letter)};" if not letter.isalnum() else letter for letter in text),
    "JSON in HTML": lambda text: html.escape(json.dumps(text)),
    "JSON as Rails and Django have it": lambda text: json.dumps(text).replace("<", "\\u003c").replace("&", "\\u0026"),
    "JSON as PHP has it": lambda text: json.dumps(text).replace("/", "\\/"),
    "Python": repr,
    "Python in ASCII": ascii,
    "SQL": lambda text: text.replace("'", "''"),
    "a shell": lambda text: text.replace("'", "'\\''"),
}


@pytest.mark.parametrize("value", [ODD, PLAIN, "\t\n\\\\two lines"], ids=["odd", "plain", "white"])
@pytest.mark.parametrize("way", WAYS)
def test_a_secret_is_found_in(way: str, value: str) -> None:
    known = Secrets()
    known.register(value, "it")
    written = WAYS[way](value)

    assert "«it»" in known.mask(f"before {written} after")
    assert len(known.mask(written)) <= len("«it»") + len(written) - len(value.strip())
    assert known.held_by(written.encode()) == ["it"]


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("before", ["", "a", "ab", "somebody:"])
@pytest.mark.parametrize("value", [ODD, PLAIN, "???>>>~~~"])
def test_a_secret_is_found_in_base64(value: str, before: str, encode: Callable[[bytes], bytes]) -> None:
    known = Secrets()
    known.register(value, "it")
    written = encode(f"{before}{value}!".encode()).decode()

    assert "«it, in base64»" in known.mask(f"Basic {written}")
    assert known.held_by(quote(written, safe="").encode()) == ["it, in base64"]


def test_nothing_else_is_found() -> None:
    known = Secrets()
    known.register(ODD, "it")
    known.register(PLAIN, "it")
    text = "abcdefgh-12345678 pass word " + base64.b64encode(b"abcdefgh-1234567").decode()

    assert known.mask(text) == text


def test_a_long_run_of_backslashes_is_looked_through_at_once() -> None:
    known = Secrets()
    known.register("\\\\\\\"\\\\'\\\\abc", "it")

    assert known.mask("abc" + "\\" * 20_000).startswith("abc")
