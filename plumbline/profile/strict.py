"""What every table of a profile has in common."""

from __future__ import annotations

from typing import ClassVar


class Strict:
    """A table in which a key that is not known is an error, not a wish that nobody hears."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}
