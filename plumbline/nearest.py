"""What somebody may have meant by a word that is none of ours."""

from __future__ import annotations

import difflib


def meant(word: str, choices: list[str] | tuple[str, ...]) -> str:
    """The end of a message about a word that is none of `choices`: the nearest one, or all of them."""
    close = difflib.get_close_matches(word, choices, n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; there are: {', '.join(choices)}"
