"""Cookies and bearer tokens that a platform must not take for a session of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

if TYPE_CHECKING:
    from plumbline.asking.exchange import Cookie

SIGNED_ELSEWHERE = "s:Zk3sT0vQ8mXw1yRb6uHc9jLd2nPe5gAf.Q2xpY2sgaGVyZSB0byBsb2cgaW4gYXMgc29tZWJvZHk"
"""In express-session's form (`s:<id>.<signature>`), signed with a key that is not the platform's."""

UNSIGNED = "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIiwidXNlcm5hbWUiOiJhZG1pbiJ9."
"""A JSON web token that says `alg: none`."""

JWT_SIGNED_ELSEWHERE = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxIiwidXNlcm5hbWUiOiJhZG1pbiIsImV4cCI6NDEwMjQ0NDgwMH0"
    ".nM5sO1mWZzvGZ0bqWnQ3cTq8cV2nJkq0T9m3bY7x1aA"
)


def strange(name: str) -> dict[str, str]:
    """Cookie headers that no platform has given out, by what is wrong with them; `name` is the session cookie's."""
    values = {
        "garbage": "garbage",
        "empty": "",
        "foreign signature": quote(SIGNED_ELSEWHERE, safe=""),
        "signed but without an id": quote("s:.c2lnbmF0dXJl", safe=""),
        "no signature": quote("s:Zk3sT0vQ8mXw1yRb6uHc9jLd2nPe5gAf", safe=""),
        "JSON": quote('j:{"user":{"id":1,"username":"admin"}}', safe=""),
        "a broken escape": "%E0%A4%A",
        "a byte that no text column takes": quote("s:a\0b.c2lnbmF0dXJl", safe=""),
        "not ASCII": quote("s:séssion.ünd", safe=""),
        "very long": "x" * 3000,
        "a user's name": "admin",
        "a user's id": "1",
        "a token that nobody signed": UNSIGNED,
    }
    headers = {kind: f"{name}={value}" for kind, value in values.items()}
    headers["another name"] = "PHPSESSID=4dmo0q1u2v3w4x5y6z7a8b9c0d"
    headers["twice"] = f"{name}=garbage; {name}=rubbish"
    return headers


def strange_bearers() -> dict[str, str]:
    """The same as headers of authorization, for platforms whose sessions are bearer tokens."""
    tokens = {
        "garbage": "garbage",
        "foreign signature": JWT_SIGNED_ELSEWHERE,
        "no signature": JWT_SIGNED_ELSEWHERE.rpartition(".")[0],
        "a token that nobody signed": UNSIGNED,
        "a token of dots": "..",
        "JSON": '{"sub":1,"username":"admin"}',
        "a broken escape": "%E0%A4%A",
        "very long": "x" * 3000,
        "a user's name": "admin",
        "a user's id": "1",
    }
    headers = {kind: f"Bearer {token}" for kind, token in tokens.items()}
    return headers | {"empty": "Bearer", "another scheme": "Basic YWRtaW46YWRtaW4=", "no scheme": UNSIGNED}


def forged(name: str, live: str, other: str) -> dict[str, str]:
    """Cookie headers made from a live session's value by somebody who does not know the key.

    The session id stays, its proof does not: a platform that only looks the id up lets these in. `other` is
    another live session, whose proof is genuine for itself alone.
    """
    return {kind: f"{name}={quote(text, safe='')}" for kind, text in forgeries(unquote(live), unquote(other)).items()}


def forgeries(live: str, other: str) -> dict[str, str]:
    """The same of a value as it is: a session's or a token's."""
    head, dot, proof = live.rpartition(".")
    if not dot or not proof:
        # in the middle: of base64's last letter not every bit counts
        return {"one letter changed": _changed(live, len(live) // 2)}
    return {
        "another signature": f"{head}.{_changed(proof, 0)}",
        "another end of the signature": f"{head}.{_changed(proof, len(proof) * 3 // 4)}",
        "half a signature": f"{head}.{proof[: len(proof) // 2]}",
        "another session's signature": f"{head}.{other.rpartition('.')[2]}",
        "an empty signature": f"{head}.",
        "no signature": head,
        "the bare id": head.removeprefix("s:"),
    }


def _changed(text: str, place: int) -> str:
    return text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]


def parts(value: str) -> set[str]:
    """A cookie's value, whole and decoded, and the session id and the proof in it: each is a secret by itself."""
    text = unquote(value)
    head, _, proof = text.rpartition(".")
    return {value, text, head, head.removeprefix("s:"), proof} - {""}


TOLERANCE = 120.0
"""Seconds by which a cookie's life may differ: the platform's clock need not be this machine's."""


@dataclass(frozen=True)
class GivenCookie:
    """A session cookie as the platform gave it. `life` is what it should live, in seconds; 0: as the browser does."""

    cookie: Cookie
    life: float
    over_https: bool

    @property
    def value(self) -> str:
        """Its value."""
        return self.cookie.value

    @property
    def secure(self) -> bool:
        """Whether it is for https alone."""
        return "secure" in self.cookie.attributes

    @property
    def domain(self) -> str:
        """The domain whose hosts all get it; empty: the host alone that gave it."""
        return self.cookie.attributes.get("domain", "").lower().removeprefix(".")

    @property
    def kind(self) -> dict[str, str]:
        """Its attributes but for its life."""
        return {name: said for name, said in self.cookie.attributes.items() if name not in {"max-age", "expires"}}

    @property
    def flaws(self) -> list[str]:
        """What is wrong with how it was given, a few words each (RFC 6265bis, 5.4)."""
        given = self.cookie.attributes
        found = [] if "httponly" in given else ["no HttpOnly"]
        if given.get("samesite", "").lower() not in {"lax", "strict"}:
            found.append(f"SameSite={given.get('samesite', 'not there')}")
        if given.get("path") != "/":
            found.append(f"Path={given.get('path', 'not there')}")
        if self.over_https and "secure" not in given:
            found.append("no Secure")
        return found + self._wrong_life()

    def _wrong_life(self) -> list[str]:
        lives = self._lives()
        if lives is None:
            return [f"no life, it should be {self.life:.0f} s"] if self.life else []
        if abs(lives - self.life) <= TOLERANCE:
            return []
        return [f"a life of {lives:.0f} s, it should be {self.life:.0f} s"]

    def _lives(self) -> float | None:
        """Seconds from now to its end; None for one that ends with the browser. Max-Age goes before Expires."""
        given = self.cookie.attributes
        if given.get("max-age", "").lstrip("-").isdigit():
            return float(given["max-age"])
        try:
            return seconds_to(parsedate_to_datetime(given["expires"]))
        except (KeyError, ValueError):
            return None


def seconds_to(moment: datetime) -> float:
    """Seconds from now to a moment; one that names no zone is meant in UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - datetime.now(UTC)).total_seconds()
