"""`--seed`, `--shuffle` and `--repeat` in whole runs, on the small platform."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from plumbline.judging import record, rounds
from tests.whole_runs import ROOT, Ended, pytest_run

if TYPE_CHECKING:
    from pathlib import Path

PROFILE = ROOT / "tests" / "small" / "target.toml"
ROWS = ("--rows", "SES-1,SES-2,SES-3,HLT-1")


def small_run(home: Path, *arguments: str, profile: Path = PROFILE) -> Ended:
    """A run of four rows."""
    return pytest_run(home, f"--target={profile}", *ROWS, *arguments)


def order(run: Ended) -> list[str]:
    """The checks that passed or failed, in the order in which they ran."""
    [file] = (run.home / "reports").glob("[0-9]*/records.jsonl")
    return [one.nodeid for one in record.read(file) if one.word in {"pass", "fail"}]


def forgetful(home: Path) -> Path:
    """The profile of a small platform that forgets sessions: SES-1 is red."""
    profile = home / "broken.toml"
    profile.write_text(PROFILE.read_text().replace("[environment]", '[environment]\nBREAK = "forgets"'))
    return profile


def test_the_seed_decides_the_order(tmp_path: Path) -> None:
    ran = {}
    for name, arguments in {"plain": [], "7": ["7"], "7 again": ["7"], "8": ["8"]}.items():
        shuffled = [f"--seed={arguments[0]}", "--shuffle"] if arguments else []
        ran[name] = order(small_run(tmp_path / name, *shuffled))

    assert ran["7"] == ran["7 again"]
    assert len({tuple(one) for one in ran.values()}) == 3
    assert {tuple(sorted(one)) for one in ran.values()} == {tuple(sorted(ran["plain"]))}


def test_each_run_has_a_seed_of_its_own_and_says_it(tmp_path: Path) -> None:
    runs = [small_run(tmp_path / name) for name in ("one", "two")]

    seeds = [re.findall(r"^seed: (\d{6}): --seed \1 repeats it$", run.output, re.MULTILINE) for run in runs]
    assert [len(seed) for seed in seeds] == [1, 1]
    assert seeds[0] != seeds[1]


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "n2"])
def test_rounds_follow_each_other_each_in_another_order(tmp_path: Path, workers: tuple[str, ...]) -> None:
    run = small_run(tmp_path, "--repeat", "6", "--shuffle", *workers)

    assert run.code == 0, run.output
    assert run.verdict.startswith("GO target=small release=unknown pass=5 fail=0 ")
    assert run.output.splitlines()[-2] == "6 rounds: all green"
    ran = order(run)
    assert len(ran) == len(set(ran))
    if not workers:
        assert [rounds.round_of(one) for one in ran] == sorted(rounds.round_of(one) for one in ran)
        each = {tuple(rounds.without_round(one) for one in ran if rounds.round_of(one) == n) for n in range(1, 7)}
        assert len(each) > 1


def test_a_red_check_tells_its_rounds_and_how_to_repeat_them(tmp_path: Path) -> None:
    run = small_run(tmp_path, "--repeat", "3", "--seed", "7", "--shuffle", profile=forgetful(tmp_path))

    assert run.code == 1, run.output
    assert " fail=1 " in run.verdict
    assert run.output.splitlines()[-2] == "rounds: SES-1 red in 3 of 3"
    assert run.output.count("red in 3 of 3 rounds: all of them") == 1
    assert run.output.count("red at the same place as in round 1, see there") == 2
    [repeat] = re.findall(r"^repeat +(.*)$", run.output, re.MULTILINE)
    assert "[" not in repeat
    assert repeat.endswith(" --seed=7 --repeat=3")
    assert re.search(r"^in the same order: pytest .* --repeat 3 --seed 7 --shuffle$", run.output, re.MULTILINE)
