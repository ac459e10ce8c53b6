"""`settings`: writes docs/settings.md and the profile's JSON schema, as the code says them."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from plumbline.commands import WrongUse
from plumbline.places import ROOT
from plumbline.profile_schema import schema
from plumbline.settings_page import page


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where to."""
    parser.add_argument("--into", type=Path, default=ROOT / "docs", metavar="DIR", help="the folder, else docs/")


def written() -> dict[str, str]:
    """Name → text of each file."""
    return {
        "settings.md": page(),
        "profile.schema.json": json.dumps(schema(), indent=2, ensure_ascii=False) + "\n",
    }


def main(asked: argparse.Namespace) -> int:
    """Writes both and says so."""
    for name, text in written().items():
        try:
            asked.into.mkdir(parents=True, exist_ok=True)
            (asked.into / name).write_text(text, "utf-8")
        except OSError as error:
            raise WrongUse(f"settings: {asked.into / name} cannot be written: {error.strerror}; name another") from None
        print(f"settings: {asked.into / name}")
    return 0
