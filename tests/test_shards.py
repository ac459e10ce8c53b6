"""Shards merged are the run that was not cut: same checks, same verdict, all evidence."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from plumbline.judging.shards import NoShard, merged
from tests.whole_runs import ROOT, Ended, module_run, pytest_run

ROWS = ("--rows", "SES-1,SES-2,SES-3,HLT-1")
SPLIT = ("-p", "pytest_split.plugin", "--splits=4")
Told = dict[str, Any]


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small platform, which stumbles over cookies."""
    path = tmp_path_factory.mktemp("profile") / "stumbling.toml"
    small = (ROOT / "tests" / "small" / "target.toml").read_text("utf-8")
    path.write_text(small.replace("[environment]", '[environment]\nBREAK = "stumbles"'))
    return path


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory, profile: Path) -> list[Path]:
    """The folders of four shards."""
    homes = [tmp_path_factory.mktemp(f"shard{group}") for group in range(1, 5)]
    for group, home in enumerate(homes, 1):
        workers = ("-n", "2") if group == 2 else ()
        ended = pytest_run(home, f"--target={profile}", *ROWS, *SPLIT, f"--group={group}", *workers)
        assert ended.code in {0, 1, 5}, ended.output  # 5: a shard may be empty
    return [folder_of(home) for home in homes]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, profile: Path) -> Path:
    """The folder of the run that was not cut."""
    home = tmp_path_factory.mktemp("whole")
    pytest_run(home, f"--target={profile}", *ROWS)
    return folder_of(home)


def folder_of(home: Path) -> Path:
    """The one run's folder."""
    [folder] = (home / "reports").glob("[0-9]*")
    return folder


def merge(home: Path, *folders: Path) -> tuple[Ended, Told]:
    """The merge's end, and its verdict.json."""
    ended = module_run(home, "plumbline", "merge", *map(str, folders), "--into", str(home / "into"))
    return ended, json.loads((home / "into" / "verdict.json").read_text("utf-8"))


def ends(told: Told) -> list[tuple[str, str, str, list[str]]]:
    """How each check ended, and what evidence it left."""
    return sorted(
        (one["nodeid"], one["word"], one["fired"], sorted(each["label"] for each in one["attachments"]))
        for one in told["checks"]
    )


def test_four_shards_merged_are_the_run_that_was_not_cut(tmp_path: Path, runs: list[Path], whole: Path) -> None:
    unsharded: Told = json.loads((whole / "verdict.json").read_text("utf-8"))

    ended, told = merge(tmp_path, *runs)

    assert ended.code == 1, ended.output
    assert told["shards"] == 4
    assert ends(told) == ends(unsharded)
    for key in ("verdict", "counts", "red", "missing", "target", "release", "readiness", "exit_status"):
        assert told[key] == unsharded[key], key
    assert ended.verdict == told["line"]
    assert ended.verdict.partition(" seconds=")[0] == unsharded["line"].partition(" seconds=")[0]


def test_every_piece_of_evidence_is_still_there(tmp_path: Path, runs: list[Path]) -> None:
    _, told = merge(tmp_path, *runs)

    attached = [each["path"] for one in told["checks"] for each in one["attachments"]]
    page = (tmp_path / "into" / "report.html").read_text("utf-8")

    assert attached
    assert [path for path in attached if not (tmp_path / "into" / path).is_file()] == []
    assert [path for path in {str(Path(path).parent) for path in attached} if path not in page] == []
    assert {path.parent.name for path in (tmp_path / "into" / "logs").rglob("platform.log")} >= {"shard-1", "shard-2"}


def test_junit_and_html_hold_each_check_once(tmp_path: Path, runs: list[Path], whole: Path) -> None:
    merge(tmp_path, *runs)

    names = [sorted(case.attrib["name"] for case in junit(folder)) for folder in (tmp_path / "into", whole)]
    assert names[0] == names[1]
    red = next(case for case in junit(whole) if case.find("failure") is not None)
    properties = {one.attrib["name"]: one.attrib["value"] for one in red.iter("property")}
    assert properties["row"] == "SES-3"
    assert properties["severity"] == "P1"
    assert properties["attachment"].startswith("evidence/")


def test_a_shard_that_is_missing_is_no_go(tmp_path: Path, runs: list[Path]) -> None:
    ended, told = merge(tmp_path, *runs[:2], runs[3])

    assert ended.code == 1, ended.output
    assert told["verdict"] == "NO-GO"
    assert "merge: shard 3 of 4 is missing" in told["missing"]
    assert any("have no record" in line for line in told["missing"])


def test_a_shard_that_broke_is_no_go(tmp_path: Path, runs: list[Path]) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(runs[2], broken)
    (broken / "verdict.json").unlink()

    ended, told = merge(tmp_path, *runs[:2], broken, runs[3])

    assert ended.code == 1, ended.output
    assert f"merge: {broken} holds no verdict.json; name a run's folder" in told["missing"]


def test_shards_of_different_runs_are_told(runs: list[Path], tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(runs[0], other)
    path = other / "verdict.json"
    told = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(told | {"release": "r2", "shard": told["shard"] | {"cut": "another"}}))

    trouble = "\n".join(merged([other, *runs[1:]]).trouble)

    assert "more than one release: r2, unknown" in trouble
    assert "the shards are not of one run" in trouble


def test_nothing_to_merge_is_wrong_use(tmp_path: Path) -> None:
    ended = module_run(tmp_path, "plumbline", "merge", str(tmp_path))

    assert ended.code == 4, ended.output
    assert "holds no verdict.json; name a run's folder" in ended.output
    assert "Traceback" not in ended.output
    with pytest.raises(NoShard):
        merged([tmp_path])


def test_evidence_outside_a_shard_is_not_brought_in(tmp_path: Path, runs: list[Path]) -> None:
    forged = tmp_path / "forged"
    shutil.copytree(runs[0], forged)
    record = {"word": "fail", "worker": "", "attachments": [{"label": "x", "path": "../secret", "media_type": "y"}]}
    (tmp_path / "secret").write_text("secret")
    (forged / "reportlog.jsonl").write_text(json.dumps({"nodeid": "t.py::test_it", "plumbline": record}))
    shards = merged([forged])

    shards.copy_into(tmp_path / "into" / "run")

    assert not (tmp_path / "into" / "secret").exists()
    assert any("lacks the evidence ../secret" in line for line in shards.trouble)


def junit(folder: Path) -> list[ET.Element]:
    """The test cases of a run's junit.xml."""
    return list(ET.parse(folder / "junit.xml").iter("testcase"))  # noqa: S314 - our own
