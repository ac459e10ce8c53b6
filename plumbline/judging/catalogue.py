"""The rows of `contract/regressions/`: what must hold, and what to tell the person who sees it fail."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Literal, cast

from plumbline.elsewhere.permission import LEVEL_WORDS, Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

Smoke = Literal["no", "yes", "url"]

AREAS: Mapping[str, tuple[str, ...]] = {
    "preflight": ("PRE",),
    "sessions": ("SES",),
    "tokens": ("TOK",),
    "health": ("HLT",),
    "routes": ("CRT",),
    "pages": ("BRW",),
    "pitches": ("PIT",),
    "realtime": ("RT",),
    "tenants": ("TEN",),
    "schema": ("SCH",),
    "load": ("LOD", "PRF"),
    "security": ("SEC",),
    "operations": ("OPS",),
}
"""The areas in the order of the catalogue, each a file, with the letters that its ids begin with."""

CAPABILITIES = (
    "restart", "database", "redis", "outage", "logs", "replicas", "production-mode", "process", "command",
    "dump", "browser", "mail", "storage", "payments", "tracker", "scanner",
)  # fmt: skip
"""What a row may need of a target."""

SEVERITIES = ("P0", "P1", "P2", "P3")
"""P0 stops a release, P1 blocks users, P2 hurts, P3 annoys."""

PROSE = ("severity", "symptom", "cause", "first")
JUDGED = ("holds", "class", "needs", "smoke")
OPTIONAL = ("judges", "server_error")
PLANNED = ("severity", "holds", "planned")
ID = re.compile(r"([A-Z]{2,4})-[1-9]\d*")
HALF = re.compile(r"[a-z][a-z-]*")
SMOKE: Mapping[object, Smoke] = {False: "no", True: "yes", "url": "url"}


class CatalogueError(Exception):
    """A row that cannot be, or is asked for and is not there; the message names it and the remedy."""


@dataclass(frozen=True)
class Row:
    """A regression, or one half of it. `needs` holds alternatives parted by `|`.

    `smoke` is "url" where the row belongs to the smoke of remote targets only. `judges` is "start" where the
    outcome of a start is what the check looks at, `server_error` says that the failure is itself a 5xx.
    A planned row has id, holds and severity; the rest is empty. Of a whole row, a half may still be planned.
    """

    id: str
    holds: str
    severity: str
    area: str
    half: str | None = None
    level: Level = Level.ANONYMOUS
    needs: tuple[str, ...] = ()
    smoke: Smoke = "no"
    symptom: str = ""
    cause: str = ""
    first: str = ""
    judges: str | None = None
    server_error: bool = False
    planned: bool = False

    @property
    def title(self) -> str:
        """The row as reports name it: "SES-8", or "SES-8 everywhere"."""
        return f"{self.id} {self.half}" if self.half else self.id

    def in_smoke(self, *, managed: bool) -> bool:
        """Whether it belongs to the smoke of a target that the run starts itself, or else only reaches."""
        return self.smoke == "yes" or (self.smoke == "url" and not managed)


@dataclass(frozen=True)
class Catalogue:
    """All rows, halves after their row, in the order of `AREAS` and their files."""

    rows: tuple[Row, ...]

    @classmethod
    def load(cls, folder: Path) -> Catalogue:
        """Reads and checks every area's file; CatalogueError names file, row, key and remedy."""
        if not folder.is_dir():
            raise CatalogueError(f"{folder}: no such folder; rows live in contract/regressions/<area>.toml")
        strangers = sorted(path.name for path in folder.glob("*.toml") if path.stem not in AREAS)
        if strangers:
            raise CatalogueError(f"{folder / strangers[0]}: not an area{_hint(strangers[0][:-5], AREAS)}")
        paths = [path for area in AREAS if (path := folder / f"{area}.toml").exists()]
        rows = tuple(row for path in paths for row in _rows(path))
        _unlike(rows, folder)
        return cls(rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def row(self, row: str, half: str | None = None) -> Row:
        """The row, or its half, of that name; CatalogueError where there is none."""
        for found in self.rows:
            if found.id == row and found.half == half:
                return found
        halves = [found.half for found in self.rows if found.id == row and found.half]
        if half is not None and halves:
            raise CatalogueError(f"{row} has no half {half!r}{_hint(half, halves)}")
        if half is not None and any(found.id == row for found in self.rows):
            raise CatalogueError(f"{row} has no halves; ask for {row} itself")
        raise CatalogueError(f"no row {row!r} in the catalogue{_hint(row, self._ids())}")

    def select(self, text: str) -> tuple[Row, ...]:
        """The rows, with their halves, that "SES,HLT-2,routes" names: by ids, letters or areas."""
        words = [word.strip() for word in text.split(",") if word.strip()]
        if not words:
            raise CatalogueError(f"no row in {text!r}; name rows or areas, such as SES,HLT-2")
        named = {found for word in words for found in self._named(word)}
        return tuple(row for row in self.rows if row.id in named)

    def _named(self, word: str) -> list[str]:
        ids, asked = self._ids(), word.upper()
        letters = AREAS.get(word.lower(), (asked,))
        found = [known for known in ids if known == asked or known.partition("-")[0] in letters]
        if not found:
            prefixes = [prefix for area in AREAS.values() for prefix in area]
            known = [*prefixes, *AREAS, *ids]
            meant = _meant(word.lower(), known) or _meant(asked, known)
            raise CatalogueError(
                f"no row or area {word!r} in the catalogue{meant}; areas: {', '.join(prefixes)}; "
                f"a row is named like {ids[0] if ids else 'SES-1'}"
            )
        return found

    def _ids(self) -> list[str]:
        return list(dict.fromkeys(row.id for row in self.rows))


def _rows(path: Path) -> Iterator[Row]:
    """The rows of one file, each followed by its halves."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{path}: not TOML: {error}") from error
    for name, table in tables.items():
        place = f"{path} [{name}]"
        if not isinstance(table, dict):
            raise CatalogueError(f"{path} {name}: a key outside any row; put it below a line such as [SES-1]")
        _check_id(place, name, path.stem)
        # A table inside a row is a half of it, and so is one whose key is taken: that is said as a wrong key.
        halves = {key: value for key, value in table.items() if isinstance(value, dict) and key not in _KEYS}
        own = {key: value for key, value in table.items() if key not in halves}
        yield _row(place, own, name, path.stem)
        for half, keys in halves.items():
            place = f"{path} [{name}.{half}]"
            if not HALF.fullmatch(half):
                raise CatalogueError(f"{place}: not a half's name; small letters, as in [{name}.everywhere]")
            if own.get("planned"):
                raise CatalogueError(f"{place}: a planned row has no halves; write {name} whole, or remove this")
            inherited = ("severity",) if keys.get("planned") is True else PROSE
            yield _row(place, {key: own[key] for key in inherited} | keys, name, path.stem, half)


def _row(place: str, table: dict[str, Any], name: str, area: str, half: str | None = None) -> Row:
    planned = table.get("planned", False)
    _check_keys(place, table, planned=planned is True)
    _check_texts(place, table)
    _check_word(place, "severity", table["severity"], SEVERITIES)
    if planned:
        return Row(name, table["holds"], table["severity"], area, half, planned=True)
    _check_word(place, "class", table["class"], LEVEL_WORDS)
    if "judges" in table:
        _check_word(place, "judges", table["judges"], ("start",))
    return Row(
        name, table["holds"], table["severity"], area, half, Level.named(table["class"]),
        _needs(place, table["needs"]), _smoke(place, table["smoke"]), table["symptom"], table["cause"],
        table["first"], table.get("judges"), _flag(place, "server_error", table.get("server_error", False)),
    )  # fmt: skip


_KEYS = frozenset({*JUDGED, *PROSE, *OPTIONAL, *PLANNED})


def _check_id(place: str, name: str, area: str) -> None:
    match = ID.fullmatch(name)
    if match is None:
        raise CatalogueError(f"{place}: not a row's id; one looks like {AREAS[area][0]}-1")
    if match[1] not in AREAS[area]:
        home = next((other for other, letters in AREAS.items() if match[1] in letters), None)
        remedy = f"move it to {home}.toml" if home else f"rows here begin with {' or '.join(AREAS[area])}"
        raise CatalogueError(f"{place}: {match[1]} is not a row of {area}; {remedy}")


def _check_keys(place: str, table: Mapping[str, object], *, planned: bool) -> None:
    needed = PLANNED if planned else (*JUDGED, *PROSE)
    allowed = needed if planned else (*needed, *OPTIONAL)
    for key in table:
        if key in allowed:
            continue
        if planned and key in _KEYS:
            raise CatalogueError(
                f"{place} {key}: a planned row has only {', '.join(PLANNED)}; "
                "remove this key, or remove `planned` and write the row whole"
            )
        if key == "planned":
            raise CatalogueError(f"{place} planned: only `planned = true` may stand here; remove the line")
        raise CatalogueError(f"{place} {key}: unknown key{_hint(key, allowed)}")
    missing = [key for key in needed if key not in table]
    if missing:
        raise CatalogueError(
            f"{place}: missing {', '.join(missing)}; a whole row has {', '.join((*JUDGED, *PROSE))}, "
            f"one whose turn has not come has {', '.join(PLANNED)}"
        )


def _check_texts(place: str, table: Mapping[str, object]) -> None:
    for key in ("holds", *PROSE):
        value = table.get(key, "-")
        if not isinstance(value, str) or not value.strip():
            raise CatalogueError(f"{place} {key}: must be a text, is {value!r}")


def _check_word(place: str, key: str, value: object, words: tuple[str, ...]) -> None:
    if value not in words:
        raise CatalogueError(f"{place} {key}: there is no {value!r}{_hint(str(value), words)}")


def _needs(place: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(need, str) for need in value):
        raise CatalogueError(f'{place} needs: must be a list such as ["restart", "database|redis"], is {value!r}')
    for capability in (word for need in value for word in need.split("|")):
        _check_word(place, "needs", capability, CAPABILITIES)
    return tuple(cast("list[str]", value))


def _smoke(place: str, value: object) -> Smoke:
    if not isinstance(value, bool) and value != "url":
        raise CatalogueError(f'{place} smoke: must be true, false or "url", is {value!r}')
    return SMOKE[value]


def _flag(place: str, key: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise CatalogueError(f"{place} {key}: must be true or false, is {value!r}")
    return value


def _unlike(rows: Iterable[Row], folder: Path) -> None:
    """No two rows may share a symptom: the person who sees it must be led to one place. Halves may."""
    seen: dict[str, Row] = {}
    for row in rows:
        same = seen.setdefault(" ".join(row.symptom.casefold().split()), row)
        if row.symptom and same.id != row.id:
            raise CatalogueError(
                f"{folder / row.area}.toml [{row.id}] symptom: {same.id} in {same.area}.toml has the same; "
                "say what the person sees here and not there"
            )


def _hint(word: str, known: Iterable[str | None]) -> str:
    """What was meant, and all there is where that fits a line."""
    words = [each for each in known if each]
    listed = f"; there are: {', '.join(words)}" if len(words) <= len(CAPABILITIES) else ""
    return _meant(word, words) + listed


def _meant(word: str, known: Iterable[str]) -> str:
    close = get_close_matches(word, list(known), n=1)
    return f"; did you mean {close[0]}?" if close else ""
