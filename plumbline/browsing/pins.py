"""The keys of servers whose authority this machine's browser does not know, vouched for by ours.

Chromium takes no file of authorities. What it takes is a list of keys (`--ignore-certificate-errors-spki-list`): each
server is asked for its certificate here first, verified as any other, and the browser trusts that one key.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from plumbline.asking.frames import connected

if TYPE_CHECKING:
    import ssl

WITHIN = 5.0
VERSION = 0xA0
"""The tag of a certificate's version (RFC 5280, 4.1), which the oldest kind leaves out."""

KEY = 5
"""Where its key stands among the parts behind that."""


def pins(origins: Iterable[str], trusted: ssl.SSLContext) -> Iterator[str]:
    """The pins of the servers at these origins whose certificates are as they should be; of the others none."""
    for origin in origins:
        with suppress(OSError), connected(origin, trusted, WITHIN) as line:  # ssl.SSLError is one
            yield pin(line.getpeercert(binary_form=True) or b"")  # type: ignore[attr-defined]  # an SSLSocket


def pin(certificate: bytes) -> str:
    """The pin of a certificate's key: base64 of the SHA-256 of its SubjectPublicKeyInfo."""
    ((_, inner, _),) = _parts(certificate)
    (_, signed, _), *_ = _parts(inner)
    parts = [whole for tag, _, whole in _parts(signed) if tag != VERSION]
    return base64.b64encode(hashlib.sha256(parts[KEY]).digest()).decode()


def _parts(der: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Tag, content and whole of each element in a DER sequence's content (X.690)."""
    at = 0
    while at < len(der):
        size, head = der[at + 1], 2
        if size >= 0x80:  # noqa: PLR2004 - the long form: so many bytes of length follow
            head += size - 0x80
            size = int.from_bytes(der[at + 2 : at + head], "big")
        yield der[at], der[at + head : at + head + size], der[at : at + head + size]
        at += head + size
