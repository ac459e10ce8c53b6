"""Brings a platform's faults back and looks: the probe without the suite, then the checks of the fault's rows."""

from __future__ import annotations

import fcntl
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from plumbline.judging import record
from plumbline.judging.proof import Fault, Finding, judge
from plumbline.standing import processes
from plumbline.standing.instance import surroundings
from plumbline.standing.own import OwnPlatform

if TYPE_CHECKING:
    from pathlib import Path

    from plumbline.judging.catalogue import Catalogue, Row
    from plumbline.judging.record import Record
    from plumbline.standing.instance import Ground
    from plumbline.warm import Warm

RUN_LIMIT, HEALTHY_LIMIT = 240.0, 600.0
"""Seconds that the checks of one fault's rows may take, and those of a whole area on the healthy platform."""

OURS = ("PYTEST_", "PLUMBLINE_RUN", "PLUMBLINE_FAULTS", "PLUMBLINE_ROWS", "TMPDIR", "GITHUB_")
"""Variables of this run that a run of its own must not inherit."""


@dataclass(frozen=True)
class Seen:
    """What a probe saw, with the fault and without."""

    with_fault: Any
    without: Any


class Prover:
    """Proves faults of one target; results that several workers need are made once, under a lock."""

    def __init__(self, catalogue: Catalogue, target: str, root: Path, folder: Path, faults: Sequence[Fault]) -> None:
        """`folder` is shared by the workers of the run; `faults` are all that will be proved."""
        self._catalogue, self._target, self._root, self._folder = catalogue, target, root, folder
        self._faults = faults

    def findings(self, fault: Fault) -> list[Finding]:
        """What the checks of the fault's rows say on the faulty platform, a finding a row."""
        rows = list(self._rows(fault))
        healthy = [one for area in sorted({row.area for row in rows}) for one in self._healthy(area)]
        titles = {row.title for row in rows}
        checks = dict.fromkeys(one.nodeid.partition("[")[0] for one in healthy if one.title in titles)
        named = [*(checks or ["suites"]), "--rows", ",".join(fault.row_ids)]  # a row may have other halves, too
        faulty = self._records(fault.name, [*named, "--fault", fault.name])
        return [judge(fault.name, row, faulty, healthy) for row in rows]

    def _rows(self, fault: Fault) -> Iterator[Row]:
        for title in fault.brings_back:
            row, _, half = title.partition(" ")
            yield self._catalogue.row(row, half or None)

    def _healthy(self, area: str) -> list[Record]:
        """The records of an area's rows that this run's faults bring back, healthy; one run for all workers."""
        rows = sorted({row.id for fault in self._faults for row in self._rows(fault) if row.area == area})
        name = f"healthy-{area}"
        with _locked(self._folder / f"{name}.lock"):
            done = self._folder / name / "done"
            if not done.exists():
                self._records(name, ["suites", "--rows", ",".join(rows)], HEALTHY_LIMIT)
                if list(self._written(name)):
                    done.touch()
        return list(self._written(name))

    def _records(self, name: str, options: Sequence[str], limit: float = RUN_LIMIT) -> list[Record]:
        """Runs checks as a run of their own; their records, none where it did not get that far."""
        folder = self._folder / name
        folder.mkdir(parents=True, exist_ok=True)
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith(OURS)},
            "PLUMBLINE_REPORTS": str(folder),
        }
        words = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "--evidence=none",
            "-p",
            "no:cacheprovider",
            "--target",
            self._target,
        ]
        process = processes.spawn(
            [*words, *options], name=f"proof-{name}", log=folder / "output", env=environment, cwd=self._root
        )
        if process.wait(limit) is None:
            process.kill()
        return list(self._written(name))

    def _written(self, name: str) -> Iterator[Record]:
        for path in sorted((self._folder / name).glob("*/records.jsonl")):
            yield from record.read(path)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class Probing:
    """Starts a platform with a fault and one without, and asks the fault's probe of both."""

    def __init__(self, ground: Ground, faulty_warm: Warm | None, prefix: str) -> None:
        """`ground` is the healthy target's; `prefix` begins the names of this worker's databases."""
        self._ground, self._faulty_warm, self._prefix = ground, faulty_warm, prefix

    def see(self, fault: Fault) -> Seen:
        """What the probe sees with the fault and without."""
        faulty = replace(self._ground, target=replace(self._ground.target, fault=fault.name), warm=self._faulty_warm)
        return Seen(self._look(fault, faulty, faulty=True), self._look(fault, self._ground, faulty=False))

    def _look(self, fault: Fault, ground: Ground, *, faulty: bool) -> Any:  # noqa: ANN401 - JSON
        own = OwnPlatform(ground, self._prefix, lambda _: None)
        try:
            start = own.starts()
            served = {
                "url": own.url, "started": start.answers, "code": start.ended_with, "log": start.log.text,
                "database_url": own.database.url, "redis_url": own.redis_url, "faulty": faulty,
            }  # fmt: skip
            return self._asked(fault, ground, served)
        finally:
            own.end()

    def _asked(self, fault: Fault, ground: Ground, served: dict[str, object]) -> Any:  # noqa: ANN401 - JSON
        """The last line that the probe command prints, as JSON; the served platform goes in by standard input."""
        faulty = replace(ground.target, fault=fault.name)
        log = ground.folder / f"probe-{fault.name}-{served['faulty']}"
        processes.finish(
            faulty.filled_in(faulty.profile.faults.probe), name=log.name, log=log, env=surroundings(),
            cwd=faulty.workplace, within=60, stdin=json.dumps(served).encode(),
        )  # fmt: skip
        return json.loads(log.read_text("utf-8").splitlines()[-1])
