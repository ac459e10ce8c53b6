"""python -m faults list | probe NAME | serve|migrate|status NAME | seed NAME FILE [--today DAY]."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

from faults.registry import Fault, FaultError, every, named
from faults.served import Served

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PLATFORM = ("serve", "migrate", "status", "seed")
USAGE = 4
"""Exit code of wrong use, as pytest has it."""


def main(argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """Runs one command and gives its exit code: the platform's own, or 4 for a name that is none."""
    try:
        command, name, rest = _understood(list(argv))
        if command == "list":
            for one in every().values():
                print(json.dumps(_described(one)))
            return 0
        fault = named(name)
        if command == "probe":
            return _probe(fault)
    except FaultError as error:
        print(f"faults: {error}", file=sys.stderr)
        return USAGE
    from faults.breaking import run

    return run(fault, [command, *rest], environ)


def _understood(argv: list[str]) -> tuple[str, str, list[str]]:
    command, *rest = argv or [""]
    if command == "list" and not rest:
        return command, "", []
    if command in {"probe", *PLATFORM} and rest:
        return command, rest[0], rest[1:]
    raise FaultError(f"usage: {__doc__}")


def _described(one: Fault) -> dict[str, object]:
    return {
        "name": one.name,
        "brings_back": list(one.brings_back),
        "doc": one.doc,
        "file": one.file,
        "canary": one.canary,
    }


def _probe(fault: Fault) -> int:
    """Reads what was served as JSON from standard input, prints what the probe sees as JSON."""
    try:
        served = Served(fault=fault, **json.load(sys.stdin))
    except (TypeError, ValueError) as error:
        raise FaultError(
            f"probe {fault.name}: standard input must be an object with url, started, code, log, "
            f"database_url and faulty: {error}"
        ) from error
    assert fault.probe is not None
    try:
        print(json.dumps(fault.probe(served)))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told in a line
        print(f"faults: probe {fault.name}: {type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))

# Imported, not run: this process is kept warm, and what it forks should find everything imported.
import faults.breaking  # noqa: E402, F401

every()
