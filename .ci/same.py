"""Holds a run on one kind of services to the same on another: python .ci/same.py embedded containers -n 2.

All options are pytest's. Each check has to end alike on both, whatever it says; the reports stay where one does not.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from shards import checks, differences, played


def main(one: str, other: str, options: list[str]) -> int:
    """Plays both, one after the other, and says where they differ."""
    reports = Path(tempfile.mkdtemp(prefix="plumbline-same-"))
    folders = [played(reports / kind, f"--services={kind}", "--fresh", *options) for kind in (one, other)]
    first, second = map(checks, folders)

    wrong = differences(first, second, (one, other))
    if wrong:
        print(*wrong, f"== same: on {one} and on {other} services the results differ; see {reports}", sep="\n")
        return 1
    shutil.rmtree(reports)
    print(f"== same: {len(second)} checks on {one} and on {other} services, and no result differs")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
