"""The pages of the contract: path, role, heading, and what must be seen on each."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Page:
    """One page. `sees` is region → a column of the known records (`deals.name`), or the texts themselves."""

    path: str
    role: str
    heading: str
    sees: Mapping[str, str | list[str]] = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    send: str = ""
    settles: bool = False
    """Whether a check looks at it again after a while: it is opened as the run begins."""


def load(file: Path) -> list[Page]:
    """Every page that `contract/pages.toml` names."""
    return [Page(path=path, **entry) for path, entry in tomllib.loads(file.read_text("utf-8")).items()]
