"""The files of a run: each is written aside and renamed, so that none is there by half where a disk is full."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from plumbline.places import remedy


class Writing:
    """Writes the files of one run; the first that cannot be written is remembered, and what is left of it removed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.trouble = ""
        """What went wrong, with the remedy, in a sentence; empty where nothing did."""

    def write(self, path: Path, text: str) -> bool:
        """Writes a file whole, or not at all; whether it did."""
        aside = path.with_name(f"{path.name}.aside")
        try:
            aside.write_text(text, "utf-8")
            aside.replace(path)
        except OSError as error:
            self._give_up(error, aside, path)
            return False
        return True

    @contextmanager
    def spared(self, *paths: Path) -> Iterator[None]:
        """The run goes on where this cannot be written; ``paths`` are removed then, since they are no whole files."""
        try:
            yield
        except OSError as error:
            self._give_up(error, *paths)

    def _give_up(self, error: OSError, *paths: Path) -> None:
        folder = paths[-1].parent if paths else self.folder
        self.trouble = self.trouble or f"reports: {self._why(folder, error)}"
        for path in paths:
            with suppress(OSError):
                path.unlink()

    def _why(self, folder: Path, error: OSError) -> str:
        ours = folder.is_relative_to(self.folder)
        told = f"{self.folder.parent if ours else folder} cannot be written: {error.strerror or error}"
        return f"{told}; {remedy('PLUMBLINE_REPORTS', 'can be written and has room')}" if ours else told
