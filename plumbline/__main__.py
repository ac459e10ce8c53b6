"""What is done beside runs: what stays up between them, and what they leave."""

from __future__ import annotations

import argparse
import importlib
import sys

from plumbline.commands import WrongUse
from plumbline.nearest import meant

COMMANDS = {
    "up": ("standing", "keep servers and a platform running"),
    "down": ("standing", "end them"),
    "keep": ("standing", ""),
    "merge": ("merge", "one report and verdict from the folders of shards"),
    "database": ("database", "open the database that a red check has left"),
    "history": ("history", "the page of what became of each check, run after run"),
    "new-profile": ("new_profile", "write a first profile of a platform: URL or folder"),
    "detection": ("detection", "write docs/detection.md: every fault, and what catches it"),
    "settings": ("settings", "write docs/settings.md and the profile's JSON schema"),
    "open": ("opening", "the latest report and its traces, in a browser on this machine"),
}
"""Command → its module in `plumbline/commands/`, and its line in the help; without one it is for `up` alone."""

USAGE = 4
"""The exit code of wrong use, as pytest's."""


def main(argv: list[str]) -> int:
    """Runs one of the commands; its exit code."""
    parser = argparse.ArgumentParser(prog="python -m plumbline", description=__doc__)
    told = [name for name, (_, text) in COMMANDS.items() if text]
    commands = parser.add_subparsers(dest="command", required=True, metavar="|".join(told))
    if argv[:1] and argv[0][:1] != "-" and argv[0] not in COMMANDS:
        print(f"{argv[0]}: there is no such command{meant(argv[0], told)}", file=sys.stderr)
        return USAGE
    for name, (module, text) in COMMANDS.items():
        command = commands.add_parser(name, help=text) if text else commands.add_parser(name)
        if argv[:1] == [name]:
            found = importlib.import_module(f"plumbline.commands.{module}")
            found.arguments(command)
    try:
        asked = parser.parse_args(argv)
    except SystemExit as ending:
        return USAGE if ending.code else 0
    try:
        code: int = found.main(asked)
    except WrongUse as error:
        print(error, file=sys.stderr)
        return USAGE
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
