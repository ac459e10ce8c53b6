"""Whole logs, masked and bounded, beside the reports of a run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from plumbline.asking.minted import learn_from
from plumbline.harmless import harmless

if TYPE_CHECKING:
    from plumbline.secrets import Secrets

BEGINNING, END = 50_000, 450_000
"""Bytes of a log that are kept: how a platform started, and how it ended."""

ALL = 32_000_000
"""Bytes of all logs together that one process of a run keeps."""


def keep(logs: Sequence[Path], folder: Path, secrets: Secrets) -> None:
    """Writes each log that is there into `folder`, and says in `left-out.txt` which did not fit."""
    left_out, room = [], ALL
    for log in logs:
        if not log.exists():
            continue
        text = bounded(log)
        if len(text) > room:
            left_out.append(log.name)
            continue
        room -= len(text)
        learn_from(text, f"{log.stem}'s log", secrets)
        folder.mkdir(parents=True, exist_ok=True)
        _write_whole(folder / log.name, harmless(secrets.mask(text)))
    if left_out:
        with (folder / "left-out.txt").open("a", encoding="utf-8") as note:
            note.writelines(f"{name}: the logs kept before it have {ALL} bytes\n" for name in left_out)


def _write_whole(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError:
        path.unlink(missing_ok=True)  # half of it would look like all
        raise


def bounded(log: Path) -> str:
    """A log's text; of a long one its beginning and its end, and between them how much is left out."""
    with log.open("rb") as lines:
        size = lines.seek(0, 2)
        lines.seek(0)
        if size <= BEGINNING + END:
            return lines.read().decode("utf-8", "replace")
        beginning = lines.read(BEGINNING).decode("utf-8", "replace")
        lines.seek(size - END)
        end = lines.read().decode("utf-8", "replace")
    return f"{beginning}\n[{size - BEGINNING - END} bytes left out]\n{end}"
