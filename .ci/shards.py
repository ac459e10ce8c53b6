"""Holds a run that is cut in two and merged to what the whole run says: python .ci/shards.py -m smoke --fault NAME.

All options are pytest's. The reports go to a folder of their own, which stays when they differ.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
NOT_HANDED_ON = ("PLUMBLINE_REPORTS", "GITHUB_")  # those are of the run that is judged; these are not
SAME = ("verdict", "exit_status", "counts", "red", "missing", "target", "release", "readiness")

Told = dict[str, Any]


def main(options: list[str]) -> int:
    """Plays the whole run, both shards and the merge, and says where they differ."""
    reports = Path(tempfile.mkdtemp(prefix="plumbline-shards-"))
    whole = played(reports / "whole", *options)
    seed = json.loads((whole / "verdict.json").read_text("utf-8"))["command"].rpartition("--seed=")[2]
    split = ["-p", "pytest_split.plugin", "--splits=2", f"--seed={seed}"]
    shards = [str(played(reports / f"shard-{group}", *options, *split, f"--group={group}")) for group in (1, 2)]
    merged = reports / "merged"
    run("plumbline", "merge", *shards, "--into", str(merged), reports=reports)

    wrong = differences(told(whole), told(merged))
    if wrong:
        print(*wrong, f"== shards: merged, they say something else than the whole run; see {reports}", sep="\n")
        return 1
    shutil.rmtree(reports)
    print("== shards: merged, they say what the whole run says")
    return 0


def played(reports: Path, *options: str) -> Path:
    """Runs suites; its folder, whatever the verdict is."""
    run("pytest", "suites", "-q", *options, reports=reports)
    return (reports / "latest").resolve()


def run(*words: str, reports: Path) -> None:
    """Runs a module to its end, and shows its last line: a red of the fault is none of whoever reads this."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(NOT_HANDED_ON)}
    environ = {**kept, "PLUMBLINE_REPORTS": str(reports)}
    command = [sys.executable, "-m", *words]
    ended = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    if ended.returncode not in {0, 1}:  # GO, NO-GO
        sys.exit(f"{ended.stdout}{ended.stderr}== exit {ended.returncode} of {' '.join(words)}")
    print(ended.stdout.strip().rpartition("\n")[2], flush=True)


def told(folder: Path) -> Told:
    """What a run says, of itself and of each check."""
    verdict: Told = json.loads((folder / "verdict.json").read_text("utf-8"))
    return {**{key: verdict[key] for key in SAME}, **checks(folder)}


def checks(folder: Path) -> Told:
    """What a run says of each check: its row, its word, how it failed, and the evidence that is there.

    Not what fired: there are times in it.
    """
    verdict: Told = json.loads((folder / "verdict.json").read_text("utf-8"))
    return {one["nodeid"]: (one["row"], one["word"], one["kind"], _evidence(one, folder)) for one in verdict["checks"]}


def _evidence(check: Told, folder: Path) -> list[str]:
    there = [one for one in check["attachments"] if (folder / one["path"]).is_file()]
    return sorted(one["label"].partition(" of ")[0] for one in there)  # instances are numbered as they start


def differences(whole: Told, merged: Told, names: tuple[str, str] = ("whole", "merged")) -> list[str]:
    """A line each; one as well where there was nothing to compare."""
    one, other = names
    if not whole.keys() - set(SAME):
        return [f"the {one} run has no check"]
    keys = [*whole, *(key for key in merged if key not in whole)]
    return [
        f"{key}: {one} {whole.get(key)}, {other} {merged.get(key)}" for key in keys if whole.get(key) != merged.get(key)
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
