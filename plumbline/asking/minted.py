"""Secrets that a platform hands out unasked: cookies, bearer tokens, tokens in addresses, connection strings.

They are known by where they stand; what stands there must look made by a machine, or words would be masked too.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote

from plumbline.asking.cookies import parts

if TYPE_CHECKING:
    from plumbline.asking.exchange import Exchange
    from plumbline.secrets import Secrets

NAMES = ("token", "secret", "password", "passwd", "jwt", "apikey", "api_key", "api-key", "session", "sessionid", "sid")
"""What names of secrets end in, in small letters."""

VALUE = re.compile(r"\\*[\"']?\s*[:=]\s*\\*[\"']?(?:[Bb]earer\s+)?([\w.~+/=%-]{16,})")
"""After a name: `"resetToken": "…"`, `token=…`, `api_key: …`."""

BEARER = re.compile(r"bearer\s+([\w.~+/=-]{16,})", re.IGNORECASE)

CONNECTION = re.compile(r"\w://[^\s:/@\"'<>]*:([^\s/@\"'<>]+)@")
"""`amqp://somebody:password@host`."""

LONGEST_READ = 256_000
"""Bytes of a body that are looked through."""

LENGTH = 16
"""Letters that what looks made by a machine has at least."""

CREDENTIALS = {"authorization", "proxy-authorization", "x-api-key", "x-auth-token", "x-csrf-token", "x-xsrf-token"}
"""Headers whose whole value is a secret."""


def learn(exchange: Exchange, secrets: Secrets, session: str = "", whose: str = "") -> None:
    """Registers what an exchange has in it. `session` is the session cookie's name; it is `whose`, or of who asked."""
    who = exchange.who
    for name, value in exchange.request_headers.items():
        if name.lower() in CREDENTIALS:
            _credential(value, who, secrets)
    for name, value in exchange.headers:
        if name.lower() == "set-cookie":
            cookie, _, content = value.partition(";")[0].strip().partition("=")
            if cookie == session or minted(content):
                kind = "session" if cookie == session else f"cookie {cookie}"
                secrets.register(content, f"{kind} of {whose or who}", also=parts(content))
        elif name.lower() in CREDENTIALS:
            _credential(value, who, secrets)
    headers = "\n".join(f"{name}: {value}" for name, value in exchange.headers if name.lower() != "set-cookie")
    body = exchange.body[:LONGEST_READ].decode("utf-8", "replace")
    learn_from(f"{exchange.url}\n{headers}\n{body}", who, secrets)


def learn_from(text: str, who: str, secrets: Secrets) -> None:
    """Registers what a text has in it: a page, a log."""
    for kind, value in _found(text):
        secrets.register(value, f"{kind} of {who}", also={unquote(value)})


def _found(text: str) -> Iterator[tuple[str, str]]:
    if "://" in text:
        yield from (("password in a connection string", match[1]) for match in CONNECTION.finditer(text))
    low = text.lower()
    if "bearer" in low:
        yield from (("bearer token", match[1]) for match in BEARER.finditer(text) if minted(match[1]))
    for name in NAMES if len(low) == len(text) else ():
        start = low.find(name)
        while start >= 0:  # fifty times as fast as one pattern for all
            if (match := VALUE.match(text, start + len(name))) and minted(match[1]):
                yield name, match[1]
            start = low.find(name, start + 1)


def _credential(value: str, who: str, secrets: Secrets) -> None:
    scheme, _, content = value.strip().rpartition(" ")
    if scheme.lower() == "basic":
        secrets.register(content, f"basic credentials of {who}", also={_password(content)})
    elif minted(content):
        secrets.register(content, f"{scheme.lower() or 'header'} token of {who}")


def _password(content: str) -> str:
    try:
        return base64.b64decode(content + "==").decode("utf-8").partition(":")[2]
    except ValueError:
        return ""


def minted(value: str) -> bool:
    """Whether this looks made by a machine: long, with digits, without blanks."""
    letters = set(value)
    return len(value) >= LENGTH and any(c.isdigit() for c in letters) and not any(c.isspace() for c in letters)
