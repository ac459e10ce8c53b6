"""`up` and `down`: servers and a platform that stay for the runs to come; `keep` is what `up` leaves behind."""

from __future__ import annotations

import argparse
import fcntl
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from plumbline.commands import WrongUse
from plumbline.deadlines import wait_until
from plumbline.elsewhere.permission import Level
from plumbline.nearest import meant
from plumbline.places import HOME, ROOT
from plumbline.profile_file import ProfileError
from plumbline.run import NotReached
from plumbline.services import ServiceUnavailable
from plumbline.services.choice import KINDS, Wanted, choose
from plumbline.standing import keeper, processes
from plumbline.standing.kept import Kept, note_in
from plumbline.standing.outliving import start_keeper
from plumbline.target import Target
from plumbline.targets import chosen
from plumbline.today import NoDate, today

READY, GONE = 150.0, 20.0
"""Seconds for everything to be up (a first time makes the data directory), and for all of it to end."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which target."""
    parser.add_argument("--target", default=os.environ.get("PLUMBLINE_TARGET") or "reference")
    parser.add_argument("--now", action="store_true", help="end what is up although a run uses it")


def main(asked: argparse.Namespace) -> int:
    """Does what was asked; the exit code."""
    try:
        if asked.command == "keep":
            return keep(asked.target)
        return up(asked.target, now=asked.now) if asked.command == "up" else down(now=asked.now)
    except ServiceUnavailable as error:
        raise WrongUse(str(error)) from None


def up(name: str, *, now: bool = False) -> int:
    """Brings servers and platform up, unless they are there and made of what is here now."""
    target = _target(name)
    wanted = _wanted()
    if target.profile.uses_servers:
        choose(wanted)
    with _alone():
        kept = Kept.read(note_in(HOME))
        if kept is not None:
            runs, unwell = _asked_how_it_is(kept)
            changed = kept.made.difference(target, wanted) or unwell
            if changed is None:
                print(f"up since {kept.since}: {_told(target)}")
                return 0
            if _is_needed(runs, now=now):
                return 1
            _end(kept)
            print(f"{changed}: ended what was up since {kept.since}")
        return _bring(name, target)


def down(*, now: bool = False) -> int:
    """Ends what is up, unless a run uses it."""
    with _alone():
        kept = Kept.read(note_in(HOME))
        if kept is None:
            print("nothing is up")
            return 0
        if _is_needed(_asked_how_it_is(kept)[0], now=now):
            return 1
        _end(kept)
        print(f"ended what was up since {kept.since}")
        return 0


def _asked_how_it_is(kept: Kept) -> tuple[int, str | None]:
    """How many runs use what is kept, and what is wrong with it; None where nothing is."""
    try:
        loan = kept.lend("asking")
        runs = loan.others()
        loan.give_back()
    except (NotReached, OSError, ValueError, KeyError) as error:
        return 0, str(error)
    return runs, None


def _is_needed(runs: int, *, now: bool) -> bool:
    if runs and not now:
        print(
            f"{runs} {'run uses' if runs == 1 else 'runs use'} what is up, and would go red for nothing;"
            " wait for the end, or: python -m plumbline down --now",
            file=sys.stderr,
        )
    return bool(runs) and not now


def keep(name: str) -> int:
    """What `up` starts and leaves behind: the keeper itself."""
    try:
        keeper.keep(_target(name), HOME, choose(_wanted()))
    except (NotReached, processes.ProcessFailed) as error:
        print(error)
        return 1
    return 0


def _bring(name: str, target: Target) -> int:
    log = HOME / "up.log"
    argv = [sys.executable, "-m", "plumbline", "keep", "--target", name]
    process = start_keeper(argv, log=log, cwd=ROOT)

    def there() -> bool:
        kept = Kept.read(note_in(HOME))
        return process.poll() is not None or (kept is not None and kept.pid == process.pid)

    if not wait_until(there, within=READY) or process.poll() is not None:
        if process.poll() is None:
            process.terminate()
        print(f"nothing is up; {log} ends:\n{processes.last_lines(log)}", file=sys.stderr)
        return 1
    print(f"up: {_told(target)}\nThe next runs start on them; `make down` ends them.")
    return 0


def _told(target: Target) -> str:
    servers = "Postgres, Redis and a platform" if target.profile.uses_servers else "a platform"
    return f"{servers}, target {target.profile.name}, today {target.today}"


def _end(kept: Kept) -> None:
    os.kill(kept.pid, signal.SIGTERM)
    if not wait_until(lambda: not kept.alive, within=GONE):
        os.kill(kept.pid, signal.SIGKILL)  # its watchdog clears what it leaves
        wait_until(lambda: not kept.alive, within=GONE)
    note_in(HOME).unlink(missing_ok=True)


def _wanted() -> Wanted:
    """The servers that the variables ask for, as those of a run do; those of others are not ours to keep."""
    wanted = Wanted.of(lambda name: os.environ.get(f"PLUMBLINE_{name.upper()}", ""))
    said = f"PLUMBLINE_SERVICES={wanted.kind}"
    if wanted.kind not in KINDS:
        raise WrongUse(f"{said}: no such kind{meant(wanted.kind, KINDS)}")
    if wanted.kind == "external":
        raise WrongUse(f"{said}: these run already; `make up` keeps servers of its own: leave the variable out")
    return wanted


def _target(name: str) -> Target:
    try:
        path, profile = chosen(name, f"--target {name}")
        day = today()
    except (ProfileError, NoDate) as error:
        raise WrongUse(str(error)) from None
    if not profile.managed:
        raise WrongUse(
            f"--target {name}: {path} is of a platform that is reached, not started: there is nothing to keep"
        )
    return Target(profile=profile, path=path.resolve(), root=ROOT, level=Level.DISRUPTIVE, run_mark="kept", today=day)


@contextmanager
def _alone() -> Iterator[None]:
    """One `up` or `down` at a time."""
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / "up.lock").open("a", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
