"""How the platform is run: its commands, with and without a fault."""

from __future__ import annotations

from dataclasses import dataclass

from plumbline.profile.strict import Strict


@dataclass(frozen=True)
class Commands(Strict):
    """How to run the platform: argument lists. `{python}`, `{today}`, `{suite}` are filled in."""

    serve: tuple[str, ...] = ()
    """Starts an instance, which listens at the port that `environment` names."""
    migrate: tuple[str, ...] = ()
    """Brings an empty database to its tables, once a run; the copies are cloned from it."""
    seed: tuple[str, ...] = ()
    """Fills in the records that the target starts with."""
    status: tuple[str, ...] = ()
    """Ends with 0 where no migration is pending."""
    warm: str = ""
    """`module:main` of a Python platform: its instances are forked from a process that has imported it."""
    cwd: str = ""
    """The folder in which all of them run, from the profile's own; without it, the suite's."""
    ready: str = "/health"
    """Path that answers below 500 as soon as the instance takes requests."""
    deadline: float = 20.0
    """Seconds until an instance that neither answers nor ends counts as hanging."""
    concurrency: int = 8
    """How many requests an instance answers at the same moment, its workers and threads: a crowd is no larger."""
    recycles: bool = False
    """Whether its workers end and are replaced without need, as by gunicorn's max_requests: then none is missed."""
    sources: tuple[str, ...] = ()
    """Files and folders that decide what a fresh database holds: the template is named by their hash."""
    build: tuple[str, ...] = ()
    """Files and folders that the platform is made of: what `make up` keeps is refused once one has changed."""


@dataclass(frozen=True)
class FaultCommands(Strict):
    """The same commands with a fault switched on: `{fault}` is its name."""

    list: tuple[str, ...] = ()
    """Prints a line of JSON for each fault, with `name`, `brings_back` (rows), `doc`, `file` and `canary`."""
    probe: tuple[str, ...] = ()
    """Reads on standard input what was served with and without the fault, and prints what it sees of it, as JSON."""
    serve: tuple[str, ...] = ()
    """As in [commands], with `{fault}`; so are the others, which may be left out."""
    migrate: tuple[str, ...] = ()
    """Else that of [commands]."""
    seed: tuple[str, ...] = ()
    """Else that of [commands]."""
    status: tuple[str, ...] = ()
    """Else that of [commands]."""
    warm: str = ""
    """As in [commands]."""
