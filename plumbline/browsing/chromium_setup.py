"""Gets a browser onto the machine, at set-up only: Playwright's build, else what is there, else a package."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from plumbline.browsing.chromium import SETTING, Chromium, WrongBrowser, find

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SILENCE = 25.0
"""Seconds without a word from a download before it is given up."""

LONGEST = 600.0
"""Seconds that a download or a package manager may take in all."""


def main(arguments: list[str]) -> int:
    """Run `find` or `install`: print the executable's path, end with 1 where there is none."""
    if arguments not in (["find"], ["install"]):
        print("usage: python -m plumbline.browsing.chromium find|install", file=sys.stderr)
        return 4
    try:
        chromium = find() if arguments == ["find"] else install()
    except WrongBrowser as wrong:
        say(str(wrong))
        return 4
    if chromium is None:
        return 1
    print(chromium.executable)
    return 0


def install(environ: Mapping[str, str] = os.environ) -> Chromium | None:
    """Return a browser that starts, after getting one where needed; None where none can be had."""
    there = find(environ)
    if there and (environ.get(SETTING) or there.kind == "playwright") and version_of(there.executable):
        return there
    download(environ)
    if (there := find(environ)) and version_of(there.executable):
        return there
    if there and there.kind == "playwright":
        say("Playwright's browser does not start here (libraries missing?), it is set aside")
        shutil.rmtree(there.executable.parent.parent, ignore_errors=True)
        if (there := find(environ)) and version_of(there.executable):
            return there
    for command in packages():
        say(f"installing a browser: {' '.join(command)}")
        if not bounded(command, dict(environ), silence=LONGEST):
            continue
        if (there := find(environ)) and version_of(there.executable):
            return there
    say(
        'no browser could be had: browser checks will be "not possible here". Install Chrome or Chromium, or '
        f"name one by {SETTING}=/path/to/chrome, then: make setup"
    )
    return None


def download(environ: Mapping[str, str]) -> bool:
    """Let Playwright fetch its headless shell; False where it cannot, in one line."""
    say("fetching Playwright's headless Chromium")
    command = [sys.executable, "-m", "playwright", "install", "chromium-headless-shell"]
    if bounded(command, dict(environ), silence=SILENCE):
        return True
    say("Playwright's download cannot be reached from here, another browser will do")
    return False


def packages() -> list[list[str]]:
    """Return the commands that bring a browser, best first; none without the right to install."""
    rights = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if rights and not shutil.which("sudo"):
        return []
    wanted = {
        "apt-get": ["install", "--yes", "--no-install-recommends"],
        "dnf": ["install", "--assumeyes"],
        "apk": ["add", "--no-progress"],
        "pacman": ["-S", "--noconfirm", "--needed"],
    }
    names = {"apt-get": ["chromium-headless-shell", "chromium"], "dnf": ["chromium-headless", "chromium"]}
    for manager, arguments in wanted.items():
        if shutil.which(manager):
            refresh = [[*rights, manager, "update"]] if manager == "apt-get" else []
            return refresh + [[*rights, manager, *arguments, name] for name in names.get(manager, ["chromium"])]
    return []


def bounded(command: list[str], environ: dict[str, str], *, silence: float) -> bool:
    """Run the command, its words kept from the screen; ended with all it started when silent or too long."""
    environ = {**environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env=environ, start_new_session=True,
        )  # fmt: skip
    except OSError:
        return False
    assert process.stdout is not None  # noqa: S101 (asked for two lines above)
    end = time.monotonic() + LONGEST
    try:
        while (left := end - time.monotonic()) > 0:
            if not select.select([process.stdout], [], [], min(silence, left))[0]:
                break
            if not os.read(process.stdout.fileno(), 65536):
                return process.wait(timeout=10) == 0
    except subprocess.TimeoutExpired:  # it closed its output and lives on
        pass
    finally:
        _end(process)
    return False


def version_of(executable: Path) -> str:
    """Return what the browser answers to --version, "" when it does not start (a library misses, a stub)."""
    command = [str(executable), "--version"]
    try:
        asked = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return asked.stdout.strip() if asked.returncode == 0 else ""


def say(text: str) -> None:
    """Tell the person at set-up one line."""
    print(f"set-up: {text}", file=sys.stderr, flush=True)


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout:
        process.stdout.close()
