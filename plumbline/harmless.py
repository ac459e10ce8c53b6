"""Text of the platform's that a person reads: nothing in it may act on the terminal or the log it is shown in."""

from __future__ import annotations


def harmless(text: str) -> str:
    """`text` with its lines, and every control character shown, not sent: it may hold escape codes."""
    if all(line.isprintable() for line in text.split("\n")):
        return text
    return "".join(c if c.isprintable() or c in "\n\t" else f"\\x{ord(c):02x}" for c in text)
