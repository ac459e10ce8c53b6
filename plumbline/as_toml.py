"""Values as a TOML file writes them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any


def value(one: Any) -> str:  # noqa: ANN401 - whatever TOML can say
    """One value, in one line."""
    if isinstance(one, bool):
        return str(one).lower()
    if isinstance(one, str):
        return json.dumps(one, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(one, Mapping):
        return f"{{ {', '.join(pair(name, inner) for name, inner in one.items())} }}" if one else "{}"
    if isinstance(one, list | tuple):
        return f"[{', '.join(map(value, one))}]"
    return f"{one:g}"


def pair(name: str, one: Any) -> str:  # noqa: ANN401 - see `value`
    """A key with its value."""
    return f"{key(name)} = {value(one)}"


def key(name: str) -> str:
    """A key, in quotes where it needs them."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else value(name)
