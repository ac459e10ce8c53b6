"""What a deployment's event may say: which of the profile's origins is judged, and nothing else."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deployed import PASSWORD, VARIABLE, Deployed, deployed
from tests.whole_runs import ROOT, environment

Read = dict[str, Any]
BASH = shutil.which("bash") or "bash"
HANGS = 100.0


@pytest.fixture
def origins() -> Iterator[list[Deployed]]:
    """Two of the profile's, and a stranger's."""
    with deployed("r1") as first, deployed("r1") as second, deployed("r1") as strange:
        yield [first, second, strange]


def filled_in(text: str, contexts: Mapping[str, Any]) -> str:
    """A value of a workflow: `${{ inputs.target || 'staging' }}` is its first term that says something."""

    def value(term: str) -> str:
        if term.startswith("'"):
            return term.strip("'")
        found: Any = contexts
        for name in term.split("."):
            found = found.get(name, {})
        return found or ""

    return re.sub(r"\$\{\{ (.+?) \}\}", lambda match: next(filter(None, map(value, match[1].split(" || "))), ""), text)


def read(name: str) -> Read:
    """A file of the repository's root."""
    loaded: Read = yaml.safe_load((ROOT / name).read_text("utf-8"))
    return loaded


def played(job: str, home: Path, event: Read, inputs: Read) -> tuple[int, str, str]:
    """Plays what one of the workflow's jobs does after such an event: exit code, output, outputs of the step."""
    steps = read(".github/workflows/post-deploy.yml")["jobs"][job]["steps"]
    [use] = [step for step in steps if step["uses"] == "./.plumbline-suite"]
    action = read("action.yml")
    given = {name: one.get("default", "") for name, one in action["inputs"].items()}
    around = {"github": {"event": event}, "inputs": inputs}
    given |= {name: filled_in(text, around) for name, text in use["with"].items()}
    [step] = [step for step in action["runs"]["steps"] if "id" in step]
    contexts = {"inputs": given, "runner": {"temp": str(home)}}
    own = {name: filled_in(text, contexts) for name, text in step["env"].items()}
    own |= {"GITHUB_ACTIONS": "true", "GITHUB_OUTPUT": str(home / "outputs"), "GITHUB_WORKSPACE": str(home)}
    own |= {"PLUMBLINE_HOME": str(home / "home")}  # the ledgers of other runs are none of this one's business
    own |= {VARIABLE: PASSWORD, "PLUMBLINE_ROWS": "PRE-1,SES-1", "GITHUB_ACTION_PATH": str(ROOT)}
    ended = subprocess.run(
        [BASH, "-e", "-c", step["run"]], env=environment(own),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=HANGS,
    )  # fmt: skip
    outputs = home / "outputs"
    return ended.returncode, ended.stdout + ended.stderr, outputs.read_text("utf-8") if outputs.exists() else ""


def after(home: Path, origins: list[Deployed], url: str, job: str = "judge") -> tuple[int, str, str]:
    """The same, with a profile in the repository, and an event that says where something was deployed."""
    first, second, _ = origins
    (home / "staging.toml").write_text(first.profile(second.origin))
    return played(job, home, {"deployment_status": {"environment_url": url}}, {"target": "staging.toml"})


def test_a_strangers_url_is_refused_and_nobody_is_asked(tmp_path: Path, origins: list[Deployed]) -> None:
    code, output, outputs = after(tmp_path, origins, origins[2].origin)

    assert code == 4, output
    assert origins[2].origin in output
    assert outputs == ""
    assert [one.asked for one in origins] == [[], [], []]


@pytest.mark.parametrize("url", ["$(touch {home}/taken)", "x; touch {home}/taken", "`touch {home}/taken`", "--keep"])
def test_a_url_is_never_a_command(tmp_path: Path, origins: list[Deployed], url: str) -> None:
    code, output, outputs = after(tmp_path, origins, url.format(home=tmp_path))

    assert (code, outputs) == (4, ""), output
    assert not (tmp_path / "taken").exists()


def test_one_of_the_profiles_is_judged_and_the_verdict_handed_on(tmp_path: Path, origins: list[Deployed]) -> None:
    code, output, outputs = after(tmp_path, origins, origins[1].origin)

    assert code == 0, output
    assert outputs == "verdict=GO\nrelease=r1\n"
    assert [one.count("/login") > 0 for one in origins] == [False, True, False]
    assert origins[2].asked == []


def test_the_last_job_cleans_up_and_checks_nothing(tmp_path: Path, origins: list[Deployed]) -> None:
    code, output, outputs = after(tmp_path, origins, origins[0].origin, "cleanup")

    assert (code, output, outputs) == (0, "removed 0 of 0\n", "")


def test_what_a_deployment_brings_is_not_played() -> None:
    jobs = read(".github/workflows/post-deploy.yml")["jobs"]
    checkouts = [step for job in jobs.values() for step in job["steps"] if "checkout@" in step.get("uses", "")]

    assert len(checkouts) == 4
    for step in checkouts:
        assert "github.event_name == 'deployment_status' && " in step["with"]["ref"]
        assert "github.event.repository.default_branch || " in step["with"]["ref"]


def test_a_run_that_was_killed_is_cleaned_up_after() -> None:
    jobs = read(".github/workflows/post-deploy.yml")["jobs"]
    kept = jobs["judge"]["steps"][-1]
    [fetched] = [step for step in jobs["cleanup"]["steps"] if "download-artifact@" in step["uses"]]

    assert kept["if"] == "always()"
    assert kept["with"]["include-hidden-files"] is True
    assert jobs["cleanup"]["if"].startswith("always()")
    assert fetched["with"]["pattern"] == kept["with"]["name"]
    assert fetched["with"]["path"] == kept["with"]["path"].rstrip("/")
    assert jobs["cleanup"]["steps"][-1]["with"]["cleanup-only"] == "1"
