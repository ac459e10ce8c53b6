"""What must not be shown: every password, cookie, token and connection string, masked by its name.

Registered as it is read or minted, so that two different secrets stay different in what a person reads:
`«session of admin»` is not `«session of visitor»`. However a secret is written (`spellings.py`), it is found.
"""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from plumbline.spellings import Spelling, spellings

SHORTEST_MASKED = 8
"""Characters; a shorter value would be found inside ordinary words."""


@dataclass(frozen=True)
class _Known:
    """One way to write one secret. `name` is shown in its place."""

    spelling: Spelling
    name: str
    public: bool
    anchor: bytes


class Secrets:
    """The secrets of one process of the run."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._public: set[str] = set()
        self._known: tuple[_Known, ...] = ()
        """All ways to write all secrets, longest first; made anew when asked for."""
        self._shared: Path | None = None
        self._lock = threading.RLock()

    def register(self, value: str, name: str, *, also: Iterable[str] = (), public: bool = False) -> str:
        """Remembers that `value` is shown as `«name»` from now on, and so is what is `also` it; returns the value.

        A name that another secret has gets a number. What is `public`, as demo passwords are, is masked too, but
        keeps nothing from being published.
        """
        with self._lock:
            name = self._names.get(value) or self._free(name)
            for one in {value, *also}:
                if len(one.strip()) >= SHORTEST_MASKED:
                    self._register(one, name, public=public)
        return value

    def _register(self, value: str, name: str, *, public: bool) -> None:
        if value in self._names and (public or value not in self._public):
            return
        if public:
            self._public.add(value)
        else:
            self._public.discard(value)  # somewhere it is a secret
        self._names.setdefault(value, name)
        self._known = ()
        self._tell(value)

    def _free(self, name: str) -> str:
        taken, plain = set(self._names.values()), re.sub(r" \(\d+\)$", "", name)
        number = 2
        while name in taken:
            name, number = f"{plain} ({number})", number + 1
        return name

    def mask(self, text: str) -> str:
        """`text` with each secret replaced by its name in guillemets."""
        return "".join(part if name is None else f"«{name}»" for part, name in self._parts(text))

    def held_by(self, content: bytes) -> list[str]:
        """The names of the secrets that `content` holds, public ones left out."""
        present = [known for known in self._all() if not known.public and known.anchor in content]
        if not present:
            return []
        text = content.decode("utf-8", "surrogateescape")
        return list(dict.fromkeys(known.name for known in present if re.search(known.spelling.pattern, text)))

    def values_in(self, text: str) -> list[str]:
        """The secrets that stand in `text` as they are."""
        return [value for value in self._names if value in text]

    def as_shell_variables(self, text: str) -> str:
        """`text`, single-quoted for a shell, with each secret as a variable that the reader sets."""
        words = [_quoted(part) if name is None else f'"${variable(name)}"' for part, name in self._parts(text) if part]
        return "".join(words) or "''"

    def variables_in(self, text: str) -> dict[str, str]:
        """Variable name → the secret's name, for each secret that `text` holds."""
        return {variable(name): name for _, name in self._parts(text) if name is not None}

    def share_in(self, path: Path) -> None:
        """Writes each secret down, in a file that only this user can read, for `adopt` in another process."""
        with self._lock:
            self._shared = path
            for value in self._names:
                self._tell(value)

    def adopt(self, paths: Iterable[Path]) -> None:
        """Takes over what other processes of the run have written down."""
        for path in paths:
            for line in path.read_text("utf-8").splitlines(keepends=True):
                if line.endswith("\n"):  # a worker may have died while it wrote
                    value, name, public = json.loads(line)
                    self.register(value, name, public=public)

    def _tell(self, value: str) -> None:
        if self._shared is None:
            return
        line = json.dumps([value, self._names[value], value in self._public]) + "\n"
        file = os.open(self._shared, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(file, line.encode())
        finally:
            os.close(file)

    def _all(self) -> tuple[_Known, ...]:
        with self._lock:
            if not self._known:
                values = sorted(self._names, key=len, reverse=True)
                self._known = tuple(self._how_written(values))
            return self._known

    def _how_written(self, values: Iterable[str]) -> Iterator[_Known]:
        for value in values:
            for spelling in _spelled(value):
                name = f"{self._names[value]}, in base64" if spelling.in_base64 else self._names[value]
                yield _Known(spelling, name, value in self._public, spelling.anchor.encode())

    def _parts(self, text: str) -> Iterator[tuple[str, str | None]]:
        """`text` in pieces, each with the name of the secret that it is, or None."""
        present = [known for known in self._all() if known.spelling.anchor in text]
        end = 0
        for match in _pattern(tuple(known.spelling.pattern for known in present)).finditer(text) if present else ():
            yield text[end : match.start()], None
            yield match[0], present[(match.lastindex or 1) - 1].name
            end = match.end()
        yield text[end:], None


@lru_cache(maxsize=4096)
def _spelled(value: str) -> tuple[Spelling, ...]:
    return tuple(spellings(value))


@lru_cache(maxsize=256)
def _pattern(alternatives: tuple[str, ...]) -> re.Pattern[str]:
    """One group an alternative: the last group that matched says which one it was."""
    return re.compile("|".join(f"({one})" for one in alternatives))


def _quoted(part: str) -> str:
    return "'" + part.replace("'", "'\\''") + "'"


def variable(name: str) -> str:
    """The shell variable that stands for the secret called `name`: `password of admin` → `PASSWORD_OF_ADMIN`."""
    return re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_").upper()
