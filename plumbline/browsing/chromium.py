"""Which Chromium a run uses, and how set-up gets one: `python -m plumbline.browsing.chromium find|install`.

Finding is a handful of `stat` calls and starts nothing. Playwright's own build goes first, since it is the
one its driver was made with; then a headless shell (it starts in a quarter of a full browser's time), then
Chrome, then Chromium. Installing happens at set-up only.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SETTING = "PLUMBLINE_BROWSER"
"""The setting that names the executable outright."""

Kind = Literal["playwright", "headless-shell", "chrome", "chromium"]

# Real binaries before PATH: distributions put shell wrappers there, and one that does not `exec` (Debian's
# chromium-headless-shell) would take the kill that was meant for the browser.
_PLACES: dict[Kind, tuple[str, ...]] = {
    "headless-shell": (
        "/usr/lib/chromium/chromium-headless-shell",  # Debian
        "/usr/lib64/chromium-browser/headless_shell",  # Fedora
        "/usr/lib/chromium-browser/headless_shell",
        "/opt/chrome-headless-shell/chrome-headless-shell",
    ),
    "chrome": (
        "/opt/google/chrome/chrome",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ),
    "chromium": (
        "/usr/bin/chromium",  # Debian, Arch, Alpine: sets library paths, then `exec`
        "/usr/lib/chromium/chromium",
        "/usr/lib64/chromium-browser/chromium-browser",  # Fedora
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/opt/homebrew/bin/chromium",
        "/snap/bin/chromium",
    ),
}
_NAMES: dict[Kind, tuple[str, ...]] = {
    "headless-shell": ("chrome-headless-shell", "chromium-headless-shell", "headless_shell"),
    "chrome": ("google-chrome-stable", "google-chrome", "chrome"),
    "chromium": ("chromium", "chromium-browser"),
}


class WrongBrowser(ValueError):
    """PLUMBLINE_BROWSER names something that cannot be used; the message says what and the remedy."""


@dataclass(frozen=True)
class Chromium:
    """A browser on this machine: its executable, and what kind it is."""

    executable: Path
    kind: Kind

    @property
    def headless_only(self) -> bool:
        """True for a headless shell: it has no window, so `--headed` cannot use it."""
        return "headless" in self.executable.name

    @cached_property
    def version(self) -> str:
        """What the browser says to --version, "" if it cannot start; starting it takes 0.1 s."""
        from plumbline.browsing.chromium_setup import version_of

        return version_of(self.executable)


def find(environ: Mapping[str, str] = os.environ, *, headed: bool = False) -> Chromium | None:
    """Return the browser a run uses, None where there is none; `headed` wants one with a window.

    Raises WrongBrowser when PLUMBLINE_BROWSER is set to something else than a fitting executable.
    """
    if named := environ.get(SETTING):
        return _named(named, headed=headed)
    if own := _playwrights(environ, headed=headed):
        return own
    kinds: tuple[Kind, ...] = ("chrome", "chromium") if headed else ("headless-shell", "chrome", "chromium")
    for kind in kinds:
        for place in (*_PLACES[kind], *_on_path(_NAMES[kind], environ)):
            if os.access(place, os.X_OK):
                return Chromium(Path(place), kind)
    return None


def launch_arguments(environ: Mapping[str, str] = os.environ) -> list[str]:
    """Arguments for each launch: no traffic of the browser's own; no sandbox only where none can work."""
    quiet = [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-default-apps",
        "--disable-domain-reliability",
        "--disable-sync",
        "--metrics-recording-only",
        "--no-default-browser-check",
        "--no-first-run",
        "--no-pings",
    ]
    return quiet if sandbox_works(environ) else [*quiet, "--no-sandbox"]


def sandbox_works(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether Chromium's sandbox can start: not as root, in a container, or without user namespaces.

    For Playwright's `chromium_sandbox=`, which is off (and so adds `--no-sandbox`) unless it is asked for.
    """
    if sys.platform == "darwin":
        return True
    contained = Path("/.dockerenv").exists() or Path("/run/.containerenv").exists()
    if os.geteuid() == 0 or contained or "KUBERNETES_SERVICE_HOST" in environ:
        return False
    return (
        _kernel_says("unprivileged_userns_clone") != "0"
        and _kernel_says("apparmor_restrict_unprivileged_userns") != "1"
    )


def playwrights_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder that Playwright keeps its browsers in, by its own rules and without starting it."""
    named = environ.get("PLAYWRIGHT_BROWSERS_PATH")
    if named == "0":
        return _driver() / "package" / ".local-browsers"
    if named:
        return Path(named).absolute()
    home = Path(environ.get("HOME") or Path.home())
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "ms-playwright"
    return Path(environ.get("XDG_CACHE_HOME") or home / ".cache") / "ms-playwright"


def _named(named: str, *, headed: bool) -> Chromium:
    path = Path(named).expanduser()
    if not path.is_file() or not os.access(path, os.X_OK):
        message = f"{SETTING}={named}: no executable there; name a Chromium, or unset it to have one found"
        raise WrongBrowser(message)
    shell = "headless" in path.name
    if headed and shell:
        message = f"{SETTING}={named}: a headless shell has no window; name a full Chromium, or leave --headed out"
        raise WrongBrowser(message)
    kind: Kind = "headless-shell" if shell else "chromium" if "chromium" in path.name else "chrome"
    return Chromium(path, kind)


def _playwrights(environ: Mapping[str, str], *, headed: bool) -> Chromium | None:
    folder = playwrights_folder(environ)
    if not folder.is_dir():
        return None
    system = "mac" if sys.platform == "darwin" else "linux"
    cpu = "arm64" if platform.machine() in {"arm64", "aarch64"} else "x64"
    where = f"mac-{cpu}" if system == "mac" else "linux-arm64" if cpu == "arm64" else "linux64"
    full = "Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing" if system == "mac" else "chrome"
    builds = [("chromium", f"chrome-{where}/{full}")]
    if not headed:
        builds.insert(0, ("chromium-headless-shell", f"chrome-headless-shell-{where}/chrome-headless-shell"))
    revisions = _revisions()
    for name, inside in builds:
        build = folder / f"{name.replace('-', '_')}-{revisions.get(name)}"
        # the marker is written last: a download that was cut leaves a folder without it
        if (build / "INSTALLATION_COMPLETE").exists() and os.access(build / inside, os.X_OK):
            return Chromium(build / inside, "playwright")
    return None


def _revisions() -> dict[str, str]:
    """Which build of each browser the installed Playwright wants; empty when there is no Playwright."""
    try:
        listed = json.loads((_driver() / "package" / "browsers.json").read_text())["browsers"]
    except (OSError, ValueError, KeyError):
        return {}
    return {browser["name"]: browser["revision"] for browser in listed}


def _driver() -> Path:
    spec = find_spec("playwright")
    return Path(spec.origin).parent / "driver" if spec and spec.origin else Path("no-playwright")


def _on_path(names: Sequence[str], environ: Mapping[str, str]) -> Iterator[str]:
    for name in names:
        if found := shutil.which(name, path=environ.get("PATH", os.defpath)):
            yield found


def _kernel_says(name: str) -> str:
    try:
        return Path("/proc/sys/kernel", name).read_text().strip()
    except OSError:
        return ""


if __name__ == "__main__":
    from plumbline.browsing.chromium_setup import main

    sys.exit(main(sys.argv[1:]))
