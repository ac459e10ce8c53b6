"""A check counts when it has been seen red with its fault, by its own assertion, and green without."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from plumbline.judging.proof import Fault, Finding
    from plumbline.judging.proving import Probing, Prover


@pytest.mark.timeout(1800)  # the first of an area waits for the area on the healthy platform
def test_the_fault_is_caught(
    fault: Fault, prover: Prover, told: Callable[[Finding], None], request: pytest.FixtureRequest
) -> None:
    by_name = bool(request.config.option.faults)
    wanted = "caught" if by_name or fault.canary is None else fault.canary

    findings = prover.findings(fault)
    for finding in findings:
        told(finding)

    unlike = [finding.line() for finding in findings if finding.outcome != wanted]
    if unlike or not findings:
        pytest.fail("\n".join(unlike) or f"{fault.name} brings back no row that has a check", pytrace=False)


@pytest.mark.timeout(300)
def test_the_probe_sees_the_fault(fault: Fault, probing: Probing) -> None:
    seen = probing.see(fault)

    if fault.name == "changes-nothing":
        assert seen.with_fault == seen.without, "the canary that changes nothing changes something"
    else:
        assert seen.with_fault != seen.without, f"with and without {fault.name} the probe sees {seen.without!r}"
