"""The browser is found where machines keep it, in the order that is fastest, and a wrong setting is said."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from plumbline.browsing import chromium, chromium_setup


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """An environment of a machine without any browser; what stands in `bin` is on its PATH."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setattr(chromium, "_PLACES", dict.fromkeys(chromium._PLACES, ()))
    return {"HOME": str(tmp_path), "PATH": str(tmp_path / "bin")}


def executable(path: Path, script: str = "exit 0") -> Path:
    """A program at the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def playwrights(folder: Path, name: str) -> Path:
    """A browser of Playwright's as its download leaves it, the marker included."""
    build = folder / f"{name.replace('-', '_')}-{chromium._revisions()[name]}"
    inside = {
        "chromium-headless-shell": "chrome-headless-shell-linux64/chrome-headless-shell",
        "chromium": "chrome-linux64/chrome",
    }
    path = executable(build / inside[name])
    (build / "INSTALLATION_COMPLETE").touch()
    return path


@pytest.fixture
def on_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever this machine is, the layout is that of Linux on x86-64."""
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr("platform.machine", lambda: "x86_64")


def test_a_machine_without_a_browser_has_none(machine: dict[str, str]) -> None:
    assert chromium.find(machine) is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("chromium-headless-shell", "headless-shell"),
        ("google-chrome", "chrome"),
        ("chromium", "chromium"),
    ],
)
def test_a_browser_on_path_is_found(machine: dict[str, str], name: str, kind: str) -> None:
    there = executable(Path(machine["PATH"]) / name)

    assert chromium.find(machine) == chromium.Chromium(there, kind)  # type: ignore[arg-type]


def test_a_headless_shell_goes_before_chrome_and_chrome_before_chromium(machine: dict[str, str]) -> None:
    for name in ("chromium", "google-chrome", "chrome-headless-shell"):
        executable(Path(machine["PATH"]) / name)

    headless, headed = chromium.find(machine), chromium.find(machine, headed=True)

    assert headless
    assert headless.kind == "headless-shell"
    assert headed
    assert headed.kind == "chrome"


@pytest.mark.usefixtures("on_linux")
def test_playwrights_own_goes_first_and_headed_takes_the_full_one(machine: dict[str, str]) -> None:
    folder = Path(machine["HOME"]) / ".cache" / "ms-playwright"
    executable(Path(machine["PATH"]) / "google-chrome")
    shell, full = playwrights(folder, "chromium-headless-shell"), playwrights(folder, "chromium")

    assert chromium.find(machine) == chromium.Chromium(shell, "playwright")
    assert chromium.find(machine, headed=True) == chromium.Chromium(full, "playwright")


@pytest.mark.usefixtures("on_linux")
def test_a_download_that_was_cut_is_no_browser(machine: dict[str, str], tmp_path: Path) -> None:
    machine["PLAYWRIGHT_BROWSERS_PATH"] = str(tmp_path / "elsewhere")
    shell = playwrights(tmp_path / "elsewhere", "chromium-headless-shell")
    assert chromium.find(machine) == chromium.Chromium(shell, "playwright")

    (shell.parent.parent / "INSTALLATION_COMPLETE").unlink()

    assert chromium.find(machine) is None


def test_a_setting_names_the_browser_outright(machine: dict[str, str], tmp_path: Path) -> None:
    machine["PLUMBLINE_BROWSER"] = str(executable(tmp_path / "my" / "chrome"))
    executable(Path(machine["PATH"]) / "chromium-headless-shell")

    assert chromium.find(machine) == chromium.Chromium(tmp_path / "my" / "chrome", "chrome")


@pytest.mark.parametrize(
    ("named", "headed", "message"),
    [
        ("nowhere/chrome", False, "no executable there"),
        (".", False, "no executable there"),
        ("chromium-headless-shell", True, "a headless shell has no window"),
    ],
)
def test_a_wrong_setting_is_said_with_its_remedy(
    machine: dict[str, str], tmp_path: Path, named: str, message: str, *, headed: bool
) -> None:
    executable(tmp_path / "chromium-headless-shell")
    machine["PLUMBLINE_BROWSER"] = str(tmp_path / named)

    with pytest.raises(chromium.WrongBrowser, match=message) as raised:
        chromium.find(machine, headed=headed)

    assert str(raised.value).startswith(f"PLUMBLINE_BROWSER={tmp_path / named}")


def test_finding_costs_nothing() -> None:
    chromium.find()  # the first call imports

    def once() -> float:
        began = time.perf_counter()
        chromium.find()
        return time.perf_counter() - began

    assert min(once() for _ in range(20)) < 0.002


def test_the_sandbox_is_left_out_only_where_none_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert "--no-sandbox" in chromium.launch_arguments({})

    monkeypatch.setattr(chromium, "sandbox_works", lambda _: True)
    assert "--no-sandbox" not in chromium.launch_arguments({})


def test_a_version_is_what_the_browser_says_and_nothing_when_it_cannot_start(tmp_path: Path) -> None:
    good = executable(tmp_path / "good", "echo Chromium 156.0")
    broken = executable(tmp_path / "broken", "echo libnss3.so: cannot open >&2; exit 127")

    assert chromium.Chromium(good, "chrome").version == "Chromium 156.0"
    assert chromium.Chromium(broken, "chrome").version == ""


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be downloaded, and there is no package manager."""
    monkeypatch.setattr(chromium_setup, "download", lambda _: False)
    monkeypatch.setattr(chromium_setup, "packages", list)


@pytest.mark.usefixtures("no_network")
def test_set_up_takes_what_is_installed(machine: dict[str, str]) -> None:
    there = executable(Path(machine["PATH"]) / "chromium", "echo Chromium 1")

    assert chromium_setup.install(machine) == chromium.Chromium(there, "chromium")


@pytest.mark.usefixtures("no_network")
def test_set_up_installs_a_package_where_nothing_is(machine: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    path = Path(machine["PATH"]) / "chromium"
    script = f"printf '#!/bin/sh\\necho Chromium 1\\n' > {path}; /bin/chmod 755 {path}"
    monkeypatch.setattr(chromium_setup, "packages", lambda: [["/bin/false"], ["/bin/sh", "-c", script]])

    assert chromium_setup.install(machine) == chromium.Chromium(path, "chromium")


@pytest.mark.usefixtures("no_network")
def test_set_up_says_in_one_line_that_there_is_no_browser(
    machine: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    executable(Path(machine["PATH"]) / "chromium", "exit 1")  # a stub that does not start

    assert chromium_setup.install(machine) is None
    assert "not possible here" in capsys.readouterr().err


def test_a_silent_download_is_given_up_and_ends_with_all_it_started(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    command = ["/bin/sh", "-c", f"sleep 60 & echo $! > {note}; wait"]
    began = time.monotonic()

    assert not chromium_setup.bounded(command, dict(os.environ), silence=0.2)

    assert time.monotonic() - began < 10
    state = Path("/proc", note.read_text().strip(), "stat")
    assert not state.exists() or ") Z " in state.read_text()


def test_the_command_prints_the_path_or_ends_with_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("PLUMBLINE_BROWSER", str(executable(tmp_path / "chrome")))
    assert chromium_setup.main(["find"]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'chrome'}\n"

    monkeypatch.setenv("PLUMBLINE_BROWSER", str(tmp_path / "nothing"))
    assert chromium_setup.main(["find"]) == 4
    assert "no executable there" in capsys.readouterr().err
    assert chromium_setup.main([]) == 4
