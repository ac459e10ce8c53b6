"""Sets up what a run needs and is missing: environment, locked packages, browser. Started by setup.sh.

Standard library only, any Python from 3.11. What was done is written down in `.venv/plumbline.json`, so that
the next call with the same locks, Python and place has nothing to do but to read it.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "requirements"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "plumbline.json"
NO_BROWSER = "none"

EARLY = (
    "pytest",
    "_pytest",
    "pluggy",
    "iniconfig",
    "packaging",
    "xdist",
    "execnet",
    "jinja2",
    "markupsafe",
    "pygments",
)
"""The packages behind every start of pytest."""


def main(arguments: list[str]) -> int:
    """Set up the groups named; with `--say`, look for a browser again and tell what stands."""
    said = "--say" in arguments
    groups = sorted({each for each in arguments if not each.startswith("--")})
    stamp = _stamp()
    if not _stands(stamp, groups) or (said and stamp.get("browser") == NO_BROWSER):
        with _Alone():
            stamp = _set_up(groups, _stamp())
    if said:
        print(f"set-up: {', '.join(stamp['groups'])} in .venv; browser: {stamp['browser']}")
    return 0


def _stands(stamp: dict[str, Any], groups: list[str]) -> bool:
    browser = stamp.get("browser", "")
    return (
        stamp.get("key") == _key()
        and stamp["place"] == str(VENV)
        and set(groups) <= set(stamp["groups"])
        and (browser == NO_BROWSER or os.access(browser, os.X_OK))
    )


def _set_up(groups: list[str], stamp: dict[str, Any]) -> dict[str, Any]:
    began = time.monotonic()
    if VENV.is_symlink():  # to make it anew would empty what it leads to
        _stop(f"{VENV.name} is a link to {VENV.resolve()}; remove the link, and an environment is made here")
    groups = sorted({*groups, *stamp.get("groups", [])})
    # by the executable: without site, which is most of a start, sys.prefix is the interpreter's own
    if Path(sys.executable).parent != PYTHON.parent or stamp.get("place", str(VENV)) != str(VENV):
        _say("making .venv")
        # the interpreter below a virtual environment: one that is being replaced cannot make its successor
        base = getattr(sys, "_base_executable", sys.executable)
        _must([base, "-I", "-m", "venv", "--clear", str(VENV)], "no virtual environment")
        stamp = {}
    if stamp.get("key") != _key() or set(groups) - set(stamp["groups"]):
        _say(f"installing {', '.join(groups)} from requirements/*.txt")
        _install(groups)
    stamp = {"key": _key(), "groups": groups, "place": str(VENV), "browser": _browser()}
    aside = STAMP.with_suffix(".new")
    aside.write_text(json.dumps(stamp, indent=1))
    aside.replace(STAMP)
    _say(f"done in {time.monotonic() - began:.0f} s")
    return stamp


def _install(groups: list[str]) -> None:
    """uv where it can be had and reaches the packages, else pip; both hold each file to its hash."""
    hashed = ["install", "--quiet", "--require-hashes"]
    pip = [str(PYTHON), "-I", "-m", "pip", "--disable-pip-version-check", *hashed]
    locks = [part for group in groups for part in ("-r", str(LOCKS / f"{group}.txt"))]
    uv = [str(VENV / "bin" / "uv"), "pip", *hashed, "--python", str(PYTHON)]
    if _run([*pip, "-r", str(LOCKS / "installer.txt")]).returncode == 0:
        if _run([*uv, *locks]).returncode == 0:
            _compile()
            return
        _say("uv could not install them, pip tries")
    _must([*pip, *locks], "the packages of requirements/*.txt could not be installed")
    _compile()


def _compile() -> None:
    """Compiles what pytest imports before it reads a conftest: uv does not, and some images forbid it later."""
    site = _run([str(PYTHON), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]).stdout.strip()
    early = [str(path) for name in EARLY for path in Path(site).glob(f"{name}*") if path.suffix != ".dist-info"]
    _run([str(PYTHON), "-m", "compileall", "-q", *early])


def _browser() -> str:
    """Path of the browser that the run will use; looked for and installed by the package's own module."""
    command = [str(PYTHON), "-m", "plumbline.browsing.chromium", "install"]
    asked = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    return asked.stdout.strip() or NO_BROWSER


def _key() -> str:
    """What decides whether the environment is still the right one: the locks and the Python in it."""
    made = VENV / "pyvenv.cfg"  # not there where nothing is set up yet, or set-up was interrupted
    digest = hashlib.sha256(made.read_bytes() if made.is_file() else b"")
    for lock in sorted(LOCKS.glob("*.txt")):
        digest.update(lock.name.encode() + b"\0" + lock.read_bytes())
    return digest.hexdigest()


def _stamp() -> dict[str, Any]:
    try:
        return dict(json.loads(STAMP.read_text()))
    except (OSError, ValueError):
        return {}


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False)


def _must(command: list[str], trouble: str) -> None:
    ended = _run(command)
    if ended.returncode != 0:
        tail = (ended.stderr.strip() or ended.stdout.strip()).splitlines()[-3:]
        _stop(f"{trouble}: {' / '.join(line.strip() for line in tail)}")


def _say(text: str) -> None:
    print(f"set-up: {text}", file=sys.stderr, flush=True)


def _stop(text: str) -> NoReturn:
    _say(text)
    sys.exit(1)


class _Alone:
    """One set-up at a time in this folder; a second one waits and then finds everything done."""

    def __enter__(self) -> None:
        folder = ROOT / ".plumbline"
        folder.mkdir(exist_ok=True)
        self.lock = (folder / "setup.lock").open("w")
        fcntl.flock(self.lock, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        self.lock.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
