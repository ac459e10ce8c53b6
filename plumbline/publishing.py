"""Before a report is called ready: each of its files is looked through for every secret of the run.

What masking missed when it was written is masked now, members of archives too. What cannot be is withheld: a note
takes its place, and the run is red.
"""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from plumbline.secrets import Secrets

ZIP, GZIP = b"PK\x03\x04", b"\x1f\x8b"
DEFLATED = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")

MOST = 256_000_000
"""Bytes to which one file may unfold; a larger one is not looked through, and so withheld."""

PICTURES = (".png", ".jpeg", ".jpg", ".webp")

NOTE = ".withheld.txt"


class NotLookedThrough(Exception):
    """Nobody can say what this holds."""


@dataclass(frozen=True)
class Hit:
    """A file that holds secrets. `path` is below the run's folder, secrets in it masked; `why` names them."""

    path: str
    why: str

    def __str__(self) -> str:
        return f"withheld: {self.path} {self.why}"


class Publisher:
    """Looks through the files below a folder as they come to be, each once."""

    def __init__(self, folder: Path, secrets: Secrets) -> None:
        self._folder, self._secrets = folder, secrets
        self._seen: set[tuple[Path, int, int]] = set()

    def publish(self, *elsewhere: Path) -> list[Hit]:
        """Masks what holds a secret, and puts a note in place of what still does then; these are the hits."""
        hits = []
        for path in [*_files(self._folder), *(path for path in elsewhere if path.is_file())]:
            known = (path, path.stat().st_mtime_ns, path.stat().st_size)
            if known in self._seen:
                continue
            if _why_not(path, self._folder, self._secrets):
                hits += self._cleaned(path)
            else:
                self._seen.add(known)
        return hits

    def _cleaned(self, path: Path) -> list[Hit]:
        with suppress(OSError, ValueError, zipfile.BadZipFile, NotLookedThrough):  # it is withheld then
            rewrite(path, self._secrets)
        why = _why_not(path, self._folder, self._secrets)
        if not why:
            return []
        hit = Hit(self._secrets.mask(_shown(path, self._folder)), why)
        note = path.with_name(self._secrets.mask(path.name) + NOTE)
        path.unlink()
        with suppress(OSError):  # a disk that is full
            note.write_text(f"{hit.path} was withheld: it {why}.\n", "utf-8")
        return [hit]


def scan(folder: Path, secrets: Secrets) -> list[Hit]:
    """The files below `folder` that hold secrets."""
    found = ((path, _why_not(path, folder, secrets)) for path in _files(folder))
    return [Hit(secrets.mask(_shown(path, folder)), why) for path, why in found if why]


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()]


def _shown(path: Path, folder: Path) -> str:
    return str(path.relative_to(folder) if path.is_relative_to(folder) else path)


def _why_not(path: Path, folder: Path, secrets: Secrets) -> str:
    """Why this file may not be published; "" where it may."""
    if named := secrets.held_by(_shown(path, folder).encode()):
        return f"has {_listed(named)} in its name"
    found: dict[str, None] = {}
    try:
        for member, content in _unfolded(path.read_bytes()):
            for name in secrets.held_by(member.encode() + b"\n" + content):
                found[f"«{name}»{f' in {secrets.mask(member)}' if member else ''}"] = None
    except (OSError, RuntimeError, NotLookedThrough) as error:  # RuntimeError: an archive with a password
        return f"could not be looked through: {error}"
    return f"holds {', '.join(found)}" if found else ""


def _listed(names: list[str]) -> str:
    return ", ".join(f"«{name}»" for name in names)


def _unfolded(content: bytes, member: str = "") -> Iterator[tuple[str, bytes]]:
    """A file as it is, and what is packed in it, each with its name in the archive."""
    yield member, content
    if content.startswith(ZIP):
        with _archive(content) as archive:
            for info in archive.infolist():
                yield from _unfolded(archive.read(info), f"{member}/{info.filename}".lstrip("/"))
    elif content.startswith((GZIP, *DEFLATED)):
        with suppress(zlib.error):  # two letters alone make no archive
            unpacked = zlib.decompressobj(wbits=47).decompress(content, MOST)  # 47: gzip's head, or zlib's
            yield from _unfolded(unpacked, f"{member} unpacked".lstrip())


def _archive(content: bytes) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile as error:
        raise NotLookedThrough(str(error)) from None
    if sum(info.file_size for info in archive.infolist()) > MOST:
        raise NotLookedThrough(f"it unfolds to more than {MOST} bytes")
    return archive


def rewrite(path: Path, secrets: Secrets) -> None:
    """Masks a file that is text, or an archive; of a recorded page that showed a secret the pictures go."""
    content = path.read_bytes()
    masked = _rewritten(content, secrets)
    if masked != content:
        aside = path.with_name(f"{path.name}.aside")
        try:
            aside.write_bytes(masked)
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)


def _rewritten(content: bytes, secrets: Secrets) -> bytes:
    """Masked where it is text; a picture or a program would be none any more."""
    if content.startswith(ZIP):
        return _rewritten_zip(content, secrets)
    if content.startswith(GZIP):
        return gzip.compress(_rewritten(gzip.decompress(content), secrets))
    try:
        return secrets.mask(content.decode()).encode()
    except UnicodeDecodeError:
        return content


def _rewritten_zip(content: bytes, secrets: Secrets) -> bytes:
    packed = io.BytesIO()
    with _archive(content) as archive, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as masked:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
        shown = any(secrets.held_by(line) for line in _snapshots(members))
        for name, inner in members.items():
            if not (shown and name.endswith(PICTURES)):
                masked.writestr(secrets.mask(name), _rewritten(inner, secrets))
    return packed.getvalue()


def _snapshots(members: dict[str, bytes]) -> Iterator[bytes]:
    """What stood on the pages of one of Playwright's traces, whose pictures show it."""
    for name, content in members.items():
        if name.endswith(".trace"):
            yield from (line for line in content.splitlines() if b'"frame-snapshot"' in line[:100])
        elif name.endswith(".html"):
            yield content
