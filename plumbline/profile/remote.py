"""What a target says that is not ours: where it is, what may be done there, how it says so itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from plumbline.profile.strict import Strict


@dataclass(frozen=True)
class Declaration(Strict):
    """How the target itself says that it may be written to: by a field of a JSON answer, or by a header.

    Asked uncached before each check that writes, before each clean-up, and at the end.
    """

    path: str = "/api/system/health"
    """Ours, of the answer that is asked."""
    field: str = ""
    """Dotted path in its JSON."""
    header: str = ""
    """Or the name of its header."""
    value: str = ""
    """What has to stand there."""
    instance: str = ""
    """Dotted path, in the same answer, of what another installation of the platform would say differently."""


@dataclass(frozen=True)
class Limits(Strict):
    """What the run must not exceed on a target that is not ours."""

    requests_per_second: float = 10.0
    """Of the whole run, however many workers it has."""
    logins_per_minute: int = 12
    """Of one account."""


@dataclass(frozen=True)
class Release(Strict):
    """What `--wait-for-release` waits for."""

    answers: int = 3
    """Good answers in a row, from every origin."""
    within: float = 30.0
    """Seconds until it is given up."""


@dataclass(frozen=True)
class Accepted(Strict):
    """A known defect of the target: its checks run and are counted apart, until the day."""

    row: str
    """The row of the catalogue, as `SES-12`."""
    issue: str
    """Where it is being mended."""
    until: date
    """The last day, as 2026-12-31."""
    reason: str = ""
    """What is known of it, for the report."""
    half: str = ""
    """One half of the row, where the other is sound; empty: all of it."""


@dataclass(frozen=True)
class Remote(Strict):
    """A target that is reached, not started."""

    origins: tuple[str, ...] = ()
    """`https://staging.example.org`: the first is asked, the others may be."""
    allow: Literal["anonymous", "readonly", "writes"] = "readonly"
    """The most that any run may do there; the command line has to say it too."""
    ca_file: str = ""
    """The authority that its certificates come from, where this machine does not know it; from the profile's folder."""
    declaration: Declaration = field(default_factory=Declaration)
    expected_writes: tuple[str, ...] = ()
    """The tables that a login has to write."""
    synthetic: bool = False
    """Whether its data is made up, so that evidence may show bodies and pictures."""
    third_parties: tuple[str, ...] = ()
    """Other origins that its pages may load from."""
    database_url_env: str = ""
    """The variable with a connection of the suite's own to its database, where there is one."""
    limits: Limits = field(default_factory=Limits)
    release: Release = field(default_factory=Release)
