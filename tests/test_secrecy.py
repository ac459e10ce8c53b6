"""No secret leaves a run: whole runs on a platform that gives all of them away (`tests/leaky`)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bench.canaries import Run, main, run
from fixtures.secrecy import MaskedOutput, masked
from plumbline.deadlines import wait_until
from plumbline.secrets import Secrets

HANGS = 280.0

pytestmark = pytest.mark.timeout(300)


def test_none_of_the_canaries_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert main() == 0, capsys.readouterr().out

    assert "10/10 secrets planted, 0 found in" in capsys.readouterr().out


def test_with_the_mask_off_a_green_run_is_red_and_names_what_it_withheld(tmp_path: Path) -> None:
    ended = run(tmp_path / "unmasked", "-p", "tests.leaky.unmasked", rows="SES-1")

    assert "withheld: logs/platform.log holds «" in ended.output
    assert " pass=1 fail=0 " in ended.output
    assert (ended.code, ended.output.splitlines()[-1].partition(" ")[0]) == (1, "NO-GO")
    assert "platform.log.withheld.txt" in ended.artefacts
    assert "platform.log" not in ended.artefacts
    assert ended.found == {}


def test_what_a_worker_learns_is_kept_from_what_the_controller_writes(tmp_path: Path) -> None:
    ended = run(tmp_path / "workers", "-n", "2")

    assert {"platform.log", "exchanges.txt", "trace.zip member"} <= ended.artefacts
    assert ended.planted
    assert ended.found == {}, ended.found


def test_no_process_is_started_with_a_secret_in_its_command(tmp_path: Path) -> None:
    seen: set[bytes] = set()

    def look() -> bool:
        for place in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                seen.add(place.read_bytes())
            except OSError:  # ended meanwhile
                continue
        return running.done()

    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(run, tmp_path / "watched", rows="SES-5")
        assert wait_until(look, within=HANGS, every=0.02)
    ended: Run = running.result()

    assert any(b"platform.py\0serve" in command for command in seen)
    assert {"cookie", "database", "password", "redis"} <= {kind for kind, _ in ended.planted}
    assert not [kind for kind, value in ended.planted if any(value.encode() in command for command in seen)]


def test_every_text_of_a_report_is_masked() -> None:
    told = {"fired": "a secret", "parts": [("a secret", 1), None]}

    assert masked(told, lambda text: text.replace("secret", "«it»")) == {
        "fired": "a «it»",
        "parts": [("a «it»", 1), None],
    }


def test_the_terminal_is_masked_and_is_otherwise_as_it_was(tmp_path: Path) -> None:
    known = Secrets()
    known.register("a-session-id", "session of admin")
    with (tmp_path / "terminal").open("w") as file:
        output = MaskedOutput(file, known.mask)
        output.write("sid=a-session-id\n")

        assert (output.name, output.isatty()) == (file.name, False)
        output.flush()

    assert (tmp_path / "terminal").read_text() == "sid=«session of admin»\n"
