"""What must not be shown: every password, cookie and connection string, masked by its name.

Registered as it is read or minted, so that two different secrets stay different in what a person reads:
`«session of admin»` is not `«session of visitor»`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from urllib.parse import quote, quote_plus

SHORTEST_MASKED = 8
"""Characters; a shorter value would be found inside ordinary words."""


@dataclass
class Secrets:
    """The secrets of one process of the run."""

    _names: dict[str, str] = field(default_factory=dict)

    def register(self, value: str, name: str) -> str:
        """Remembers that `value` is shown as `«name»` from now on; returns the value itself."""
        if len(value) >= SHORTEST_MASKED:
            forms = {value, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}
            for form in forms | {quote(value, safe=""), quote_plus(value), escape(value)}:
                self._names.setdefault(form, name)
        return value

    def mask(self, text: str) -> str:
        """`text` with each secret replaced by its name in guillemets."""
        return self._replace(text, lambda name: f"«{name}»")

    def as_shell_variables(self, text: str) -> str:
        """`text`, single-quoted for a shell, with each secret as a variable that the reader sets."""
        words = sorted(self._names, key=len, reverse=True)
        parts = re.split(f"({'|'.join(map(re.escape, words))})", text) if words else [text]
        return "".join(self._quoted(part) for part in parts if part) or "''"

    def _quoted(self, part: str) -> str:
        if part in self._names:
            return f'"${variable(self._names[part])}"'
        return "'" + part.replace("'", "'\\''") + "'"

    def variables_in(self, text: str) -> dict[str, str]:
        """Variable name → the secret's name, for each secret that `text` holds."""
        return {variable(name): name for value, name in self._names.items() if value in text}

    def _replace(self, text: str, shown: Callable[[str], str]) -> str:
        for value in sorted(self._names, key=len, reverse=True):
            if value in text:
                text = text.replace(value, shown(self._names[value]))
        return text


def variable(name: str) -> str:
    """The shell variable that stands for the secret called `name`: `password of admin` → `PASSWORD_OF_ADMIN`."""
    return re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_").upper()
