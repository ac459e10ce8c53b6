"""Pictures of what people see: pages at two sizes, light and dark, and the report of a red run.

    python -m bench.pictures

They go to reports/pictures/, and their paths are printed.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from bench.parts import Parts
from plumbline.browsing.chromium import find, launch_arguments, sandbox_works
from plumbline.run import Run
from plumbline.standing import processes

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "reports" / "pictures"
SIZES = {"wide": (1280, 900), "phone": (390, 844)}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PAGES = {"login": "/login", "dashboard": "/", "calendar": "/calendar", "error": "/no-such-page"}
RED = (sys.executable, "-m", "pytest", "-m", "smoke", "--fault", "sessions-in-memory")
LIMIT = 60.0
"""Seconds that the red run may take."""


@dataclass(frozen=True)
class Camera:
    """Takes pictures with one browser."""

    browser: Browser

    def take(self, name: str, url: str, cookies: Mapping[str, str]) -> Iterator[Path]:
        """A picture of the whole page at each size, light and dark; their paths."""
        for size, (width, height) in SIZES.items():
            for scheme in SCHEMES:
                context = self.browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
                if cookies:
                    context.add_cookies([{"name": n, "value": v, "url": url} for n, v in cookies.items()])
                page = context.new_page()
                page.goto(url, wait_until="networkidle")
                path = PICTURES / f"{name}-{size}-{scheme}.png"
                page.screenshot(path=path, full_page=True)
                context.close()
                yield path


def main() -> int:
    """Takes all pictures and prints their paths; 1 where the red run left no report."""
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir(parents=True)
    run = Run.begin()
    try:
        report = red_report(run)
        for path in taken(run, report):
            print(path.relative_to(ROOT), flush=True)
    finally:
        run.end()
    if report is None:
        print("pictures: the red run left no report.html", file=sys.stderr)
    return 0 if report else 1


def taken(run: Run, report: Path | None) -> Iterator[Path]:
    """Every picture, as it is taken."""
    from playwright.sync_api import sync_playwright

    chromium = find()
    if chromium is None:
        raise SystemExit("pictures: there is no browser here: run `make setup`")
    parts = Parts.of(run)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium.executable, args=launch_arguments(), chromium_sandbox=sandbox_works()
            )
            camera = Camera(browser)
            for name, path in PAGES.items():
                yield from camera.take(name, parts.platform.url + path, {} if name == "login" else parts.cookies)
            if report is not None:
                yield from camera.take("report", report.as_uri(), {})
            browser.close()
    finally:
        parts.end()


def red_report(run: Run) -> Path | None:
    """The HTML report of a run with a fault; None where it left none."""
    folder = run.folder / "red"
    process = processes.spawn(
        RED,
        name="red run",
        log=run.folder / "red.log",
        cwd=ROOT,
        env={**os.environ, "PLUMBLINE_REPORTS": str(folder)},
    )
    if process.wait(LIMIT) is None:
        process.kill()
    return next(folder.glob("*/report.html"), None)


if __name__ == "__main__":
    sys.exit(main())
