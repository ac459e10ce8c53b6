"""Plants secrets in a platform that gives them all away, and looks for them in everything that a red run leaves.

    python -m bench.canaries

Two runs of the same checks: a bare one, neither masked nor looked at, in which each secret has to be found, since a
canary that was never there proves nothing; and one as everybody runs it, in which none may be.
"""

from __future__ import annotations

import base64
import gzip
import html
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

ROOT = Path(__file__).parents[1]
LEAKY = ROOT / "tests" / "leaky"
ROWS = "BRW-1,SES-5"
"""A page of the shared platform, and a platform of a check's own: between them they leave every kind of evidence."""

PASSWORD = 'Kn0w "it" & <more>/=%2é'  # noqa: S105 - planted
"""Looks different in every encoding."""


def main() -> int:
    """Both runs, and what they come to; the exit code."""
    with tempfile.TemporaryDirectory(prefix="plumbline-canaries-") as folder:
        bare, masked = (run(Path(folder, name), *plugin) for name, plugin in RUNS.items())
    kinds = {kind for kind, _ in bare.planted} | {kind for kind, _ in masked.planted}
    print("in the bare run, found in:")
    for kind in sorted(kinds):
        print(f"  {kind:<11} {', '.join(sorted(bare.found.get(kind, {'nothing'})))}")
    for kind, places in sorted(masked.found.items()):
        print(f"found in spite of masking: {kind} in {', '.join(sorted(places))}")
    lost = sorted(bare.artefacts - masked.artefacts)
    if lost:
        print(f"the masked run has not left: {', '.join(lost)}")
    print(
        f"{len(kinds & set(bare.found))}/{len(kinds)} secrets planted,"
        f" {len(masked.found)} found in {masked.looked_at} artefacts"
    )
    return 0 if kinds and kinds == set(bare.found) and not masked.found and not lost else 1


RUNS: dict[str, tuple[str, ...]] = {"bare": ("-p", "tests.leaky.bare"), "masked": ()}


class Run:
    """A run that has ended: what was planted in it, and in which kinds of artefact each kind of secret was found."""

    def __init__(self, home: Path, code: int, output: str) -> None:
        self.code, self.output = code, output
        lines = (home / "planted").read_text("utf-8").splitlines() if (home / "planted").exists() else []
        self.planted = {(kind, value) for kind, value in map(json.loads, lines) if value}
        self.found: dict[str, set[str]] = {}
        self.artefacts: set[str] = set()
        self.looked_at = 0
        for name, content in [("the terminal", output.encode()), *contents(home / "reports")]:
            self.looked_at += 1
            self.artefacts.add(name)
            for kind, value in self.planted:
                if any(form in content for form in forms(value)):
                    self.found.setdefault(kind, set()).add(name)


def run(home: Path, *plugin: str, rows: str = ROWS) -> Run:
    """Runs checks on the leaky platform; reports and what was planted stay in `home`."""
    home.mkdir()
    profile = (LEAKY / "target.toml").read_text("utf-8") + f"PLANTED = {json.dumps(str(home / 'planted'))}\n"
    (home / "leaky.toml").write_text(profile, "utf-8")
    command = [sys.executable, "-m", "pytest", *plugin, f"--target={home / 'leaky.toml'}", f"--rows={rows}", "suites"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PLUMBLINE_", "PYTEST_"))}
    own = {"PLUMBLINE_REPORTS": str(home / "reports"), "PLUMBLINE_FRESH": "1", "LEAKY_PASSWORD": PASSWORD}
    ended = subprocess.run(
        command, cwd=ROOT, env={**kept, **own}, capture_output=True, text=True, check=False, timeout=300
    )
    return Run(home, ended.returncode, ended.stdout + ended.stderr)


def contents(reports: Path) -> Iterator[tuple[str, bytes]]:
    """The files of the run and the members of their archives, each with the name that it has in every such run."""
    for path in sorted(reports.glob("[0-9]*/**/*")):
        if not path.is_file():
            continue
        yield path.name, path.read_bytes() + str(path).encode()
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                for member in archive.namelist():
                    content = archive.read(member)
                    packed = content.startswith(b"\x1f\x8b")
                    yield f"{path.name} member", gzip.decompress(content) if packed else content


def forms(value: str) -> set[bytes]:
    """How a value may stand in a file: worked out by others than those whom this judges."""
    texts = {value, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1], quote(value, safe="")}
    texts |= {quote_plus(value), html.escape(value), repr(value)[1:-1], value.replace("'", "''")}
    texts |= {json.dumps(text)[1:-1] for text in texts} | {html.escape(text) for text in texts}
    content = value.encode()
    for before, left_out in enumerate((0, 2, 3)):  # what of base64 does not depend on its neighbours
        encoded = base64.b64encode(b"\0" * before + content).decode()[left_out : (before + len(content)) * 8 // 6]
        texts |= {encoded, encoded.replace("+", "-").replace("/", "_")}
    return {text.encode() for text in texts}


if __name__ == "__main__":
    sys.exit(main())
