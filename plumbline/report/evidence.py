"""The evidence of a red check in the page: text and pictures inline while the page stays small, the rest as links."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from pathlib import Path
from shlex import quote as quoted
from typing import TYPE_CHECKING
from urllib.parse import quote

from plumbline.harmless import harmless

if TYPE_CHECKING:
    from plumbline.judging.record import Attachment, Record

ROOM = 3_500_000
"""Bytes of evidence in one page, which stays below 5 MB."""

LONGEST = 60_000
"""Characters of one text; of a longer one its end is shown, beside the link to all of it."""

OPENED = ("exchanges",)
"""What is open from the start."""


class Inlined:
    """Evidence of one page, as HTML; remembers how much room there is left."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.room = ROOM

    def shown(self, record: Record) -> str:
        """All of a check's evidence."""
        if not record.attachments:
            return ""
        shown: list[str] = []
        linked: list[str] = []
        for one in record.attachments:
            part = self._part(one)
            (shown if part else linked).append(part or self._link(one))
        links = f"<p class='links'>{' · '.join(linked)}</p>" if linked else ""
        return f"<div class='evidence'>{''.join(shown)}{links}</div>"

    def _part(self, one: Attachment) -> str:
        """Inline; empty where it has to be a link."""
        path = (self.folder / one.path).resolve()
        if not (path.is_relative_to(self.folder) and path.is_file()):
            return f"<p class='links'>{escape(one.label)}: {escape(one.path)} is not there</p>"
        if one.media_type == "image/png":
            return self._picture(one, path)
        return self._text(one, path) if one.media_type == "text/plain" else ""

    def _text(self, one: Attachment, path: Path) -> str:
        text = harmless(path.read_text("utf-8", "replace"))
        cut = text[-LONGEST:]
        if self.room < len(cut):
            return ""
        self.room -= len(cut)
        note = f"<p class='links'>its end; all of it: {self._link(one)}</p>" if len(text) > LONGEST else ""
        opened = " open" if one.label in OPENED else ""
        size = f"<span class='size'>{_lines(text)}</span>"
        return f"<details{opened}><summary>{escape(one.label)} {size}</summary>{note}<pre>{escape(cut)}</pre></details>"

    def _picture(self, one: Attachment, path: Path) -> str:
        source = quote(one.path)
        if path.stat().st_size * 4 / 3 < self.room:
            content = b64encode(path.read_bytes()).decode()
            self.room -= len(content)
            source = f"data:image/png;base64,{content}"
        return (
            f"<details open><summary>{escape(one.label)}</summary>"
            f"<a href='{quote(one.path)}'><img src='{source}' alt='{escape(one.label)}'></a></details>"
        )

    def _link(self, one: Attachment) -> str:
        """To its file; beside one that a browser does not show as it is meant, the command that does."""
        told = ""
        if one.path.endswith("trace.zip"):
            told = "python -m plumbline open shows it"
        elif one.label == "database":
            told = f"python -m plumbline database {quoted(str(self.folder / one.path))} opens it"
        beside = f" <span class='quiet'>({escape(told)})</span>" if told else ""
        return f"<a href='{quote(one.path)}'>{escape(one.label)}</a>{beside}"


def _lines(text: str) -> str:
    count = len(text.splitlines())
    return f"{count} line{'s' if count != 1 else ''}"
