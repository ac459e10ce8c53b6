"""Runs the reference platform's own commands with a fault in it: assemble, break, go on as ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg

from reference.__main__ import main
from reference.assembly import Platform, assemble

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from faults.registry import Fault
    from reference.settings import Settings

STARTS = "serve"
"""The command that breaks the database: others find it as the start has left it."""


def run(fault: Fault | None, argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """Runs a command of the platform, such as ["serve"], with `fault` in it, and gives its exit code."""
    environment = dict(environ)
    if fault is not None and fault.parts == {"environment"}:
        fault.act(environment=environment)

    def assembled(settings: Settings) -> Platform:
        platform = assemble(settings)
        if fault is not None:
            break_(fault, platform, environment, starts=argv[0] == STARTS)
        return platform

    return main(argv, environment, assembled)


def break_(fault: Fault, platform: Platform, environment: dict[str, str], *, starts: bool) -> None:
    """Lets a fault act on an assembled platform; one of the database only where the platform `starts`."""
    if fault.parts == {"environment"}:
        return
    parts: dict[str, object] = {"platform": platform, "environment": environment}
    if "database" not in fault.parts:
        fault.act(**{name: parts[name] for name in fault.parts})
    elif starts:
        url = platform.settings.database_url.get_secret_value()
        with psycopg.connect(url, autocommit=True, connect_timeout=2) as connection:
            parts["database"] = connection
            fault.act(**{name: parts[name] for name in fault.parts})
