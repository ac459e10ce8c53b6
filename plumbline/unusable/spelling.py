"""How paths, origins, variables, identifiers and placeholders are spelled, in whatever table they stand."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from string import Formatter
from urllib.parse import urlsplit

from plumbline.elsewhere.permission import PORTS
from plumbline.nearest import meant

VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
TOKEN = re.compile(r"[!#$%&'*+.^`|~\w-]+", re.ASCII)
"""What a header or a cookie may be called (RFC 9110)."""
IDENTIFIER = re.compile(r'(?:\w+\.)?(?:\w+|"[^"]+")')
SELECTS = re.compile(r"\s*(SELECT|WITH|VALUES|TABLE)\b", re.IGNORECASE)
"""How a statement begins that lists records."""
THIS_MACHINE = {"127.0.0.1", "localhost", "::1"}


def path(key: str, text: str) -> Iterator[str]:
    """What is wrong with a path of the platform; an empty one says that there is none."""
    if "://" in text:
        yield f"{key}: {text!r} is a whole URL; give its path alone, such as {urlsplit(text).path or '/'!r}"
    elif text and text[0] != "/":
        yield f'{key}: {text!r} is no path; begin it with "/"'
    elif re.search(r"\s|#", text):
        yield f"{key}: {text!r} is no path; write it as a request line has it, %20 for a space, without a #"


def origin(key: str, text: str, *, secured: bool) -> Iterator[str]:
    """What is wrong with an origin: scheme, host and port alone; `secured` allows http to this machine only."""
    parts = urlsplit(text)
    if parts.username or parts.password:
        yield f"{key}: holds credentials; name the variable of a password at its account, in password_env"
        return
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in PORTS or not parts.hostname or port == -1:
        yield f"{key}: {text!r} is no origin; write it as https://staging.example.org"
        return
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    spelled = f"{parts.scheme}://{host}" + (f":{port}" if port and port != PORTS[parts.scheme] else "")
    if text != spelled:
        yield f"{key}: {text!r} is more than an origin, or spelled otherwise; write {spelled}"
    elif secured and parts.scheme == "http" and parts.hostname not in THIS_MACHINE:
        yield f"{key}: plain http goes to this machine alone; write https://{host}"


def variable(key: str, text: str) -> Iterator[str]:
    """What is wrong with the name of a variable. The text is not shown: it may be what the variable should hold."""
    if text and not VARIABLE.fullmatch(text):
        yield f"{key}: is no name of a variable; name one, such as STAGING_SECRET, and put the value into that"


def filled(key: str, text: str, known: Collection[str]) -> Iterator[str]:
    """What is wrong with the placeholders of a text."""
    try:
        names = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    except ValueError as error:
        yield f"{key}: {error} in {text!r}; write a brace that is meant as {{{{ or }}}}"
        return
    for name in names:
        if name not in known:
            yield f"{key}: nothing is filled in for {{{name}}}{meant(name, tuple(known))}"
