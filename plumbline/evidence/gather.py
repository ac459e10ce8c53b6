"""Gathers the evidence of a red check: each source alone, so that one that fails hides neither the red nor another."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from plumbline.asking.minted import learn
from plumbline.elsewhere.outline import WHY, outlined_whole
from plumbline.evidence import dump, exchanges, logs, page, sql
from plumbline.judging.record import Attachment
from plumbline.publishing import rewrite

if TYPE_CHECKING:
    from plumbline.asking.exchange import Exchange
    from plumbline.browsing.diary import Diary
    from plumbline.evidence.scene import Scene

TEXT = "text/plain"
FAILED = 400
LONGEST = 80
"""Characters of a check's name in a folder's."""


@dataclass
class Evidence:
    """What was gathered: the files, and every exchange, those of pages included, in the order of their time."""

    attachments: list[Attachment] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)


class Gathering:
    """Writes the evidence of one red check into its folder, `below` the run's."""

    def __init__(self, scene: Scene, folder: Path, below: str, *, traced: bool) -> None:
        self._scene, self._folder, self._below, self._traced = scene, folder / below, below, traced
        self._notes: list[str] = []
        self.evidence = Evidence()

    def gather(self) -> Evidence:
        """All of it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        found = list(self._scene.exchanges)
        for number, diary in enumerate(self._scene.diaries, 1):
            found += self._page(diary, f"-{number}" if number > 1 else "")
        self.evidence.exchanges = sorted(found, key=lambda exchange: exchange.began)
        if found:
            self._text("exchanges", "exchanges.txt", self._of_exchanges(exchanges.readable))
            self._text("exchanges, for tools", "exchanges.har", self._of_exchanges(exchanges.har), "application/json")
        self._logs()
        self._text("SQL", "sql.txt", lambda: sql.activity(self._scene))
        self._databases()
        if self._notes:
            self._keep("not to be had", "notes.txt", self._scene.masked("\n".join(self._notes) + "\n").encode(), TEXT)
        return self.evidence

    def _of_exchanges(self, shown: Callable[[Scene, Sequence[Exchange]], str]) -> Callable[[], str]:
        return lambda: shown(self._scene, self.evidence.exchanges)

    def _page(self, diary: Diary, suffix: str) -> list[Exchange]:
        """What one page leaves, and its exchanges."""
        in_browser = self._scene.in_browser
        asked: list[Exchange] = []
        with self._noted(f"exchanges.txt, requests of page{suffix}"):
            asked = in_browser(diary.exchanges)
        for exchange in asked:
            learn(exchange, self._scene.secrets)
        if not self._scene.shows_values:
            self._notes.append(f"screenshot{suffix}.png, page{suffix}.txt, trace{suffix}.zip: {WHY}")
            return list(map(outlined_whole, asked))
        with self._noted(f"screenshot{suffix}.png"):
            taken = in_browser(partial(page.picture, diary, self._scene.secrets))
            self._keep("screenshot", f"screenshot{suffix}.png", taken, "image/png")
        self._text("page", f"page{suffix}.txt", lambda: str(in_browser(partial(page.said, diary, self._scene))))
        if self._traced:
            with self._noted(f"trace{suffix}.zip"):
                in_browser(partial(page.trace, diary, self._folder / f"trace{suffix}.zip"))
                rewrite(self._folder / f"trace{suffix}.zip", self._scene.secrets)
                self._attach("trace", f"trace{suffix}.zip", "application/zip")
        return asked

    def _logs(self) -> None:
        with self._noted("the log slices"):
            for name, text in logs.slices(self._scene, self.evidence.exchanges).items():
                self._text(f"log of {name}", f"log-{name}.txt", partial(str, text))

    def _databases(self) -> None:
        server = self._scene.server
        if server is None:
            return
        copies = {copy.database: copy for copy in self._scene.copies if copy.database}
        for database, copy in copies.items():
            name = "database.sql" if len(copies) == 1 else f"database-{copy.name}.sql"
            self._text("database", name, partial(dump.dumped, self._scene, server, database), "application/sql")

    @contextmanager
    def _noted(self, name: str) -> Iterator[None]:
        """Whatever goes wrong with one source is a line in the notes."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - the red must be told, whatever became of its evidence
            self._notes.append(f"{name}: could not be had: {type(error).__name__}: {str(error).strip()}")

    def _text(self, label: str, name: str, made: Callable[[], str], media: str = TEXT) -> None:
        with self._noted(name):
            if text := made():
                self._keep(label, name, text.encode("utf-8", "replace"), media)

    def _keep(self, label: str, name: str, content: bytes, media: str) -> None:
        (self._folder / name).write_bytes(content)
        self._attach(label, name, media)

    def _attach(self, label: str, name: str, media: str) -> None:
        self.evidence.attachments.append(Attachment(label, f"{self._below}/{name}", media))


def place_of(nodeid: str, title: str, kind: str = "evidence") -> str:
    """The folder of what a check leaves, below the run's: its row, its name, and what tells it from all others."""
    name = re.sub(r"[^A-Za-z0-9]+", "-", f"{title} {nodeid.rpartition('::')[2].removeprefix('test_')}").strip("-")
    return f"{kind}/{name[:LONGEST]}-{sha256(nodeid.encode()).hexdigest()[:6]}"


def telling(found: Sequence[Exchange]) -> Exchange | None:
    """Of a page's exchanges the one that tells most: the last that failed, else the last that has something to read."""
    failed = [exchange for exchange in found if exchange.failure or exchange.status >= FAILED]
    read = [exchange for exchange in found if exchange.body]
    return next(iter([*failed[-1:], *read[-1:]]), None)
