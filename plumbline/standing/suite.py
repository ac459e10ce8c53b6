"""What checks stand on: Postgres, Redis, the warmed process, the shared platform; started at once, waited for late.

The controller starts them in the background, or takes over what `make up` keeps (`plumbline/standing/kept.py`); whoever
needs one waits for it at the rendezvous.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plumbline.run import NotReached, Run
from plumbline.services.choice import Choice, Wanted, choose
from plumbline.services.presence import gone
from plumbline.standing import processes
from plumbline.standing.child import NotFilled
from plumbline.standing.instance import Ground, Instance, surroundings
from plumbline.standing.sighting import seen_by_its_migration, seen_while_it_serves
from plumbline.standing.start import Log, Start
from plumbline.stores.postgres import Server
from plumbline.stores.redis import RedisServer
from plumbline.target import Target
from plumbline.warm import Warm

if TYPE_CHECKING:
    from plumbline.elsewhere.releases import Said
    from plumbline.services.arrival import Services
    from plumbline.standing.kept import Loan

WAIT = 90.0
"""Seconds to wait for a service: a first run makes the data directory on a machine that may be busy."""


@dataclass
class Suite:
    """What this process has of the run; `services`, `warm`, `shared`, `loan`, `release` in the controller only."""

    run: Run
    target: Target
    services: Services | None = None
    warm: Warm | None = None
    shared: Instance | None = None
    loan: Loan | None = None
    """What `make up` keeps, lent to this run."""
    release: str = ""
    releases: dict[str, Said] = field(default_factory=dict)
    """What each origin of a url target said of its release before the first check."""
    troubles: list[str] = field(default_factory=list)
    """What makes this run a NO-GO besides its checks, a sentence each."""
    ended: bool = False
    _ground: Ground | None = None

    def __post_init__(self) -> None:
        self.target.run_folder = self.run.folder

    @property
    def uses_database(self) -> bool:
        """Whether the target's instances get a database of ours."""
        return self.target.profile.uses_servers

    @property
    def patience(self) -> float:
        """Seconds to wait for the platform: on a url target a release may be awaited first."""
        profile = self.target.profile
        return WAIT if profile.managed else WAIT + profile.remote.release.within

    def ground(self) -> Ground:
        """What instances stand on, awaited; NotReached with the reason where it does not come."""
        if self._ground is None and not self.target.profile.managed:
            self._ground = Ground(self.target, self.run.folder, secret="")
        if self._ground is None:
            read = self.run.rendezvous.read
            postgres = Server(**read("postgres", WAIT)) if self.uses_database else None  # type: ignore[arg-type]
            redis = RedisServer(**read("redis", WAIT)) if self.uses_database else None  # type: ignore[arg-type]
            entry = self.target.commands.warm
            warm = (self.warm or Warm(Path(read("warm", WAIT)["socket"]), entry)) if entry else None
            secret = read("secret", WAIT)["value"]
            self._ground = Ground(self.target, self.run.folder, secret, postgres, redis, warm)
            self._register_secrets(postgres, redis, secret)
        return self._ground

    def lost(self) -> str:
        """Which of the run's servers is gone, in words; empty where none is."""
        try:
            ground = self.ground()
        except NotReached:
            return ""  # it never came, and that is told
        return gone(ground.postgres, ground.redis)

    def stop_cloning(self) -> None:
        """Makes no more databases in advance."""
        if self._ground is not None and self._ground.clones is not None:
            self._ground.clones.close()

    def end(self) -> None:
        """Ends what this process has started, and gives back what it was lent."""
        self.ended = True
        self.stop_cloning()
        if self.shared is not None and self.shared.alive:
            self.shared.kill()
        if self.services is not None and self.services.lasting:
            self.services.stop()  # while the watchdog still stands by
        self.run.end()
        if self.loan is not None:
            self.loan.give_back()  # last: whoever lent it then clears what the run has left there

    def _register_secrets(self, postgres: Server | None, redis: RedisServer | None, secret: str) -> None:
        register = self.target.secrets.register
        register(secret, "session secret")
        for role, password in (postgres.passwords if postgres else {}).items():
            register(password, f"database password of {role}")
        if redis:
            register(redis.password, "password of redis")


def begin(run: Run, target: Target, home: Path, choice: Choice | None = None) -> Suite:
    """Starts the servers and the warmed process of a run, and returns at once; servers from wheels unless told."""
    suite = Suite(run, target)
    run.rendezvous.write(secret={"value": os.urandom(32).hex()})
    if suite.uses_database:
        choice = choice or choose(Wanted("embedded"))
        suite.services = choice.start(run, home, template_key(target), lambda url: fill(suite, url))
    _warm_up(suite)
    return suite


def begin_on(loan: Loan, run: Run, target: Target) -> Suite:
    """The same on what `make up` keeps; only a platform with a fault is warmed anew."""
    suite = Suite(run, target, loan=loan)
    run.rendezvous.write(**loan.facts)
    if target.fault is not None:
        _warm_up(suite)
    return suite


def _warm_up(suite: Suite) -> None:
    entry = suite.target.commands.warm
    if entry:
        suite.warm = Warm.start(entry, suite.run.folder, env=surroundings(), cwd=suite.target.workplace)
        suite.run.rendezvous.write(warm={"socket": str(suite.warm.path)})


def bring_faulty_warm(suite: Suite) -> None:
    """Warms a second process, from which the proofs fork platforms with a fault."""
    entry = suite.target.profile.faults.warm
    if entry:
        folder = suite.run.folder / "faulty"
        folder.mkdir()
        warm = Warm.start(entry, folder, env=surroundings(), cwd=suite.target.workplace)
        suite.run.rendezvous.write(**{"faulty warm": {"socket": str(warm.path)}})


def faulty_warm(suite: Suite) -> Warm | None:
    """The process that `bring_faulty_warm` warmed."""
    entry = suite.target.profile.faults.warm
    return Warm(Path(suite.run.rendezvous.read("faulty warm", WAIT)["socket"]), entry) if entry else None


def template_key(target: Target) -> str:
    """What decides the content of a fresh database, as one word: the profile's commands and sources, and today."""
    commands = target.profile.commands
    digest = hashlib.sha256(json.dumps([target.today, commands.migrate, commands.seed]).encode())
    for source in commands.sources:
        for file in files_of(target.workplace / source):
            digest.update(f"\0{os.path.relpath(file, target.workplace)}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def files_of(place: Path) -> list[Path]:
    """The file, or the files below a folder, in their order; compiled ones are not asked for."""
    found = sorted(place.rglob("*.*")) if place.is_dir() else [place]
    return [file for file in found if "__pycache__" not in file.parts and not file.is_dir()]


def fill(suite: Suite, url: str) -> None:
    """Fills the template by the platform's own commands, never with a fault."""
    commands, target = suite.target.profile.commands, suite.target
    ground = Ground(target, suite.run.folder, suite.run.rendezvous.read("secret", WAIT)["value"])
    # Without what is passed on from the environment: the template is kept for runs that were given something else.
    env = {**surroundings(), **ground.environment(1, url, "redis://127.0.0.1:1/0", caller={})}

    def run(name: str, command: tuple[str, ...]) -> None:
        words, log = target.filled_in(command), suite.run.folder / f"{name}.log"
        try:
            processes.finish(words, name=name, log=log, env=env, within=60, cwd=target.workplace)
        except processes.ProcessFailed as error:
            raise NotFilled(f"the platform's {error}") from None

    if commands.migrate:
        run("migrate", commands.migrate)
        seen_by_its_migration(url, target)
    elif commands.seed:
        seen_while_it_serves(Instance(ground, "before-seeding", url, "redis://127.0.0.1:1/0"), url, target)
    if commands.seed:
        run("seed", commands.seed)


def bring_platform(suite: Suite) -> None:
    """Has the shared platform started, or lent, and says at the rendezvous how that went."""
    try:
        if suite.loan is not None and suite.target.fault is None:
            suite.ground()  # from here on its secrets are known
            facts = suite.loan.platform()
        else:
            suite.shared, facts = started(suite, "platform", f"plumbline_{suite.run.short}_shared")
        suite.release = facts["release"]
    except Exception as error:
        if suite.ended:
            return  # the run was over before it: nobody waits, and its servers went away beneath it
        expected = isinstance(error, NotReached | OSError | processes.ProcessFailed)
        suite.run.rendezvous.fail(
            "platform",
            f"the platform was not started: {'' if expected else type(error).__name__ + ': '}{error}",
        )
        if expected:
            return
        raise
    if not suite.ended:
        suite.run.rendezvous.write(platform=facts)


def started(suite: Suite, name: str, database: str) -> tuple[Instance, dict[str, Any]]:
    """A platform of the target's, started on a database and a Redis space of its own, and all there is to say of it."""
    ground = suite.ground()
    database_url = redis_url = ""
    if ground.postgres and ground.redis:
        database_url = ground.postgres.url(ground.postgres.clone(database))
        redis_url = ground.redis.url(ground.redis.take_number())
    instance = Instance(ground, name, database_url, redis_url)
    start = instance.start()
    facts = {
        **asdict(start), "log": str(start.log.path), "url": instance.url, "database_url": database_url,
        "redis_url": redis_url, "release": _release(suite.target, instance) if start.answers else "",
    }  # fmt: skip
    return instance, facts


def shared_start(facts: dict[str, Any]) -> Start:
    """The start that the rendezvous tells of."""
    names = ("answers", "ended_with", "seconds", "settings", "environment", "trouble")
    return Start(log=Log(Path(facts["log"])), **{name: facts[name] for name in names})


def _release(target: Target, instance: Instance) -> str:
    """The release that the platform's health tells; empty where it tells none."""
    health = target.profile.health
    return str(instance.ask_json(target.profile.path(health.path), health.release) or "")
