"""`detection`: writes docs/detection.md, the public record of what is detected."""

from __future__ import annotations

import argparse
from pathlib import Path

from plumbline.commands import WrongUse
from plumbline.elsewhere.permission import Level
from plumbline.judging.detection_page import checks, page
from plumbline.judging.faulty import known_faults
from plumbline.places import ROOT
from plumbline.standing import processes
from plumbline.target import Target
from plumbline.targets import chosen
from plumbline.today import today


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where to."""
    parser.add_argument("--into", type=Path, default=ROOT / "docs", metavar="DIR", help="the folder, else docs/")


def written() -> str:
    """The page."""
    path, profile = chosen("reference", "the bundled platform")
    target = Target(profile=profile, path=path, root=ROOT, level=Level.ANONYMOUS, run_mark="detection", today=today())
    return page(known_faults(target).values(), checks(ROOT))


def main(asked: argparse.Namespace) -> int:
    """Writes it and says so."""
    file = asked.into / "detection.md"
    try:
        file.write_text(written(), "utf-8")
    except (processes.ProcessFailed, OSError) as error:
        raise WrongUse(f"detection: {file} cannot be written: {error}") from None
    print(f"detection: {file}")
    return 0
