"""What an open page leaves: a picture of it, Playwright's trace, and what it said. All in the browser's thread."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from plumbline.evidence.exchanges import clock

if TYPE_CHECKING:
    from plumbline.browsing.diary import Diary
    from plumbline.evidence.scene import Scene
    from plumbline.secrets import Secrets

PATIENCE = 5_000
"""Milliseconds for a picture."""


def picture(diary: Diary, secrets: Secrets) -> bytes:
    """The whole page as a PNG; its password fields are covered, and wherever a secret can be read."""
    tab = diary.tab
    fields = tab.locator("input, textarea")
    typed: list[str] = fields.evaluate_all("all => all.map(one => String(one.value))")
    covered = [tab.locator("input[type=password]")]
    covered += [fields.nth(number) for number, value in enumerate(typed) if secrets.values_in(value)]
    covered += [tab.get_by_text(value) for value in secrets.values_in(tab.locator("body").inner_text())]
    return tab.screenshot(full_page=True, mask=covered, animations="disabled", timeout=PATIENCE)


def trace(diary: Diary, path: Path) -> None:
    """Writes what its context has traced; Playwright's Error where it traces nothing."""
    diary.tab.context.tracing.stop(path=path)


def said(diary: Diary, scene: Scene) -> str:
    """Console, uncaught errors and requests in their order, masked."""
    lines = [f"{clock(when)}  {text}" for when, text in diary.lines]
    head = f"{diary.tab.url}; times are UTC\n\n"
    return scene.masked(head + ("\n".join(lines) or "(it said nothing, and asked for nothing)") + "\n")
