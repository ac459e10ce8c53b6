"""Addresses at which somebody might get a mail, and those at which nobody can."""

from __future__ import annotations

import re
from collections.abc import Iterator

ADDRESS = re.compile(r"[\w.+%'-]+@(?:[\w-]+\.)*[\w-]+")
NOWHERE = re.compile(r".*@(?:[\w-]+\.)*example\.invalid", re.IGNORECASE)
"""An address at which nobody can ever be reached (RFC 2606)."""


def somebodys(text: str) -> Iterator[str]:
    """The addresses in a text that may be somebody's."""
    yield from (address for address in ADDRESS.findall(text) if not NOWHERE.fullmatch(address))
