"""What a fault is, and which there are."""

from __future__ import annotations

import difflib
import importlib
import inspect
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from faults.served import Served

    Probe = Callable[[Served], object]

Canary = Literal["caught", "missed", "void"]
"""What the proofs must say of a fault that proves the proofs."""

FOLDER = Path(__file__).parent
PARTS = frozenset({"environment", "database", "platform"})
NAME = re.compile(r"[a-z]+(-[a-z0-9]+)+")
ROW = re.compile(r"[A-Z]{2,4}-\d+( [a-z-]+)?")

_registered: dict[str, Fault] = {}


class FaultError(Exception):
    """A fault that is written wrongly, or one that is asked for and is not there; one line that says so."""


@dataclass(eq=False)
class Fault:
    """A named way of bringing back the failures of some rows, such as "SES-5" or "HLT-1 asks".

    `act` is called once a start with the parts that its parameters name: `environment` (a dict, before it is
    read), `database` (a connection to the platform's own database, autocommit; what is done there must be
    safe to do again), `platform` (assembled, not serving yet). One that asks for other parts besides the
    environment is called when those are there, and can only look at the environment.
    `probe` is the smallest observation that differs with the fault and without.
    """

    name: str
    brings_back: tuple[str, ...]
    act: Callable[..., None]
    canary: Canary | None = None
    probe: Probe | None = None

    @property
    def parts(self) -> frozenset[str]:
        """What it acts on, of `PARTS`."""
        return frozenset(inspect.signature(self.act).parameters)

    @property
    def doc(self) -> str:
        """What it does to the platform, in a sentence."""
        return inspect.getdoc(self.act) or ""

    @property
    def file(self) -> str:
        """Where it stands, from the project's root."""
        return Path(self.act.__code__.co_filename).relative_to(FOLDER.parent).as_posix()


def fault(
    name: str, *, brings_back: Sequence[str], canary: Canary | None = None
) -> Callable[[Callable[..., None]], Fault]:
    """Makes a function a fault of that name; FaultError where it cannot be one."""

    def registered(act: Callable[..., None]) -> Fault:
        made = Fault(name, tuple(brings_back), act, canary)
        where = f"{made.file}: fault {name!r}"
        if not NAME.fullmatch(name) or name.replace("-", "_") != act.__name__:
            raise FaultError(f"{where}: the name is the function's, {act.__name__!r}, with dashes")
        if name in _registered:
            raise FaultError(f"{where}: there is one of that name in {_registered[name].file}")
        if not made.parts or not made.parts <= PARTS:
            raise FaultError(f"{where}: its parameters say what it acts on: {', '.join(sorted(PARTS))}")
        if not brings_back or not all(ROW.fullmatch(row) for row in brings_back):
            raise FaultError(f'{where}: brings_back names rows, such as ["SES-8", "HLT-1 asks"]')
        if not made.doc or "\n" in made.doc:
            raise FaultError(f"{where}: its docstring says in one line what it does")
        _registered[name] = made
        return made

    return registered


@cache
def every() -> dict[str, Fault]:
    """All faults by name, those of the areas in the order of their files, canaries first."""
    importlib.import_module("faults.canaries")
    for path in sorted(FOLDER.glob("*/[!_]*.py")):
        importlib.import_module(f"faults.{path.parent.name}.{path.stem}")
    for one in _registered.values():
        if one.probe is None:
            raise FaultError(f"{one.file}: fault {one.name!r} has no probe; set {one.act.__name__}.probe below it")
    return dict(_registered)


def named(name: str) -> Fault:
    """The fault of that name; FaultError, with the nearest one, where there is none."""
    known = every()
    if name not in known:
        close = difflib.get_close_matches(name, known, n=1)
        meant = f"did you mean {close[0]}?" if close else "`python -m faults list` names them"
        raise FaultError(f"no fault {name!r}; {meant}")
    return known[name]
