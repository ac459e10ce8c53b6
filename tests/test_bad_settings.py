"""Where the platform is at fault, a red preflight row says so, and names what is wrong."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.whole_runs import ROOT, pytest_run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WORKERS = pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "n2"])
REFERENCE = (ROOT / "targets" / "reference.toml").read_text("utf-8")
SMALL = (ROOT / "tests" / "small" / "target.toml").read_text("utf-8")
COLD = re.sub(r"(?m)^warm = .*$", "", REFERENCE)
HASTY = re.sub(r"(?m)^START_DEADLINE = .*$", 'START_DEADLINE = "1"', REFERENCE)
URL = "{database_url}"


@dataclass(frozen=True)
class AtFault:
    """A profile whose platform does not come up, the row that is red for it, and what is said."""

    name: str
    profile: str
    row: str
    says: tuple[str, ...]


def set_to(name: str, value: str) -> str:
    """The reference target with one line of its environment changed, or taken out where `value` is empty."""
    return re.sub(rf"^{name} = .*$", f'{name} = "{value}"' if value else "", REFERENCE, count=1, flags=re.MULTILINE)


TABLE = [
    AtFault(
        "short secret",
        set_to("SESSION_SECRET", "short"),
        "PRE-1",
        ("SESSION_SECRET is too short", "at least 32 characters"),
    ),
    AtFault(
        "no DATABASE_URL", REFERENCE.replace("\nDATABASE_URL = ", "\nDB = ", 1), "PRE-1", ("DATABASE_URL", "set it in")
    ),
    AtFault("foreign HOST", set_to("HOST", "192.0.2.1"), "PRE-1", ("192.0.2.1", "HOST")),
    AtFault(
        "unknown database",
        HASTY.replace(URL, f"{URL}_nowhere"),
        "PRE-2",
        ("_nowhere", "DATABASE_URL"),
    ),
    AtFault(
        "port taken",
        COLD.replace('serve = ["{python}"', 'serve = ["env", "PORT={taken}", "{python}"', 1),
        "PRE-1",
        ("port {taken} is taken", "set PORT"),
    ),
    AtFault(
        "does not answer",
        SMALL.replace("[commands]", "[commands]\ndeadline = 0.5").replace('"{port}"', '"0"\nOTHER = "{port}"'),
        "PRE-1",
        ("still runs and does not answer",),
    ),
    AtFault(
        "migration fails",
        REFERENCE.replace('"reference", "migrate"', '"reference", "migrat"'),
        "PRE-1",
        ("migrate ended with",),
    ),
]


@pytest.fixture
def taken() -> Iterator[int]:
    """A port of this machine on which somebody else listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@WORKERS
@pytest.mark.parametrize("fault", TABLE, ids=lambda fault: fault.name)
def test_a_platform_that_does_not_come_up_is_one_red_preflight_row(
    fault: AtFault, workers: tuple[str, ...], tmp_path: Path, taken: int
) -> None:
    profile = tmp_path / "at_fault.toml"
    profile.write_text(fault.profile.replace("{taken}", str(taken)))

    run = pytest_run(tmp_path, f"--target={profile}", "-m", "smoke", "--rows", "PRE,SES-1", *workers)

    assert run.code == 1, run.output
    assert run.verdict.startswith("NO-GO ")
    assert run.verdict.endswith(f" [{fault.row}]"), run.output
    assert " fail=1 " in run.verdict
    assert f"blocked by {fault.row}" in run.output
    said = [words.replace("{taken}", str(taken)) for words in fault.says]
    assert [words for words in said if words not in run.output] == [], run.output
    assert "INTERNALERROR" not in run.output
    assert "Traceback" not in run.output
    assert run.left == []
