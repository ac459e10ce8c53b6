"""`history`: the page of what became of each check, run after run."""

from __future__ import annotations

import argparse

from plumbline.judging import history
from plumbline.report.trend import page


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where else to put it."""
    parser.add_argument("--into", metavar="FILE", help="the page's file, else history.html beside the history itself")


def main(asked: argparse.Namespace) -> int:
    """Writes the page and says where it is; 1 where there is no history yet."""
    place = history.place()
    past = list(history.read(place))
    if not past:
        print(f"history: no run has left a line in {place} yet")
        return 1
    path = place.parent / "history.html" if asked.into is None else place.parent.cwd() / asked.into
    path.write_text(page(past), "utf-8")
    print(f"history: {len({one.run for one in past})} runs in {path}")
    return 0
