"""What is wrong with the files and folders that a profile names."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from plumbline.browsing import pages

if TYPE_CHECKING:
    from pathlib import Path

    from plumbline.profile import Profile


def wrong(profile: Profile, folder: Path) -> Iterator[str]:
    """Its own OpenAPI document, records, tables, pages, authority, folder of work; `folder` is the profile's."""
    if profile.contract not in {"closed", "none"}:
        yield from _contract(folder / profile.contract, profile.contract)
    for key in ("known", "schema"):
        if named := getattr(profile, key):
            yield from _toml(key, folder / named)
            yield from _needs(folder / named) if key == "schema" else ()
    if profile.pages:
        yield from _pages(folder / profile.pages)
    if profile.remote.ca_file:
        yield from _authority(folder / profile.remote.ca_file)
    if profile.commands.cwd and not (folder / profile.commands.cwd).is_dir():
        yield f"commands.cwd: there is no folder {folder / profile.commands.cwd}; name it from the profile's own"


def _text(key: str, file: Path) -> Iterator[str]:
    """What keeps a file from being read; nothing where it can be."""
    try:
        file.read_text("utf-8")
    except FileNotFoundError:
        yield f"{key}: there is no file {file}; name it from the profile's own folder"
    except (OSError, UnicodeDecodeError) as error:
        yield f"{key}: {file} cannot be read: {error}; name a file of text"


def _contract(file: Path, said: str) -> Iterator[str]:
    if file.is_dir():
        return
    if "/" not in said and "." not in said and not file.exists():
        yield f"contract: {said!r} is neither closed nor none, and no file beside the profile; write one of them"
        return
    unread = list(_text("contract", file))
    yield from unread
    if unread:
        return
    text = file.read_text("utf-8")
    if re.search(r"""^\s*\{?\s*["']?swagger["']?\s*:""", text, re.MULTILINE):
        yield f"contract: {file} is Swagger 2; convert it to OpenAPI 3"
    elif not re.search(r"""["']?openapi["']?\s*:\s*["']?3""", text):
        yield f"contract: {file} is no OpenAPI 3 document; give the file that begins with openapi: 3…"


def _toml(key: str, file: Path) -> Iterator[str]:
    unread = list(_text(key, file))
    yield from unread
    if not unread:
        try:
            tomllib.loads(file.read_text("utf-8"))
        except tomllib.TOMLDecodeError as error:
            yield f"{key}: {file} is not TOML: {error}; mend that line"


def _needs(file: Path) -> Iterator[str]:
    from plumbline import rights

    try:
        rights.needs(file)
    except rights.WrongNeed as error:
        yield f"schema: {file}: {error}"
    except (OSError, ValueError):
        return  # no file, or no TOML: that is said


def _pages(file: Path) -> Iterator[str]:
    wrong = list(_toml("pages", file))
    yield from wrong
    if not wrong:
        try:
            pages.load(file)
        except (TypeError, AttributeError) as error:
            yield f"pages: {file} is not like contract/pages.toml: {error}; write it like that one"


def _authority(file: Path) -> Iterator[str]:
    unread = list(_text("remote.ca_file", file))
    yield from unread
    if not unread and "-----BEGIN CERTIFICATE-----" not in file.read_text("utf-8"):
        yield f"remote.ca_file: {file} holds no certificate; give the authority's as PEM"
