"""`merge`: the reports of shards as one run's; its verdict is the exit code."""

from __future__ import annotations

import argparse
from pathlib import Path

from plumbline.commands import WrongUse
from plumbline.places import ROOT


def arguments(parser: argparse.ArgumentParser) -> None:
    """The shards' folders."""
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR", help="a run's folder, reports/<run>/")
    parser.add_argument("--into", type=Path, metavar="DIR", help="where to put what is made, else a new run's folder")


def main(asked: argparse.Namespace) -> int:
    """Replays them through one session of pytest."""
    import pytest

    for folder in asked.folders:
        if not folder.is_dir():
            raise WrongUse(f"merge: there is no folder {folder}")
    if asked.into and asked.into.exists() and any(asked.into.iterdir()):
        raise WrongUse(f"merge: {asked.into} is not empty; name a folder that is, or none")
    into = ["--into", str(asked.into.absolute())] if asked.into else []
    merged = [f"--merge={folder.absolute()}" for folder in asked.folders]
    rooted = ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT), str(ROOT / "suites")]
    return int(pytest.main(["-q", "-p", "no:cacheprovider", *merged, *into, *rooted]))
