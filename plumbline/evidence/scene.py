"""Where a check plays: what it has asked, the copies of the platform it plays on, their database, the open pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plumbline.harmless import harmless

if TYPE_CHECKING:
    from plumbline.asking.exchange import Exchange
    from plumbline.browsing.diary import Diary
    from plumbline.secrets import Secrets
    from plumbline.stores.postgres import Server


@dataclass(frozen=True)
class Copy:
    """One running or ended copy of the platform. `since` is how long its log was when the check began, in bytes."""

    name: str
    url: str
    state: str
    log: Path
    since: int
    database: str
    shared: bool = False


@dataclass(frozen=True)
class Scene:
    """All that the sources of evidence may look at, when the check is red and nothing of it has been ended yet."""

    exchanges: Sequence[Exchange]
    trace_id: str
    copies: Sequence[Copy]
    secrets: Secrets
    server: Server | None = None
    server_log_since: int = 0
    diaries: Sequence[Diary] = ()
    in_browser: Callable[[Callable[[], Any]], Any] = lambda work: work()
    """Has something done in the browser's thread, to which its pages belong."""
    shows_values: bool = True
    """Whether its pages and bodies may be shown; the exchanges are outlines where not."""
    scratch: Path = field(default_factory=Path)
    """A private folder for what must be masked before it is kept."""

    @property
    def databases(self) -> list[str]:
        """The databases of its copies, each once."""
        return list(dict.fromkeys(copy.database for copy in self.copies if copy.database))

    def masked(self, text: str) -> str:
        """`text` without secrets, its control characters shown."""
        return harmless(self.secrets.mask(text))
