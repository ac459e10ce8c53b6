"""Redis as the suite needs it: a server of its own, a database number an instance, a client of forty lines.

The client speaks RESP2 over a plain socket: importing redis-py costs a quarter of a second of every run.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import quote

Reply = str | int | None | list["Reply"]
_NUMBERS = "plumbline:last-number"
_FREE = "plumbline:free-numbers"
_TAKEN = "plumbline:taken-numbers"
_CLAIM = "plumbline_taken:"


class RedisError(RuntimeError):
    """Redis answered with an error, or not at all."""


class Connection:
    """One connection to one database; not for several threads at once."""

    def __init__(
        self, host: str, port: int, password: str, number: int = 0, *, user: str = "", timeout: float = 2.0
    ) -> None:
        try:
            self._socket = socket.create_connection((host, port), timeout=timeout)
        except OSError as error:
            raise RedisError(f"no connection to Redis at {host}:{port}: {error}") from error
        self._file = self._socket.makefile("rb")
        try:
            if password:
                self.command("AUTH", *([user] if user else []), password)
            if number:
                self.command("SELECT", number)
        except RedisError:
            self.close()
            raise

    def command(self, *words: str | int | bytes) -> Reply:
        """Send one command and return its answer; texts are UTF-8. Raises `RedisError`."""
        parts = [word if isinstance(word, bytes) else str(word).encode() for word in words]
        lines = [b"*%d\r\n" % len(parts), *(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)]
        try:
            self._socket.sendall(b"".join(lines))
            return self._reply()
        except OSError as error:
            raise RedisError(f"Redis did not answer {words[0]!s}: {error}") from error

    def close(self) -> None:
        """Hang up."""
        self._file.close()
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _reply(self) -> Reply:
        line = self._file.readline()
        if not line.endswith(b"\r\n"):
            raise RedisError("Redis closed the connection")
        kind, rest = line[:1], line[1:-2]
        if kind == b"-":
            raise RedisError(rest.decode("utf-8", "replace"))
        if kind == b":":
            return int(rest)
        if kind == b"$":
            return None if rest == b"-1" else self._file.read(int(rest) + 2)[:-2].decode("utf-8", "replace")
        if kind == b"*":
            return None if rest == b"-1" else [self._reply() for _ in range(int(rest))]
        return rest.decode("utf-8", "replace")


@dataclass(frozen=True)
class RedisServer:
    """The run's Redis: where it is, its password, how many databases it has, its log."""

    host: str
    port: int
    password: str = field(repr=False)
    databases: int
    log: str
    version: str
    owner: str = ""
    """The run that takes its numbers, where several runs share the server."""
    user: str = ""
    """Who logs in; empty for Redis' default user."""
    lent: bool = False
    """Whether it is a server of others (`plumbline.services.external`): only numbers that are empty are taken."""

    def connect(self, number: int = 0) -> Connection:
        """A connection to one of its databases. Raises `RedisError`."""
        return Connection(self.host, self.port, self.password, number, user=self.user)

    def url(self, number: int) -> str:
        """The URL of one of its databases, password included."""
        login = f"{quote(self.user, safe='')}:{quote(self.password, safe='')}@" if self.password else ""
        return f"redis://{login}{self.host}:{self.port}/{number}"

    def take_number(self) -> int:
        """An empty database that no other instance of the run has, whichever worker asks; never 0."""
        if self.lent:
            return self._claim()
        with self.connect() as redis:
            free = redis.command("SPOP", _FREE)
            number = int(free) if isinstance(free, str) else redis.command("INCR", _NUMBERS)
            if not isinstance(number, int) or number >= self.databases:
                raise RedisError(f"all {self.databases - 1} databases of the run's Redis are taken; give some back")
            redis.command("HSET", _TAKEN, number, self.owner)
        return number

    def give_back(self, number: int) -> None:
        """Empty a database that `take_number` gave and let the next instance have it."""
        with self.connect() as redis:
            if self.lent and redis.command("GET", f"{_CLAIM}{number}") != self.owner:
                return  # no longer ours: not ours to empty
            redis.command("SELECT", number)
            redis.command("FLUSHDB")
            redis.command("SELECT", 0)
            if self.lent:
                redis.command("DEL", f"{_CLAIM}{number}")
            elif redis.command("HDEL", _TAKEN, number):  # given back twice it would be two instances' own
                redis.command("SADD", _FREE, number)

    def give_back_all(self, owner: str) -> None:
        """Give back every number that a run has taken and kept."""
        if self.lent:
            numbers = range(1, self.databases)
            with self.connect() as redis:
                takers = redis.command("MGET", *(f"{_CLAIM}{number}" for number in numbers))
            for number, taker in zip(numbers, takers if isinstance(takers, list) else (), strict=False):
                if taker == owner:
                    self.give_back(number)
            return
        with self.connect() as redis:
            listed = redis.command("HGETALL", _TAKEN)
        taken = listed if isinstance(listed, list) else []
        for name, taker in zip(taken[::2], taken[1::2], strict=True):
            if taker == owner:
                self.give_back(int(str(name)))

    def _claim(self) -> int:
        """A number whose database holds nothing, claimed in database 0 against every other run there."""
        with self.connect() as redis:
            for number in range(1, self.databases):
                claim = f"{_CLAIM}{number}"
                if redis.command("SET", claim, self.owner, "NX") != "OK":
                    continue
                redis.command("SELECT", number)
                keys = redis.command("DBSIZE")
                redis.command("SELECT", 0)
                if keys == 0:
                    return number
                redis.command("DEL", claim)
        raise RedisError(
            f"none of the {self.databases - 1} databases of Redis at {self.host}:{self.port} is empty and free: "
            "empty one, end another run, or give its setting `databases` more"
        )
