"""The only place where the suite's processes start and end.

Every process is started from one thread that lives as long as this Python process, because Linux sends the
parent-death signal when the *thread* that started a process ends. Each gets a process group of its own, a log,
and the run's name in its environment, by which the watchdog (`plumbline/run.py`) knows it.
"""

from __future__ import annotations

import os
import queue
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from signal import Signals

from plumbline.deadlines import wait_until

LINUX = sys.platform.startswith("linux")


class ProcessFailed(RuntimeError):
    """A process did not start, or ended when it should not have; the text has its name and its last lines."""


@dataclass(frozen=True)
class Membership:
    """The run that this Python process belongs to: what its processes carry and where they are recorded."""

    run_id: str
    folder: Path

    def environment(self) -> dict[str, str]:
        """What every process of the run gets besides its own environment."""
        return {"PLUMBLINE_RUN": self.run_id, "TMPDIR": str(self.folder / "tmp")}

    def record(self, pid: int, death_signal: Signals, name: str) -> None:
        """Note a process so that the watchdog may end it. One short append: whole, also from several workers."""
        start = start_time(pid)
        if start is not None:
            line = f"{pid} {start} {death_signal.name.removeprefix('SIG')} {name}\n"
            with open(self.folder / "processes", "a", encoding="utf-8") as record:
                record.write(line)


class Process:
    """A process that the suite started: its pid (also its group), name, command and log.

    Its group ends with it: what it leaves behind when it ends is ended too.
    """

    def __init__(self, pid: int, name: str, argv: Sequence[str], log: Path, death_signal: Signals) -> None:
        self.pid = pid
        self.name = name
        self.argv = tuple(argv)
        self.log = log
        self.death_signal = death_signal

    def poll(self) -> int | None:
        """The exit code (negative: the signal that ended it), None while it runs."""
        raise NotImplementedError

    def signal(self, number: int, group: bool = False) -> None:
        """Send a signal to the process, or to its whole group; nothing happens when it has ended."""
        raise NotImplementedError

    def wait(self, timeout: float) -> int | None:
        """The exit code, waited for at most ``timeout`` seconds; None when it still runs."""
        wait_until(lambda: self.poll() is not None, within=timeout)
        return self.poll()

    def stop(self, grace: float) -> int:
        """Ask it to end (SIGTERM), end its whole group after ``grace`` seconds; the exit code."""
        self.signal(signal.SIGTERM)
        code = self.wait(grace)
        return self.kill() if code is None else code

    def kill(self, within: float = 5.0) -> int:
        """End it and its group now by its death signal, by SIGKILL after ``within`` seconds; the exit code."""
        self.signal(self.death_signal, group=True)
        if self.wait(within) is None:
            self.signal(signal.SIGKILL, group=True)
        code = self.wait(60)
        if code is None:
            raise ProcessFailed(f"{self.name} (pid {self.pid}) does not end, not even by SIGKILL")
        return code

    def last_lines(self, count: int = 20) -> str:
        """The end of its log, for messages."""
        return last_lines(self.log, count)


class _Spawned(Process):
    """A child of this Python process. It is reaped only after its group was ended: till then no one gets its pid."""

    def __init__(
        self, popen: subprocess.Popen[bytes], name: str, argv: Sequence[str], log: Path, death_signal: Signals
    ) -> None:
        super().__init__(popen.pid, name, argv, log, death_signal)
        self._popen = popen
        self._lock = threading.Lock()

    def poll(self) -> int | None:
        with self._lock:
            if self._popen.returncode is None and _has_ended(self._popen):
                self._signal_group(signal.SIGKILL)
                self._popen.wait()
            return self._popen.returncode

    def signal(self, number: int, group: bool = False) -> None:
        with self._lock:
            if self._popen.returncode is None:
                if group:
                    self._signal_group(number)
                else:
                    os.kill(self.pid, number)

    def _signal_group(self, number: int) -> None:
        try:
            os.killpg(self.pid, number)
        except (ProcessLookupError, PermissionError):  # the latter: macOS, for a group of zombies
            return


def _has_ended(popen: subprocess.Popen[bytes]) -> bool:
    if not hasattr(os, "waitid"):  # macOS before Python 3.13
        return popen.poll() is not None
    return os.waitid(os.P_PID, popen.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


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
    """Run a command to its end. Raises `ProcessFailed`, with its last lines, unless it ends with 0 in time."""
    process = spawn(argv, name=name, log=log, env=env, cwd=cwd, stdin=stdin, under=under)
    code = process.wait(within)
    if code is None:
        process.kill()
        raise ProcessFailed(f"{name} did not end within {within:g} s\n{process.last_lines()}")
    if code:
        raise ProcessFailed(f"{name} ended with {code}\n{process.last_lines()}")


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


def start_watchdog(argv: Sequence[str], reading: int) -> subprocess.Popen[bytes]:
    """Start what must outlive this process: no parent-death signal, no name of the run, nothing open but ``reading``."""
    watchdog = subprocess.Popen(
        argv,
        stdin=reading,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"PATH": os.environ.get("PATH", os.defpath)},
        cwd="/",
        start_new_session=True,
    )
    _state.watchdogs.append(watchdog)  # else Python warns that it was forgotten
    return watchdog


def start_time(pid: int) -> str | None:
    """When a process started, as a text that only compares equal with itself; None when it is gone.

    With the pid it names a process for good: a recycled pid has another start time.
    """
    if not LINUX:
        seen = subprocess.run(
            ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
        return "_".join(seen.stdout.split()) or None
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            fields = file.read().rpartition(b") ")[2].split()
    except OSError:
        return None
    return None if fields[0] == b"Z" else fields[19].decode()


def last_lines(log: Path, count: int = 20) -> str:
    """The last lines of a log, one text; empty when there is none."""
    try:
        return "\n".join(log.read_text("utf-8", "replace").splitlines()[-count:])
    except OSError:
        return ""


@dataclass
class Reservation:
    """A TCP port of 127.0.0.1 that nobody else gets as long as this is open."""

    port: int
    _socket: socket.socket

    def close(self) -> None:
        """Give the port back."""
        self._socket.close()


def reserve_port() -> Reservation:
    """Reserve a free port: a bound socket that does not listen.

    A server that sets SO_REUSEADDR, as nearly all do, can listen on the port meanwhile; the system gives it to
    no one else, and a restart finds it free.
    """
    held = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    return Reservation(held.getsockname()[1], held)


class _Spawner:
    """The thread that starts processes; it never ends, so that no parent-death signal fires early."""

    def __init__(self) -> None:
        self._orders: queue.SimpleQueue[
            tuple[Callable[[], Process], queue.SimpleQueue[Process | BaseException]]
        ]
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
            except BaseException as error:
                reply.put(error)


class _State:
    """What this Python process has started. A forked child must not take it over: it is made anew there."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.spawner: _Spawner | None = None
        self.membership: Membership | None = None
        self.started: list[Process] = []
        self.adopted: list[Process] = []
        self.watchdogs: list[subprocess.Popen[bytes]] = []
        self.ending = False


_state = _State()


def _spawner() -> _Spawner:
    with _state.lock:
        if _state.spawner is None:
            _state.spawner = _Spawner()
        return _state.spawner


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """The whole environment of a process of the run: what it is given, the run's name, and TMPDIR in its folder."""
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
    with _state.lock, open(log, "ab") as output:
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
        process = _Spawned(popen, name, argv, log, death_signal)
        _state.started.append(process)
    if member:
        member.record(process.pid, death_signal, name)
    if popen.stdin is not None:
        _feed(popen, stdin or b"")
    return process


def _feed(popen: subprocess.Popen[bytes], text: bytes) -> None:
    assert popen.stdin is not None
    try:
        popen.stdin.write(text)
        popen.stdin.close()
    except BrokenPipeError:
        return  # it ended before it read: its exit code and log say why


def _dies_with_parent(death_signal: Signals) -> list[str]:
    """A command in front that sets the parent-death signal; without it the watchdog alone must do.

    Not a ``preexec_fn``: that runs Python between fork and exec beside other threads, which Python 3.12 warns of.
    """
    if not LINUX:
        return []
    import shutil

    setpriv = shutil.which("setpriv", path="/usr/bin:/bin:/usr/local/bin")
    return [setpriv, "--pdeathsig", death_signal.name.removeprefix("SIG"), "--"] if setpriv else []
