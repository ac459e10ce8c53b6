"""Text of the platform's that a person reads: nothing in it may act on the terminal or the log it is shown in."""

from __future__ import annotations

import re

COLOURS = re.compile(r"\x1b\[[0-9;]*m")
"""What sets a terminal's colours (ECMA-48, SGR)."""


def harmless(text: str) -> str:
    """`text` with its lines, and every control character shown, not sent: it may hold escape codes."""
    if all(line.isprintable() for line in text.split("\n")):
        return text
    return "".join(c if c.isprintable() or c in "\n\t" else f"\\x{ord(c):02x}" for c in text)


def uncoloured(text: str) -> str:
    """`harmless`, without the colours that pytest itself writes into what an assertion says on a terminal."""
    return harmless(COLOURS.sub("", text))
