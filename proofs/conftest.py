"""The proofs: each fault brought back, each of its rows seen red with it and green without."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fixtures.options import ASKED
from fixtures.services import SUITE, names_folder, target_of
from fixtures.shards import FIRST, splits
from plumbline.judging.faulty import known_faults
from plumbline.judging.proof import Fault, Finding
from plumbline.judging.proving import Probing, Prover
from plumbline.nearest import meant
from plumbline.places import ROOT
from plumbline.standing.suite import faulty_warm

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter

FAULTS = pytest.StashKey[list[Fault]]()
FINDINGS = "plumbline_findings"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--faults`: which ones to prove."""
    default = os.environ.get("PLUMBLINE_FAULTS", "")
    parser.addoption("--faults", metavar="NAMES", default=default, help="prove only these faults [PLUMBLINE_FAULTS]")


def pytest_configure(config: pytest.Config) -> None:
    """Reads the platform's faults, and keeps those that were asked for; wrong names are one message, exit 4."""
    asked = config.stash[ASKED]
    if not names_folder(config, "proofs"):
        return  # `pytest` in this folder means suites/
    if not asked.profile.faults.list:
        raise pytest.UsageError(f"proofs: target {asked.profile.name} has no [faults] commands in {asked.profile_path}")
    listed = {name: Fault.from_dict(entry) for name, entry in known_faults(target_of(asked)).items()}
    names = [name.strip() for name in config.option.faults.split(",") if name.strip()]
    for name in names:
        if name not in listed:
            raise pytest.UsageError(f"--faults {name}: no such fault{meant(name, sorted(listed))}")
    chosen = [listed[name] for name in names] or list(listed.values())
    rows = asked.rows
    if rows is not None:
        chosen = [fault for fault in chosen if fault.canary or rows & set(fault.row_ids)]
    config.stash[FAULTS] = sorted(chosen, key=lambda fault: fault.canary is None)
    config.pluginmanager.register(Matrix(config, asked_by_name=bool(names)), "plumbline-matrix")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One proof a fault, canaries first."""
    if "fault" in metafunc.fixturenames:
        faults = metafunc.config.stash[FAULTS]
        metafunc.parametrize("fault", faults, ids=[fault.name for fault in faults])


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Each shard has the canaries: without them its proofs would say nothing."""
    if splits(config):
        canaries = {f"[{fault.name}]" for fault in config.stash.get(FAULTS, []) if fault.canary}
        config.stash[FIRST] += [item for item in items if item.nodeid.endswith(tuple(canaries))]


@pytest.fixture(scope="session")
def prover(pytestconfig: pytest.Config) -> Prover:
    """Runs the checks of faults' rows, on faulty and healthy platforms."""
    asked, run = pytestconfig.stash[ASKED], pytestconfig.stash[SUITE].run
    folder = run.folder / "proofs"
    folder.mkdir(exist_ok=True)
    faults = pytestconfig.stash[FAULTS]
    return Prover(asked.catalogue, str(asked.profile_path), ROOT, folder, faults)


@pytest.fixture(scope="session")
def probing(pytestconfig: pytest.Config, worker: str) -> Probing:
    """Asks a fault's probe of a platform with the fault and of one without."""
    suite = pytestconfig.stash[SUITE]
    return Probing(suite.ground(), faulty_warm(suite), f"plumbline_{suite.run.short}_{worker}")


@pytest.fixture
def told(record_property: Any) -> Any:  # noqa: ANN401 - pytest's own
    """Tells the matrix of a finding."""
    return lambda finding: record_property(FINDINGS, json.dumps(vars(finding)))


class Matrix:
    """Prints fault, row, outcome, check and the assertion that fired, and how many of how many were caught."""

    def __init__(self, config: pytest.Config, *, asked_by_name: bool) -> None:
        self.config = config
        self.asked_by_name = asked_by_name
        self.findings: list[Finding] = []
        self.proved: dict[str, bool] = {}
        self.missing_canary = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Takes the findings of each proof, from this process or a worker."""
        found = [Finding(**json.loads(str(text))) for name, text in report.user_properties if name == FINDINGS]
        if report.when == "call":
            self.findings += found
        for finding in found:
            self.proved[finding.fault] = self.proved.get(finding.fault, True) and report.passed

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Zero proofs, or a canary that is missing, is red."""
        if session.exitstatus == pytest.ExitCode.OK and self._asked_for_proofs and not self.config.option.collectonly:
            canaries = {f.canary for f in self.config.stash[FAULTS] if f.canary and f.name in self.proved}
            self.missing_canary = not self.asked_by_name and not {"caught", "missed"} <= canaries
            nothing = not self._counted() and not splits(self.config)  # the other shards may have them all
            if not self.proved or nothing or self.missing_canary:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @property
    def _asked_for_proofs(self) -> bool:
        """Whether this run was to prove faults, and not only to run the other files of proofs/."""
        return any("test_faults" in arg or Path(arg).is_dir() for arg in self.config.args)

    def _counted(self) -> list[str]:
        """The faults that were to be proved: all that were chosen, canaries only where they were asked for by name.

        Of a shard those that it has proved: which ones they were to be, only its workers know.
        """
        chosen = [fault.name for fault in self.config.stash[FAULTS] if self.asked_by_name or fault.canary is None]
        return [name for name in chosen if name in self.proved] if splits(self.config) else chosen

    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> None:
        """The matrix."""
        if not self._asked_for_proofs or self.config.option.collectonly:
            return
        canaries = {fault.name: fault.canary for fault in self.config.stash[FAULTS] if fault.canary}
        faults = self._counted()
        terminalreporter.section("proofs")
        order = [fault.name for fault in self.config.stash[FAULTS]]
        for finding in sorted(self.findings, key=lambda finding: order.index(finding.fault)):
            meant = "" if finding.fault in faults else f" (a canary, to be {canaries[finding.fault]})"
            terminalreporter.write_line(finding.line() + meant)
        caught = [name for name in faults if self.proved.get(name)]
        held = [name for name in canaries if name not in faults and self.proved.get(name)]
        canary_part = "" if self.asked_by_name else f"; canaries as meant: {', '.join(held) or 'none'}"
        reasons = "; a canary is missing" if self.missing_canary else ""
        if not faults and not splits(self.config):
            reasons += "; no fault brings back what was asked for"
        terminalreporter.write_line(f"{len(caught)}/{len(faults)} faults caught{canary_part}{reasons}")
