"""docs/detection.md: every fault, the rows that it brings back, and the checks that have to catch it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

HEAD = """# What is detected

Made by `python -m plumbline detection` from the faults and the checks; a test holds it.

{count} faults bring back {rows} rows, or halves of them, on the bundled platform. CI proves each on every push: with
the fault a check of its row goes red by an assertion of its own, without it all are green.

```sh
make proofs FAULTS=NAME    # one of them, and the assertion that fired
make proofs                # all: N/N faults caught
```

`brings back` is the row's name in `contract/regressions/`, `caught by` where its checks stand.
"""

CANARIES = """## Canaries

They prove the proofs: each has to end in the outcome beside it, or all of them count for nothing.

| fault | what it does | has to be |
| --- | --- | --- |
"""


def checks(root: Path) -> dict[str, list[str]]:
    """Row, `SES-8` or `SES-8 everywhere` → the files of its checks, by their mark in the source."""
    found: dict[str, list[str]] = {}
    for path in sorted((root / "suites").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "regression":
                title = " ".join(str(ast.literal_eval(argument)) for argument in node.args)
                place = path.relative_to(root).as_posix()
                if place not in found.setdefault(title, []):
                    found[title].append(place)
    return found


def page(faults: Iterable[Mapping[str, Any]], where: Mapping[str, list[str]]) -> str:
    """The page; `faults` as the platform's `list` command tells them."""
    every = list(faults)
    real = [fault for fault in every if not fault["canary"]]
    rows = {title for fault in real for title in fault["brings_back"]}
    lines = [HEAD.format(count=len(real), rows=len(rows))]
    for area in sorted({_area(fault) for fault in real}):
        lines.append(f"## {area.capitalize()}\n")
        lines.append("| fault | what it does | brings back | caught by |\n| --- | --- | --- | --- |")
        lines.extend(_lines((fault for fault in real if _area(fault) == area), where))
        lines.append("")
    canaries = [f"| `{one['name']}` | {_cell(one['doc'])} | {one['canary']} |" for one in every if one["canary"]]
    return "\n".join([*lines, CANARIES + "\n".join(canaries)]) + "\n"


def _lines(faults: Iterable[Mapping[str, Any]], where: Mapping[str, list[str]]) -> Iterator[str]:
    for fault in faults:
        titles = fault["brings_back"]
        places = dict.fromkeys(place for title in titles for place in where.get(title, []))
        links = ", ".join(f"[{Path(place).stem.removeprefix('test_')}](../{place})" for place in places)
        yield f"| `{fault['name']}` | {_cell(fault['doc'])} | {', '.join(titles)} | {links} |"


def _area(fault: Mapping[str, Any]) -> str:
    return str(fault["file"]).split("/")[-2]


def _cell(text: str) -> str:
    """The first paragraph of a docstring, in one line of a table."""
    first = text.strip().partition("\n\n")[0]
    return re.sub(r"\s+", " ", first).replace("|", "\\|")
