"""`open`: a run's report, and Playwright's viewer for its traces, served to this machine until Ctrl-C."""

from __future__ import annotations

import argparse
import webbrowser
from functools import partial
from pathlib import Path

from plumbline.commands import WrongUse
from plumbline.places import reports_folder
from plumbline.report.serving import Handler, serve, viewer


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which run, and on which port."""
    parser.add_argument(
        "run", nargs="?", default="latest", metavar="RUN", help="a run's name or folder, else the latest"
    )
    parser.add_argument("--port", type=int, default=0, help="else one that is free")
    parser.add_argument("--no-browser", action="store_true", help="only say the address")


def main(asked: argparse.Namespace) -> int:
    """Serves until somebody presses Ctrl-C."""
    folder = _folder(asked.run)
    with serve(partial(Handler, folder=folder, viewer=viewer()), asked.port) as server:
        url = f"http://127.0.0.1:{server.server_port}/report.html"
        print(f"{url} (Ctrl-C ends it)", flush=True)
        if not asked.no_browser:
            webbrowser.open(url)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()
    return 0


def _folder(run: str) -> Path:
    for place in (reports_folder() / run, Path(run)):
        if (place / "report.html").is_file():
            return place.resolve()
    raise WrongUse(
        f"open: there is no report of {run} in {reports_folder()}; run `pytest -m smoke` first, or name a run's folder"
    )
