"""The release checklist (`contract/readiness.toml`): what the records say to each item, and what is left to people."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from plumbline.judging.record import by_check

if TYPE_CHECKING:
    from plumbline.judging.catalogue import Catalogue
    from plumbline.judging.record import Record

ANSWERS = ("red", "not checked", "in part", "green", "by hand")
"""What there is to say to an item, the worst first."""


@dataclass(frozen=True)
class Item:
    """One item: its answer, the rows that are red, and how many of its rows are green; or what a person looks at."""

    name: str
    answer: str
    red: tuple[str, ...] = ()
    green: int = 0
    rows: int = 0
    by_hand: str = ""


def answered(path: Path, catalogue: Catalogue, records: Iterable[Record]) -> list[Item]:
    """Every item of the file with its answer; a row is green when all its checks passed."""
    words: dict[str, set[str]] = {}
    for record in by_check(records):
        words.setdefault(record.row, set()).add(record.word)
    items = tomllib.loads(path.read_text("utf-8"))
    return [_item(name, item, catalogue, words) for name, item in items.items()]


def _item(
    name: str, item: Mapping[str, Sequence[str] | str], catalogue: Catalogue, words: Mapping[str, set[str]]
) -> Item:
    if "by_hand" in item:
        return Item(name, "by hand", by_hand=str(item["by_hand"]))
    rows = list(dict.fromkeys(row.id for word in item["rows"] for row in catalogue.select(word)))
    red = tuple(row for row in rows if "fail" in words.get(row, ()))
    green = sum(words.get(row) == {"pass"} for row in rows)
    answer = "red" if red else "green" if green == len(rows) else "in part" if green else "not checked"
    return Item(name, answer, red, green, len(rows))
