"""Where a disk is full or read-only: one message that names the folder and the remedy, and never a report by half."""

from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from plumbline.places import remedy
from plumbline.publishing import Publisher
from plumbline.report.writing import Writing
from plumbline.secrets import Secrets
from plumbline.services import ServiceUnavailable
from plumbline.services.prepared import Shelf
from tests.whole_runs import HANGS, ROOT, environment

WORKERS = pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "n2"])
MOUNTED = 'mount -t tmpfs -o "$1" plumbline "$2" || exit 99; shift 2; "$@"; code=$?; find "$FULL" -type f; exit $code'
FULL = OSError(errno.ENOSPC, "No space left on device")


def run_on(folder: Path, how: str, *arguments: str, **environ: str) -> tuple[int, list[str]]:
    """A run for which a disk is mounted at `folder`: its code, and its lines, below them the files left there."""
    folder.mkdir()
    command = ["unshare", "-m", "sh", "-c", MOUNTED, "sh", how, str(folder), sys.executable, "-m", "pytest"]
    own = environment({"PLUMBLINE_FRESH": "1", "FULL": str(folder), **environ})
    words = [*command, "-p", "no:cacheprovider", "-m", "smoke", *arguments]
    try:
        ended = subprocess.run(words, cwd=ROOT, env=own, capture_output=True, text=True, timeout=HANGS, check=False)
    except FileNotFoundError:
        pytest.skip("there is no unshare here: it is Linux's")
    if ended.returncode == 99 or "unshare failed" in ended.stderr:
        pytest.skip(f"only root may mount a disk: {ended.stderr.strip()}")
    return ended.returncode, (ended.stdout + ended.stderr).strip().splitlines()


@WORKERS
def test_a_full_disk_for_reports_is_a_no_go_with_one_message(workers: tuple[str, ...], tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    code, lines = run_on(reports, "size=64k", "--rows", "SES-8,CRT-3", *workers, PLUMBLINE_REPORTS=str(reports))
    output = "\n".join(lines)
    said = [line for line in lines if not line.startswith(str(reports))]

    assert code == 1, output
    assert said[-1].startswith("NO-GO "), output
    assert said[-2].startswith(f"reports: {reports} cannot be written: No space left on device; set PLUMBLINE_REPORTS")
    assert output.count("No space left") == 1
    assert "Traceback" not in output
    assert "html report" not in output
    left = {Path(line).name for line in lines if line.startswith(str(reports))}
    assert not {name for name in left if name.endswith(".aside")} | left & {"report.html", "verdict.json"}


@WORKERS
@pytest.mark.parametrize(
    ("how", "why"),
    [("size=1m", "are needed for the prepared database"), ("ro", "cannot be written: Read-only file system")],
)
def test_a_home_that_keeps_nothing_is_told_before_anything_starts(
    how: str, why: str, workers: tuple[str, ...], tmp_path: Path
) -> None:
    home = tmp_path / "home"
    own = {"PLUMBLINE_HOME": str(home), "PLUMBLINE_REPORTS": str(tmp_path / "reports")}
    code, lines = run_on(home, how, "--rows", "SES-8", "--services", "embedded", *workers, **own)

    assert code == 4, lines
    (line,) = [line for line in lines if line.startswith("ERROR")]
    assert line.startswith(f"ERROR: home: {home}")
    assert why in line
    assert "set PLUMBLINE_HOME to a folder that can be written and has room, or unset it" in line
    assert not [line for line in lines if "NO-GO" in line or "Traceback" in line or "PRE-1" in line]
    assert list((tmp_path / "reports").iterdir()) == []


def test_unset_it_is_said_only_of_what_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLUMBLINE_REPORTS", raising=False)
    assert remedy("PLUMBLINE_REPORTS", "can") == "set PLUMBLINE_REPORTS to a folder that can"
    monkeypatch.setenv("PLUMBLINE_REPORTS", "reports")
    assert remedy("PLUMBLINE_REPORTS", "can") == "set PLUMBLINE_REPORTS to a folder that can, or unset it"


def half(self: Path, text: str | bytes, *_: object) -> None:
    """`Path.write_text` on a disk that becomes full."""
    with self.open("wb") as file:
        file.write((text if isinstance(text, bytes) else text.encode())[:3])
    raise FULL


def test_a_file_that_is_written_by_half_is_removed_and_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing = Writing(tmp_path / "run")
    writing.folder.mkdir()
    assert writing.write(writing.folder / "whole", "of before")
    monkeypatch.setattr(Path, "write_text", half)

    assert not writing.write(writing.folder / "half", "a report")
    told = writing.trouble
    assert not writing.write(tmp_path / "elsewhere", "a report")

    assert [file.name for file in tmp_path.rglob("*") if file.is_file()] == ["whole"]
    assert told.startswith(f"reports: {tmp_path} cannot be written: No space left on device; set PLUMBLINE_REPORTS")
    assert writing.trouble == told


def test_a_secret_goes_where_there_is_no_room_for_the_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = Secrets()
    secrets.register("correct-horse-battery", "password of a creator")
    (tmp_path / "told.txt").write_bytes(b"correct-horse-battery")
    monkeypatch.setattr(Path, "write_text", half)
    monkeypatch.setattr(Path, "write_bytes", half)

    (hit,) = Publisher(tmp_path, secrets).publish()

    assert hit.path == "told.txt"
    assert not (tmp_path / "told.txt").exists()
    assert not list(tmp_path.glob("*.aside"))


def test_a_prepared_directory_that_cannot_be_kept_names_its_path(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "postgres", "key")
    shelf.home.mkdir()

    def copy(_source: Path, target: Path) -> None:
        target.mkdir()
        raise FULL

    with pytest.raises(ServiceUnavailable, match=rf"{shelf.home} cannot be written: No space left .*PLUMBLINE_HOME"):
        shelf.keep(tmp_path, {}, copy)
    assert list(shelf.home.iterdir()) == []
