"""What a run may do to its target. Asked by the client, the ledger and the browser themselves."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Level(IntEnum):
    """How much a run, a row or a fixture does to the platform; each level includes those below it."""

    ANONYMOUS = 0
    READONLY = 1
    WRITES = 2
    DISRUPTIVE = 3

    @property
    def word(self) -> str:
        """The level's name as profiles, rows and the command line spell it."""
        return self.name.lower()

    @classmethod
    def named(cls, word: str) -> Level:
        """The level called `word`; KeyError where there is none."""
        return cls[word.upper()]


LEVEL_WORDS = tuple(level.word for level in Level)

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class PermissionRefused(Exception):
    """The suite was about to do more than this run may do; nothing was sent."""


@dataclass(frozen=True)
class Permission:
    """The level of this run and the origins it may speak to.

    `session_paths` are the operations that log in and out: a readonly run may call those, and no other
    that is not GET, HEAD or OPTIONS.
    """

    level: Level
    origins: frozenset[str]
    session_paths: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()

    def may_send(self, method: str, origin: str, path: str, *, credentials: bool) -> None:
        """Returns when the request may go out; raises PermissionRefused, naming what is missing."""
        if origin not in self.origins:
            raise PermissionRefused(
                f"{method} {origin}{path}: not an origin of the target ({', '.join(sorted(self.origins))})"
            )
        if path in self.never:
            raise PermissionRefused(f"{method} {path}: the profile lists this path under `never`")
        if credentials and self.level < Level.READONLY:
            raise PermissionRefused(f"{method} {path} with credentials needs --allow readonly")
        if method in SAFE_METHODS:
            return
        needed = Level.READONLY if path in self.session_paths else Level.WRITES
        if self.level < needed:
            raise PermissionRefused(f"{method} {path} needs --allow {needed.word}, this run has {self.level.word}")
