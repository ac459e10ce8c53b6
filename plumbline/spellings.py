"""The ways in which one value may be written: as it is, in JSON, URLs, forms, HTML, quotes of a shell, and in base64.

A value of letters and digits looks the same in all of them but base64. In any other, each letter may stand as it
is or escaped, and escapes may be escaped again: JSON in JSON, JSON in HTML.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

PLAIN = re.compile(r"[A-Za-z0-9]+")
"""What no encoding changes."""

SHORTEST_ANCHOR = 3

NAMED = {'"': "quot", "&": "amp", "<": "lt", ">": "gt", "'": "apos"}
WHITE = {"\n": "n", "\r": "r", "\t": "t"}

AMPERSAND = r"(?:&|\\+u0026|%(?:25)*26)(?:amp;)*"
BACKSLASH = rf"(?:\\|%(?:25)*5[Cc]|{AMPERSAND}#(?:92|[xX]5[Cc]);)"
ANY_BACKSLASHES, BACKSLASHES = f"(?>{BACKSLASH}*)", f"(?>{BACKSLASH}+)"
"""As many as there are, without a second try. Not `*+` and `++`: Python before 3.11.5 gets those wrong (gh-106052)."""

START = r"(?<!\\)"
"""Of many backslashes only the first begins a secret, or looking would take the square of their number."""

BASE64_SKIPPED = (0, 2, 3)
"""How many letters of base64 depend on the bytes before a value, by how many those are, modulo three."""


@dataclass(frozen=True)
class Spelling:
    """A pattern that finds a value however it is escaped; `anchor` stands in all that it finds, or is empty.

    To look for a plain text in a long one is a hundred times faster than for a pattern, so that comes first.
    """

    pattern: str
    anchor: str
    in_base64: bool = False


def spellings(value: str) -> Iterator[Spelling]:
    """Each way to write `value`. What is found in base64 lacks the letters that it shares with its neighbours."""
    letters = re.sub(r"\\+", r"\\", value)  # one stands for as many as there are
    start = "" if PLAIN.match(letters) else START
    yield Spelling(start + "".join(map(_letter, letters)), _anchor(value))
    content = value.encode("utf-8", "surrogateescape")
    for before, skipped in enumerate(BASE64_SKIPPED):
        whole = (before + len(content)) * 8 // 6
        core = base64.b64encode(b"\0" * before + content).decode()[skipped:whole]
        yield Spelling("".join(map(_letter_of_base64, core)), _anchor(core), in_base64=True)


def _anchor(value: str) -> str:
    longest = max(PLAIN.findall(value), key=len, default="")
    return longest if len(longest) >= SHORTEST_ANCHOR else ""


@lru_cache(maxsize=1024)
def _letter(letter: str) -> str:
    """A pattern for one letter of a value, as it is or escaped in one of many ways."""
    if PLAIN.fullmatch(letter):
        return letter
    if letter == "\\":
        return BACKSLASHES
    return f"(?:{ANY_BACKSLASHES}(?:{'|'.join(_marked(letter))})|{BACKSLASHES}(?i:{'|'.join(_escaped(letter))}))"


def _marked(letter: str) -> Iterator[str]:
    """The letter, or what has a mark of its own: in URLs, forms, HTML, SQL and shells."""
    yield re.escape(letter)
    yield "(?i:" + "".join(f"%(?:25)*{byte:02x}" for byte in letter.encode("utf-8", "surrogateescape")) + ")"
    yield rf"(?i:{AMPERSAND}#(?:0*{ord(letter)}|x0*{ord(letter):x});)"
    if letter in NAMED:
        yield f"{AMPERSAND}{NAMED[letter]};"
    if letter == "'":
        yield r"''|'\\''|'\"'\"'"
    if letter == " ":
        yield r"\+"


def _escaped(letter: str) -> Iterator[str]:
    """What comes after a backslash: in JSON, JavaScript and Python."""
    units = letter.encode("utf-16-be", "surrogatepass").hex()
    yield BACKSLASHES.join(f"u{units[start : start + 4]}" for start in range(0, len(units), 4))
    yield f"x{ord(letter):02x}|U{ord(letter):08x}"
    if letter in WHITE:
        yield WHITE[letter]


def _letter_of_base64(letter: str) -> str:
    """As `_letter`, in either of base64's alphabets."""
    other = {"+": "-", "/": "_"}.get(letter)
    return f"(?:{other}|{_letter(letter)})" if other else _letter(letter)
