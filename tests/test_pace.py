"""How fast a platform that is not ours is asked: never faster than its profile says, however many processes ask."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time
from pathlib import Path

import pytest

from plumbline.elsewhere.pace import Pace, Window
from plumbline.profile import Limits, Remote
from tests.made_up import target
from tests.whole_runs import ROOT

WORKER = """
import sys
from pathlib import Path
from plumbline.elsewhere.pace import Window
window = Window(float(sys.argv[1]), float(sys.argv[2]), Path(sys.argv[3]))
print(*(window.next() for _ in range(60)))
"""


@pytest.mark.parametrize(("rate", "within", "count"), [(10, 1, 10), (0.5, 1, 1), (2.5, 1, 2), (12 / 60, 60, 12)])
def test_a_window_lets_so_many_through_and_then_at_its_rate(rate: float, within: float, count: int) -> None:
    window = Window(rate, within)
    moments = [window.next() for _ in range(count * 3 + 1)]

    assert moments[count - 1] - moments[0] < count / rate / 2
    for sooner, later in zip(moments, moments[count:], strict=False):
        assert later - sooner >= count / rate - 0.001


@pytest.mark.parametrize(("rate", "within", "count"), [(10, 1, 10), (2, 60, 120), (0.5, 1, 1)])
def test_processes_share_a_limit_and_together_never_pass_it(
    tmp_path: Path, rate: float, within: float, count: int
) -> None:
    command = [sys.executable, "-c", WORKER, str(rate), str(within), str(tmp_path / "places")]
    workers = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    moments = sorted(float(moment) for worker in workers for moment in worker.communicate(timeout=60)[0].split())

    assert len(moments) == 240
    assert all(later - sooner > count / rate for sooner, later in zip(moments, moments[count:], strict=False))
    assert moments[-1] - moments[0] < 240 / rate * 1.1, "and none keeps a share that it does not use"


def test_each_run_has_limits_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "another").mkdir()
    first, other = (Window(1, 1, file) for file in (tmp_path / "pace", tmp_path / "another" / "pace"))

    assert abs(first.next() - other.next()) < 0.5


def test_a_target_of_our_own_has_no_limits() -> None:
    pace = Pace()
    began = time.monotonic()
    for _ in range(10_000):
        pace.take()
        pace.take_login("ada")
        pace.try_wrong_password("ada")

    assert time.monotonic() - began < 5
    assert target().pace._requests is None


def test_the_processes_of_a_run_have_the_limits_of_the_profile(tmp_path: Path) -> None:
    limits = Limits(requests_per_second=0.5, logins_per_minute=1)
    paces = [target(remote=Remote(origins=("https://x.test",), limits=limits)) for _ in range(2)]
    for made in paces:
        made.run_folder = tmp_path
    first, second = (made.pace for made in paces)
    first.take()
    first.take_login("ada")
    windows = second._requests, second._window("logins-" + hashlib.sha256(b"ada").hexdigest()[:16], 1 / 60, 60)

    assert [round(window.next() - time.monotonic()) for window in windows if window] == [2, 60]
