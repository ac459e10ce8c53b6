"""How a start went, and what an instance has written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from plumbline.stores.trouble import Trouble, explain

AFTER_IT = 60
"""Lines of a log in which a start that failed says why: Node puts the stack and the error's fields behind it."""


@dataclass(frozen=True)
class Log:
    """What an instance has written, of all its starts."""

    path: Path

    @property
    def text(self) -> str:
        """The whole log."""
        return self.path.read_text("utf-8", "replace") if self.path.exists() else ""

    def records(self) -> Iterator[dict[str, Any]]:
        """The lines that are JSON objects."""
        for line in self.text.splitlines():
            try:
                record = json.loads(line)
            except ValueError:
                continue
            if isinstance(record, dict):
                yield record

    def last(self, lines: int = 5) -> str:
        """Its end."""
        return "\n".join(self.text.splitlines()[-lines:])


@dataclass(frozen=True)
class Start:
    """How a start went: whether the instance answers, or with which code it ended."""

    answers: bool
    ended_with: int | None
    seconds: float
    log: Log
    settings: Mapping[str, str]
    """Each setting that the target needs → where to set it."""
    environment: Mapping[str, str] = field(repr=False)
    trouble: str = ""
    """Why a platform that is not ours could not be reached."""
    unready: bool = False
    """Whether it said, with server errors, that it was not ready yet: it listened, and was asked, before it was."""

    @property
    def missing_settings(self) -> list[str]:
        """The needed settings that the environment lacks, or that an instance that ended blames."""
        lacking = [name for name in self.settings if not self.environment.get(name)]
        if not self.answers and self.database_trouble is None:
            lacking += [name for name in self.settings if name in self.log.text and name not in lacking]
        return [f"{name}: set it in {self.settings[name]}" for name in lacking]

    @property
    def database_trouble(self) -> Trouble | None:
        """What kept an instance that did not come up from the database it was given, by its log; None: nothing did."""
        if self.answers or not self._database_url:
            return None
        seen = (explain(self.log.last(lines), self._database_url) for lines in (5, AFTER_IT))
        return next((trouble for trouble in seen if trouble.kind != "unknown"), None)

    @property
    def unnamed(self) -> list[str]:
        """What of the database's URL the log should name, and does not: its user and its host."""
        place = urlsplit(self._database_url)
        return [word for word in (place.username, place.hostname) if word and word not in self.log.text]

    @property
    def gives_password_away(self) -> bool:
        """Whether the log holds the password of the database, as it is or as a URL spells it."""
        password = urlsplit(self._database_url).password or ""
        return bool(password) and any(word in self.log.text for word in (password, unquote(password)))

    @property
    def _database_url(self) -> str:
        return next((value for value in self.environment.values() if value.startswith("postgres")), "")

    @property
    def told(self) -> str:
        """What happened, for a message."""
        if self.answers:
            return f"the platform answered after {self.seconds:.2f} s"
        if self.trouble:
            return self.trouble
        ended = "it still runs and does not answer" if self.ended_with is None else f"it ended with {self.ended_with}"
        return f"the platform did not start: {ended} after {self.seconds:.1f} s; its log ends:\n{self.log.last()}"
