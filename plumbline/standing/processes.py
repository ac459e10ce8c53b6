"""The only place where the suite's processes start and end, but for the two that outlive it (`outliving.py`).

Every process is started from one thread that lives as long as this Python process, because Linux sends the
parent-death signal when the *thread* that started a process ends. Each gets a process group of its own, a
log, and the run's name in its environment, by which the watchdog (`plumbline/run.py`) knows it.
"""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from signal import Signals

from plumbline.standing.below import LINUX, start_time
from plumbline.standing.child import Process, ProcessFailed, Spawned, last_lines
from plumbline.standing.ports import Reservation, reserve_port

__all__ = [
    "LINUX",
    "Process",
    "ProcessFailed",
    "Reservation",
    "adopt",
    "belong_to",
    "die_with",
    "end_all",
    "environment",
    "finish",
    "in_front",
    "last_lines",
    "output_of",
    "reserve_port",
    "spawn",
    "start_time",
]


@dataclass(frozen=True)
class Membership:
    """The run that this Python process belongs to: what its processes carry and where they are recorded."""

    run_id: str
    folder: Path

    def environment(self) -> dict[str, str]:
        """What every process of the run gets besides its own environment."""
        return {"PLUMBLINE_RUN": self.run_id, "TMPDIR": str(self.folder / "tmp")}

    def record(self, pid: int, death_signal: Signals, name: str) -> None:
        """Note a process for the watchdog. One short append: whole, also from several workers."""
        start = start_time(pid)
        if start is not None:
            line = f"{pid} {start} {death_signal.name.removeprefix('SIG')} {name}\n"
            with (self.folder / "processes").open("a", encoding="utf-8") as record:
                record.write(line)


def spawn(
    argv: Sequence[str],
    *,
    name: str,
    log: Path,
    env: Mapping[str, str],
    cwd: Path | None = None,
    stdin: bytes | None = None,
    death_signal: Signals = signal.SIGKILL,
    under: Sequence[str] = (),
) -> Process:
    """Start a process that ends with this one, in a group of its own, its output appended to ``log``.

    ``env`` is its whole environment (the run's name and TMPDIR are added). Secrets go by ``env`` or
    ``stdin``, never by ``argv``, which every user of the machine may read. ``under`` are commands in front
    that change user or namespace: the parent-death signal is set after them, since a change of user clears
    it. Raises `ProcessFailed` when it cannot be started.
    """
    return _spawner().submit(
        lambda: _start(
            [*under, *_dies_with_parent(death_signal), *argv], argv, name, log, env, cwd, stdin, death_signal
        )
    )


def finish(
    argv: Sequence[str],
    *,
    name: str,
    log: Path,
    env: Mapping[str, str],
    within: float,
    cwd: Path | None = None,
    stdin: bytes | None = None,
    under: Sequence[str] = (),
) -> None:
    """Run a command to its end. Raises `ProcessFailed`, with its last lines, unless that is 0 and in time."""
    process = spawn(argv, name=name, log=log, env=env, cwd=cwd, stdin=stdin, under=under)
    code = process.wait(within)
    if code is None:
        process.kill()
        raise ProcessFailed(f"{name} did not end within {within:g} s\n{process.last_lines()}")
    if code:
        raise ProcessFailed(f"{name} ended with {code}\n{process.last_lines()}")


def output_of(argv: Sequence[str], *, env: Mapping[str, str], cwd: Path, within: float) -> str:
    """What a short command prints, without a log or a run. Raises `ProcessFailed` with its errors."""
    named = " ".join(argv[:4])
    try:
        done = subprocess.run(
            [*_dies_with_parent(signal.SIGKILL), *argv],
            capture_output=True,
            text=True,
            env=dict(env),
            cwd=cwd,
            timeout=within,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ProcessFailed(f"{named}: {error}") from error
    if done.returncode:
        raise ProcessFailed(f"{named} ended with {done.returncode}\n{done.stderr[-2000:]}")
    return done.stdout


def in_front(argv: Sequence[str], *, env: Mapping[str, str]) -> int:
    """Run a program at this terminal until a person ends it; its exit code. Ctrl-C is the program's meanwhile."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return subprocess.run(argv, env=environment(env), check=False).returncode
    finally:
        signal.signal(signal.SIGINT, before)


def adopt(process: Process) -> Process:
    """Count a process that another one started for us (`plumbline.warm`) among ours: `end_all` ends it."""
    with _state.lock:
        _state.adopted.append(process)
        ending = _state.ending
    if _state.membership:
        _state.membership.record(process.pid, process.death_signal, process.name)
    if ending:
        process.kill()
        raise ProcessFailed(f"{process.name} was not started: the run is ending")
    return process


def belong_to(run_id: str, folder: Path) -> None:
    """From now on every process started here belongs to this run (see `plumbline.run.Run`)."""
    _state.membership = Membership(run_id, folder)


def end_all() -> None:
    """End every process that was started here and still runs; none can be started after."""
    with _state.lock:
        _state.ending = True
        rounds = [_state.adopted[::-1], _state.started[::-1]]
    for processes in rounds:  # the adopted ones first: their parent, which reaps them, is among the others
        alive = [process for process in processes if process.poll() is None]
        for process in alive:
            process.signal(process.death_signal, group=True)
        for process in alive:
            process.kill(within=2.0)


def die_with(parent: int) -> None:
    """Let this process be killed when its parent ends; at once when ``parent`` is no longer its parent.

    For xdist's workers, which otherwise outlive a killed controller until their check ends. Linux only: on
    other systems the watchdog alone does it.
    """
    if LINUX:
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG, prctl(2)
    if os.getppid() != parent:
        os._exit(1)


class _Spawner:
    """The thread that starts processes; it never ends, so that no parent-death signal fires early."""

    def __init__(self) -> None:
        self._orders: queue.SimpleQueue[tuple[Callable[[], Process], queue.SimpleQueue[Process | BaseException]]]
        self._orders = queue.SimpleQueue()
        threading.Thread(target=self._work, name="plumbline-spawner", daemon=True).start()

    def submit(self, order: Callable[[], Process]) -> Process:
        reply: queue.SimpleQueue[Process | BaseException] = queue.SimpleQueue()
        self._orders.put((order, reply))
        result = reply.get()
        if isinstance(result, BaseException):
            raise result
        return result

    def _work(self) -> None:
        while True:
            order, reply = self._orders.get()
            try:
                reply.put(order())
            except BaseException as error:  # noqa: BLE001 - raised where it was asked for
                reply.put(error)


class _State:
    """What this Python process has started. A forked child must not take it over: it is made anew there."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.spawner: _Spawner | None = None
        self.membership: Membership | None = None
        self.started: list[Process] = []
        self.adopted: list[Process] = []
        self.ending = False


_state = _State()


def _spawner() -> _Spawner:
    with _state.lock:
        if _state.spawner is None:
            _state.spawner = _Spawner()
        return _state.spawner


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process of the run: what is given, the run's name, a TMPDIR in its folder."""
    return {**given, **(_state.membership.environment() if _state.membership else {})}


def _start(
    command: Sequence[str],
    argv: Sequence[str],
    name: str,
    log: Path,
    env: Mapping[str, str],
    cwd: Path | None,
    stdin: bytes | None,
    death_signal: Signals,
) -> Process:
    member = _state.membership
    with _state.lock, log.open("ab") as output:
        if _state.ending:
            raise ProcessFailed(f"{name} was not started: the run is ending")
        try:
            popen = subprocess.Popen(
                command,
                stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment(env),
                cwd=cwd,
                process_group=0,
            )
        except OSError as error:
            raise ProcessFailed(f"{name} could not be started: {error}") from error
        process = Spawned(popen, name, argv, log, death_signal)
        _state.started.append(process)
    if member:
        member.record(process.pid, death_signal, name)
    if stdin is not None:
        _feed(popen, stdin)
    return process


def _feed(popen: subprocess.Popen[bytes], text: bytes) -> None:
    if popen.stdin is None:
        return
    try:
        popen.stdin.write(text)
        popen.stdin.close()
    except BrokenPipeError:
        return  # it ended before it read: its exit code and log say why


def _dies_with_parent(death_signal: Signals) -> list[str]:
    """A command in front that sets the parent-death signal; without it the watchdog alone must do.

    Not a ``preexec_fn``: that runs Python between fork and exec beside other threads, and Python 3.12 warns.
    """
    if not LINUX:
        return []
    import shutil

    setpriv = shutil.which("setpriv", path="/usr/bin:/bin:/usr/local/bin")
    return [setpriv, "--pdeathsig", death_signal.name.removeprefix("SIG"), "--"] if setpriv else []
