"""The draft of a profile, and its text."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from plumbline import as_toml
from plumbline.places import ROOT

WIDTH = 110


@dataclass(frozen=True)
class Section:
    """One table of the draft; a proposal is written as a comment, for somebody to fill in."""

    head: str
    values: Mapping[str, Any]
    comment: str = ""
    proposal: bool = False

    def lines(self) -> Iterator[str]:
        """Its text."""
        yield ""
        for line in textwrap.wrap(self.comment, WIDTH):
            yield f"# {line}"
        mark = "# " if self.proposal else ""
        if self.head:
            yield f"{mark}{self.head}"
        for name, value in self.values.items():
            yield f"{mark}{as_toml.pair(name, value)}"


@dataclass
class Draft:
    """What is known of the platform so far; each note is a sentence for whoever goes on from here."""

    name: str
    place: str
    top: dict[str, Any] = field(default_factory=dict)
    sections: list[Section] = field(default_factory=list)
    found: list[str] = field(default_factory=list)
    guessed: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def add(self, head: str, values: Mapping[str, Any], comment: str = "") -> None:
        """Adds a table, unless it would be empty."""
        if values:
            self.sections.append(Section(head, values, comment))

    def propose(self, head: str, values: Mapping[str, Any], comment: str) -> None:
        """Adds one as a comment."""
        self.sections.append(Section(head, values, comment, proposal=True))

    def text(self, folder: Path) -> str:
        """The file, which will lie in `folder`."""
        beside = folder.resolve().is_relative_to(ROOT)
        schema = os.path.relpath(ROOT / "docs" / "profile.schema.json", folder) if beside else ""
        lines = [
            *([f"#:schema {schema}"] if schema else []),
            f"# A first profile of {self.place}, written by `python -m plumbline new-profile`.",
            "# Every key: docs/settings.md of Plumbline, which says too how an editor checks them. What is left out is",
            "# as on its reference platform.",
            as_toml.pair("name", self.name),
            *(as_toml.pair(name, value) for name, value in self.top.items()),
        ]
        for section in self.sections:
            lines += section.lines()
        return "\n".join(lines) + "\n"

    def told(self) -> Iterator[str]:
        """The notes, for a terminal."""
        for title, notes in (("found", self.found), ("guessed", self.guessed), ("left to you", self.left)):
            if notes:
                yield f"{title}:"
            for note in notes:
                yield textwrap.fill(note, WIDTH, initial_indent="  - ", subsequent_indent="    ")
