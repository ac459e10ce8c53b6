"""An instance of a check's own: with its own settings, database and Redis space, ended with the check."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from plumbline.asking.client import Client
from plumbline.asking.exchange import OK
from plumbline.asking.names import DOMAIN
from plumbline.database import Database
from plumbline.judging.record import Blocked, NotPossibleHere, NotStarted
from plumbline.standing.fronts import Fronts, modes_of, placed
from plumbline.standing.instance import Ground, Instance
from plumbline.standing.links import Links
from plumbline.standing.mistakes import Wrong
from plumbline.standing.replicas import Replicas
from plumbline.standing.sessions import Sessions
from plumbline.standing.start import Log, Start
from plumbline.stores.postgres import ADMIN

if TYPE_CHECKING:
    from plumbline.asking.exchange import Exchange
    from plumbline.profile import Account, Profile
    from plumbline.standing.link import Link
    from plumbline.stores.redis import RedisServer

ZONES = Path("/usr/share/zoneinfo")
numbers = count(1)


class OwnPlatform:
    """What a disruptive check does to its own copy of the platform.

    `starts` first; settings are the platform's environment by keyword, `None` takes one out.
    """

    def __init__(self, ground: Ground, prefix: str, recorded: Callable[[Exchange], None]) -> None:
        self._ground = ground
        self._prefix = prefix
        self._recorded = recorded
        self._instance: Instance | None = None
        self._start: Start | None = None
        self.logged_in: list[tuple[Client, str]] = []
        """Who logged in here, and as which account."""
        self._opened: list[Client | Database] = []
        self._database = ""
        self._redis_number: int | None = None
        self._links = Links(ground)
        self._replicas: Replicas | None = None
        self.fronts: Fronts | None = None
        """What stands before it, where it was started with TLS."""

    def starts(
        self, *, database: str = "seeded", mode: str = "", tls: bool = False, linked: bool = False,
        late: int = 0, refused: float = 0, wrong: Wrong | None = None, replicas: int = 1, **settings: str | None,
    ) -> Start:  # fmt: skip
        """Starts the instance and gives the outcome as a value, also where it does not come up.

        `database`: seeded (like the target's), migrated (tables without records) or empty. `mode`: one of the
        profile's, such as production, or several, one after the other. `tls`: it stands behind a front to which all
        callers go, by https and a host name; its modes may tell it of that. `linked`: it reaches its services through
        links, `to_database` and `to_redis` (one that was asked for before is as it was left); `late`: so many waits
        its database turns it away first. `refused`: so many seconds nobody listens there. `wrong`: which part of the
        database's URL is wrong. `replicas`: so many instances behind a front that leads to each in turn.
        """
        assert self._instance is None, "one own_platform is one instance: restart() starts it again"
        self._require_zone(settings.get("TZ"))
        modes = modes_of(self._ground.target, mode)
        if tls:
            self.fronts = Fronts(self._ground.target)
        if linked or late or refused:
            _ = self.to_database, self.to_redis
        instance = self._instance = self._made(database)
        if wrong is not None:
            instance.mistake(wrong)
        self._configure(instance, modes, settings)
        if database == "migrated":
            self._command("migrate", self._ground.commands.migrate)
        self._links.keep_out(late, refused)
        self._start = instance.start()
        if replicas > 1 and self._start.answers:
            self._replicas = Replicas(
                self._ground, instance, replicas, lambda one: self._configure(one, modes, settings)
            )  # fmt: skip
        if self.fronts is not None:
            self.fronts.lead_to(self._replicas.url if self._replicas else instance.url)
        return self._start

    def _configure(self, one: Instance, modes: list[Mapping[str, str]], settings: Mapping[str, str | None]) -> None:
        place = placed(self.fronts, one.url)
        for mode in modes:
            one.environment.update({name: text.format_map(place) for name, text in mode.items()})
        _set(one, settings)

    def starts_in_production(self) -> Start:
        """Starts the instance in production mode; by https, where the profile says how it stands behind a proxy."""
        proxied = "behind_proxy" in self._ground.target.profile.modes
        return self.starts(mode="production behind_proxy" if proxied else "production", tls=proxied)

    def must_be_told(self, what: str, mode: str) -> None:
        """NotPossibleHere where that mode of the profile's has no setting that is told of `what`, such as proxy."""
        modes_of(self._ground.target, mode, what)

    def restart(self, **settings: str | None) -> Start:
        """Ends the instance in order and starts it again, as it was but for `settings`.

        AssertionError, with the end of its log, where it does not come up.
        """
        self._running.stop()
        return self._start_again(settings)

    def restart_after_crash(self) -> Start:
        """Ends the instance at once, as a crash would, and starts it again as it was; raises as `restart` does."""
        self._running.crash()
        return self._start_again({})

    def seed(self) -> None:
        """Runs the platform's own seed command; AssertionError with its log where it fails."""
        self._command("seed", self._ground.commands.seed)

    def visitor(self) -> Client:
        """A caller without a session."""
        return self._caller("visitor")

    def stranger(self, *, says_https: bool = True) -> Client:
        """A caller without a session who comes by TLS as well, but over a proxy that it was not told to trust."""
        assert self.fronts is not None, "starts(tls=True) comes first"
        return self._client(self.fronts.untrusted(says_https=says_https), "stranger")

    def visitors(self) -> list[Client]:
        """A caller without a session before each instance, past the front."""
        return [self._client(one.url, f"visitor of {one.name}") for one in self.instances]

    def login(self, name: str) -> Client:
        """A caller logged in by an account's name in the profile; Blocked by SES-1 where that does not work."""
        client = self._caller(name)
        answer = client.login(self.account(name))
        if answer.meaning != OK:
            raise Blocked("SES-1", f"{answer!r}")
        self.logged_in.append((client, name))
        return client

    def account(self, name: str) -> Account:
        """The profile's account of this name."""
        return self._ground.target.account(name)

    @cached_property
    def database(self) -> Database:
        """Its database, open for everything: it is this check's alone."""
        if self._ground.postgres is None:
            raise NotPossibleHere("needs database, which the target does not offer")
        opened = Database(self._ground.postgres.url(self._database, ADMIN), self._ground.target.permission.level)
        self._opened.append(opened)
        return opened

    @property
    def sessions(self) -> Sessions:
        """Its sessions, in every store that holds them."""
        return Sessions(self)

    @property
    def domain(self) -> str:
        """The Domain that it is told to give the session cookie, where a mode has `{domain}`."""
        return DOMAIN

    @property
    def url(self) -> str:
        """Where it listens; of several, their front; with TLS, the page's origin there."""
        if self.fronts is not None:
            return self.fronts.origin()
        return self._replicas.url if self._replicas else self._running.url

    @property
    def death(self) -> str:
        """What of it has ended though nobody asked it to, with the end of its log; empty while everything lives."""
        return "\n".join(filter(None, (one.death for one in self.instances)))

    @property
    def instances(self) -> list[Instance]:
        """All of them; one, unless replicas were asked for."""
        return self._replicas.instances if self._replicas else [self._running]

    @property
    def instance(self) -> Instance | None:
        """The instance itself, None before `starts`."""
        return self._instance

    @property
    def log(self) -> Log:
        """What it has written."""
        return self._running.log

    @property
    def redis(self) -> tuple[RedisServer, int]:
        """The server and the number of its own Redis database."""
        if self._ground.redis is None or self._redis_number is None:
            raise NotPossibleHere("needs redis, which the target does not offer")
        return self._ground.redis, self._redis_number

    @property
    def redis_url(self) -> str:
        """The same as a URL; empty where the target has none."""
        if self._ground.redis is None or self._redis_number is None:
            return ""
        return self._ground.redis.url(self._redis_number)

    @property
    def profile(self) -> Profile:
        """The target's profile."""
        return self._ground.target.profile

    def end(self) -> None:
        """Ends the instance and removes what it stood on, whatever goes wrong with one of them."""
        with ExitStack() as ending:
            ending.callback(self._ground.remove, self._database, self._redis_number)
            if self._instance is not None:
                ending.callback(self._instance.kill)
            for opened in self._opened:
                ending.callback(opened.close)
            ending.callback(self._links.close)
            if self._replicas is not None:
                ending.callback(self._replicas.end)
            if self.fronts is not None:
                ending.callback(self.fronts.close)

    @property
    def _running(self) -> Instance:
        assert self._instance is not None, "own_platform.starts() comes first"
        return self._instance

    @property
    def to_database(self) -> Link:
        """What lies between the instance and its database: `own_platform.to_database.cut()`."""
        return self._links.to("database", may_make=self._instance is None)

    @property
    def to_redis(self) -> Link:
        """What lies between the instance and Redis."""
        return self._links.to("redis", may_make=self._instance is None)

    def _made(self, kind: str) -> Instance:
        number = next(numbers)
        postgres, redis = self._ground.postgres, self._ground.redis
        database_url = redis_url = ""
        if postgres is not None and redis is not None:
            self._database = self._ground.database(kind, f"{self._prefix}_{number}")
            database_url = postgres.url(self._database)
            self._redis_number = redis.take_number()
            redis_url = redis.url(self._redis_number)
        database_url = self._links.through("database", database_url)
        redis_url = self._links.through("redis", redis_url)
        return Instance(self._ground, f"own-{self._prefix.rpartition('_')[2]}-{number}", database_url, redis_url)

    def _start_again(self, settings: Mapping[str, str | None]) -> Start:
        _set(self._running, settings)
        self._start = self._running.start()
        assert self._start.answers, self._start.told
        for client in self._opened:
            if isinstance(client, Client):
                client.reconnect()
        return self._start

    def _caller(self, who: str) -> Client:
        assert self._start is not None, "own_platform.starts() comes first"
        if not self._start.answers:
            raise NotStarted(self._start.told)
        return self._client(self.url, who)

    def _client(self, url: str, who: str) -> Client:
        client = Client(self._ground.target, url, who, self._recorded)
        if self._replicas is not None:
            client.http.headers["Connection"] = "close"  # a front leads who comes, not what is asked
        self._opened.append(client)
        return client

    def _command(self, name: str, command: tuple[str, ...]) -> None:
        if not command:
            raise NotPossibleHere(f"needs commands.{name} in {self._ground.target.path}")
        log = Log(self._ground.folder / f"{self._running.name}-{name}.log")
        code = self._ground.finish(command, f"{self._running.name}-{name}", log.path, self._running.environment)
        assert code == 0, f"the platform's {name} command ended with {code}; its log ends:\n{log.last()}"

    def _require_zone(self, zone: str | None) -> None:
        if zone and zone != "UTC" and not (ZONES / zone).exists():
            raise NotPossibleHere(f"this machine does not know the time zone {zone}: install tzdata")


def _set(instance: Instance, settings: Mapping[str, str | None]) -> None:
    for name, value in settings.items():
        if value is None:
            instance.environment.pop(name, None)
        else:
            instance.environment[name] = value
