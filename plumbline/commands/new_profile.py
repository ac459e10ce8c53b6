"""`new-profile`: writes a first profile, by asking a platform that runs or by looking into its folder."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from plumbline.commands import WrongUse
from plumbline.drafting import folder, reached
from plumbline.elsewhere.reach import Unreachable
from plumbline.judging.record import Blocked
from plumbline.profile_file import ProfileError, load
from plumbline.unusable.spelling import origin

if TYPE_CHECKING:
    from plumbline.drafting.draft import Draft


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to look at, and where to write."""
    parser.add_argument(
        "what", metavar="URL|DIR", help="the origin of a platform that runs, or the folder of its source"
    )
    parser.add_argument("--into", type=Path, metavar="FILE", help="the profile's file, else target.toml (in DIR)")
    parser.add_argument("--ca-file", metavar="FILE", default="", help="the authority of its certificate, where own")


def main(asked: argparse.Namespace) -> int:
    """Writes the profile, and says what was found, what is guessed and what is left to say."""
    at_url = "://" in asked.what
    file = asked.into or (Path("target.toml") if at_url else Path(asked.what, "target.toml"))
    if file.exists():
        raise WrongUse(f"new-profile: {file} is there already; name another by --into, or move it away")
    if at_url:
        draft = _asked(asked.what.rstrip("/"), asked.ca_file, file.parent)
    else:
        draft = _looked(Path(asked.what), asked.ca_file)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as place:
            place.write(draft.text(file.parent))
        load(file)
    except OSError as error:
        raise WrongUse(f"new-profile: {file} cannot be written: {error.strerror}; name another by --into") from None
    except ProfileError as error:
        draft.left.append(f"what the profile itself is not content with: {error}")
    print(file, *draft.told(), f"then: pytest -m smoke --explain --target={file}", sep="\n")
    return 0


def _asked(url: str, ca_file: str, folder: Path) -> Draft:
    """The draft of a platform that runs; a profile names its files from its own folder."""
    if wrong := list(origin("URL", url, secured=True)):
        raise WrongUse(f"new-profile: {wrong[0]}")
    if ca_file and not Path(ca_file).is_file():
        raise WrongUse(f"--ca-file {ca_file}: there is no such file; name the authority's, as PEM")
    try:
        return reached.draft(url, os.path.relpath(ca_file, folder) if ca_file else "", folder)
    except Unreachable as error:
        told = " (here by --ca-file)" if "ca_file" in str(error) else ""
        raise WrongUse(f"new-profile: {error}{told}") from None
    except Blocked as error:
        raise WrongUse(f"new-profile: {error}; ask again later") from None


def _looked(place: Path, ca_file: str) -> Draft:
    if ca_file:
        raise WrongUse("--ca-file is for a URL; leave it out")
    if not place.is_dir():
        raise WrongUse(f"new-profile: there is no folder {place}; give one, or the origin of a platform: https://…")
    return folder.draft(place)
