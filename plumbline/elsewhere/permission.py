"""What a run may do to its target. Asked by the client, the socket, the browser and the ledger themselves."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import NoReturn
from urllib.parse import unquote, urlsplit

from plumbline.judging.record import NotPossibleHere

HERE = frozenset({"127.0.0.1", "localhost", "::1"})
"""This machine, the only one that is spoken to without TLS."""


NOBODYS = re.compile(r"/no-such(-|/|$)")
"""A path with such a part leads to nothing: it may be asked everywhere, for the page that says so."""

PORTS = {"http": 80, "https": 443}
"""The port that a scheme means where none is written."""


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

Words = str | Mapping[str, str | int]
"""A message over a socket as a profile says it; ID in it stands for a number."""

ID = "{id}"

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class PermissionRefused(NotPossibleHere):
    """The suite was about to do more than this run may do; nothing was sent. `why` is the reason alone."""

    def __init__(self, message: str, why: str = "") -> None:
        super().__init__(message)
        self.why = why or message


@dataclass(frozen=True)
class Permission:
    """The level of this run, the origins it may speak to and the paths that it may ask for.

    `session_paths` are the operations that log in and out: a readonly run may call those, and no other
    that is not GET, HEAD or OPTIONS. `routes` are those of contract and profile, None where any may be asked;
    `third_parties` are the other origins that a page may load from, None where they are its own business.
    """

    level: Level
    origins: frozenset[str]
    session_paths: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    routes: frozenset[str] | None = None
    third_parties: frozenset[str] | None = None
    entrances: frozenset[str] = frozenset()
    """Those of `session_paths` that log in."""
    exits: frozenset[str] = frozenset()
    """Paths that log out by GET alone: whatever shows a picture of one ends a session."""

    def may_send(self, method: str, origin: str, path: str, *, credentials: bool) -> None:
        """Returns when the request may go out; raises PermissionRefused, naming what is missing."""
        self._may_ask(method, origin, path)
        if credentials and self.level < Level.READONLY:
            raise PermissionRefused(f"{method} {path} with credentials needs --allow readonly")
        needed = Level.READONLY if path in self.session_paths else Level.WRITES
        self._may_write(method, path, needed)

    def may_ask_for(self, path: str) -> None:
        """The same of a check's own choice of path; a redirect, or a page for its files, may lead elsewhere."""
        if self.routes is not None and not NOBODYS.search(path) and not matches(path, self.routes):
            raise PermissionRefused(f"{path}: neither the contract nor the profile has this path")

    def may_load(self, method: str, origin: str, path: str, *, logs_in: bool = False) -> None:
        """The same of a page: it logs nobody in or out by itself, and third parties are read from alone.

        `logs_in`: it is one in which a check fills in the login form.
        """
        needed = Level.WRITES
        if origin in self.origins:
            needed = Level.READONLY if logs_in and path in self.entrances else needed
            self._may_ask(method, origin, path)
            if matches(path, self.exits):
                _refuse(f"{method} {path}", "it logs out, and a page does that to nobody")
        elif self.third_parties is not None:
            if origin not in self.third_parties:
                _refuse(f"{method} {origin}{path}", "neither an origin of the target nor among its third_parties")
            if method not in SAFE_METHODS:
                _refuse(f"{method} {origin}{path}", "third parties are only read from")
        self._may_write(method, path, needed)

    def may_say(self, message: str | bytes, ping: Words) -> None:
        """The same of a message over a socket."""
        if self.level < Level.WRITES and not is_ping(message, ping):
            needs = f"needs --allow writes, this run has {self.level.word}"
            raise PermissionRefused(f"a message that is no ping {needs}", self._level)

    def _may_ask(self, method: str, origin: str, path: str) -> None:
        if origin not in self.origins:
            _refuse(f"{method} {origin}{path}", f"not an origin of the target ({', '.join(sorted(self.origins))})")
        place = urlsplit(origin)
        if place.scheme != "https" and place.hostname not in HERE:
            _refuse(f"{method} {origin}{path}", "without TLS only this machine is spoken to")
        if matches(path, self.never):
            _refuse(f"{method} {path}", "the profile lists this path under `never`")

    def _may_write(self, method: str, path: str, needed: Level) -> None:
        if method not in SAFE_METHODS and self.level < needed:
            needs = f"needs --allow {needed.word}, this run has {self.level.word}"
            raise PermissionRefused(f"{method} {path} {needs}", self._level)

    @property
    def _level(self) -> str:
        return f"this run is {self.level.word}"


def _refuse(asked: str, why: str) -> NoReturn:
    raise PermissionRefused(f"{asked}: {why}", why)


def plain_origin(url: str) -> str:
    """The origin of a URL, written the one way."""
    place = urlsplit(url)
    scheme = {"ws": "http", "wss": "https"}.get(place.scheme, place.scheme)
    usual = f":{PORTS[scheme]}" if scheme in PORTS else ""
    return f"{scheme}://{place.netloc.lower().removesuffix(usual)}"


def matches(path: str, listed: frozenset[str]) -> bool:
    """Whether a path, however it is spelled, is one of these; `{id}` in them is any one part."""
    return bool(listed) and _pattern(listed).fullmatch(_plain(path)) is not None


def _plain(path: str) -> str:
    """A path as servers read it: without escapes, doubled slashes, dots and a slash at its end."""
    return "/" + posixpath.normpath(unquote(path)).lstrip("/")


@cache
def _pattern(listed: frozenset[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(_literal, sorted(listed))), re.IGNORECASE)


def _literal(path: str) -> str:
    parts = re.split(r"\{[^}]+\}", _plain(path.partition("?")[0]))
    return "[^/]+".join(map(re.escape, parts))


def is_ping(message: str | bytes, ping: Words) -> bool:
    """Whether a message over a socket is what the profile calls a ping, and nothing besides."""
    if isinstance(message, bytes):
        return False
    if isinstance(ping, str):
        return re.fullmatch("[0-9]+".join(map(re.escape, ping.split(ID))), message) is not None
    try:
        said = json.loads(message)
    except ValueError:
        return False
    return (
        isinstance(said, dict)
        and said.keys() == ping.keys()
        and all(isinstance(said[name], int) if word == ID else said[name] == word for name, word in ping.items())
    )
