"""The workflows: every action is pinned, every job may do little and not for ever, what runs leave is always kept."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ACTION = ROOT / "action.yml"
PINNED = re.compile(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
OURS = "uses: ./.plumbline-suite"


def jobs() -> list[Any]:
    """Each job of each workflow."""
    return [
        pytest.param(job, id=f"{path.stem}-{name}")
        for path in WORKFLOWS
        for name, job in yaml.safe_load(path.read_text("utf-8"))["jobs"].items()
    ]


def with_action() -> list[Any]:
    """Each of them, and what our action does in a job of others."""
    return [*jobs(), pytest.param(yaml.safe_load(ACTION.read_text("utf-8"))["runs"], id="action")]


def steps(job: dict[str, Any], action: str) -> list[dict[str, Any]]:
    """The job's steps that use the action."""
    return [step for step in job["steps"] if step.get("uses", "").startswith(f"{action}@")]


@pytest.mark.parametrize("path", [*WORKFLOWS, ACTION], ids=lambda path: path.stem)
def test_every_action_is_pinned_by_its_digest_with_its_version_beside_it(path: Path) -> None:
    used = [line for line in path.read_text("utf-8").splitlines() if "uses:" in line]

    assert used
    assert [line for line in used if OURS not in line and not PINNED.fullmatch(line.strip(" -"))] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_no_workflow_gives_a_secret_or_rights_to_a_strangers_code(path: Path) -> None:
    text = path.read_text("utf-8")
    workflow = yaml.safe_load(text)
    on = workflow[True]  # YAML's word for `on`

    assert "pull_request_target" not in text
    assert "pull_request" not in on or "secrets." not in text
    assert all("environment" in job for job in workflow["jobs"].values() if "secrets." in str(job))
    assert workflow["permissions"] == {}


@pytest.mark.parametrize("job", jobs())
def test_a_job_may_read_and_ends(job: dict[str, Any]) -> None:
    assert job["permissions"] == {"contents": "read"}
    assert job["timeout-minutes"] <= 30


@pytest.mark.parametrize("job", jobs())
def test_a_checkout_leaves_no_credentials(job: dict[str, Any]) -> None:
    checkouts = steps(job, "actions/checkout")

    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


@pytest.mark.parametrize("job", with_action())
def test_what_a_run_leaves_is_kept_however_the_job_ends(job: dict[str, Any]) -> None:
    runs = any("smoke" in step.get("run", "") or "test" in step.get("run", "") for step in job["steps"])
    uploads = steps(job, "actions/upload-artifact")

    assert uploads or not runs
    assert all(step["if"] == "always()" for step in uploads)


@pytest.mark.parametrize("job", with_action())
def test_a_command_takes_values_from_its_environment(job: dict[str, Any]) -> None:
    assert [step["run"] for step in job["steps"] if "${{" in step.get("run", "")] == []
