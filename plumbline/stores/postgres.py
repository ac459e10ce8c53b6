"""The run's Postgres: a database for each instance in milliseconds, and connections that cannot hang."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from psycopg import Connection

ADMIN = "plumbline"
PLATFORM = "platform"
READER = "plumbline_reader"
ROLES = (ADMIN, PLATFORM, READER)
_OURS = re.compile(r"plumbline_[a-z0-9_]{1,50}|template_[0-9a-f]+")


@dataclass(frozen=True)
class Server:
    """The run's Postgres: where it is, the passwords of its roles, the template of its databases, its log.

    On a server of others (`plumbline.services.external`) one user of theirs plays all three roles.
    """

    host: str
    port: int
    passwords: dict[str, str] = field(repr=False)
    template: str
    log: str
    version: str
    user: str = ""
    """Who logs in for each role; empty where the roles have users of their names."""
    entry: str = "postgres"
    """The database to administer from."""
    options: str = ""
    """What follows the name of a database in its URL: `?sslmode=require`."""
    strategy: str = "FILE_COPY"
    """How a database is cloned: copying files beats the write-ahead log by far where nothing is flushed to a disk."""

    @property
    def owner(self) -> str:
        """Whose the databases are, as a quoted name."""
        return '"' + (self.user or PLATFORM).replace('"', '""') + '"'

    def url(self, name: str, user: str = PLATFORM) -> str:
        """The URL of a database as one of `ROLES`, password included."""
        return self._url(name, user, quote(self.passwords[user], safe=""))

    def address(self, name: str, user: str = PLATFORM) -> str:
        """The same without the password, for a command line: that can be read by everybody on the machine."""
        return self._url(name, user, "")

    def _url(self, name: str, user: str, password: str) -> str:
        login = quote(self.user or user, safe="")
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"postgresql://{login}{':' + password if password else ''}@{host}:{self.port}/{name}{self.options}"

    def clone(self, name: str) -> str:
        """A database like the template, owned by the platform's role; its name."""
        self._administer(self.cloning(name))
        return name

    def cloning(self, name: str) -> str:
        """The statement that clones the template."""
        return f"CREATE DATABASE {_ours(name)} TEMPLATE {self.template} STRATEGY {self.strategy} OWNER {self.owner}"

    def create_empty(self, name: str) -> str:
        """A database with nothing in it, owned by the platform's role; its name."""
        self._administer(
            f"CREATE DATABASE {_ours(name)} TEMPLATE template0 STRATEGY {self.strategy} OWNER {self.owner}"
        )
        return name

    def drop(self, name: str) -> None:
        """Remove a database, ending its connections and no others; nothing happens when it is not there."""
        self._administer(f"DROP DATABASE IF EXISTS {_ours(name)} WITH (FORCE)")

    def drop_all(self, prefix: str) -> None:
        """Remove every database whose name begins so."""
        with self.administer() as connection:
            found = connection.execute(
                "SELECT datname, datistemplate FROM pg_database WHERE starts_with(datname, %s)", [prefix]
            )
            for name, is_template in found.fetchall():
                if is_template:
                    connection.execute(f"ALTER DATABASE {_ours(name)} IS_TEMPLATE false".encode())
                connection.execute(f"DROP DATABASE IF EXISTS {_ours(name)} WITH (FORCE)".encode())

    @contextmanager
    def administer(self, name: str = "") -> Iterator[Connection]:
        """A connection as the server's administrator, each statement its own transaction."""
        with connect(self.url(name or self.entry, ADMIN)) as connection:
            yield connection

    def _administer(self, statement: str) -> None:
        with self.administer() as connection:
            connection.execute(statement.encode())


class Clones:
    """Databases cloned in advance by a thread, so that asking for one takes no time."""

    def __init__(self, server: Server, prefix: str, ahead: int = 2) -> None:
        """``prefix`` begins each name and must belong to this worker alone; ``ahead`` are kept in stock."""
        self._server, self._prefix, self._ahead = server, prefix, ahead
        self._changed = threading.Condition()
        self._stock: list[str] = []
        self._made = 0
        self._error: Exception | None = None
        self._closed = False
        threading.Thread(target=self._work, name="plumbline-clones", daemon=True).start()

    def take(self, within: float = 10.0) -> str:
        """The name of a fresh clone, which is the caller's from now on. Raises what cloning raised."""
        with self._changed:
            self._changed.wait_for(lambda: self._stock or self._error, timeout=within)
            if self._error is not None:
                raise self._error
            if not self._stock:
                raise TimeoutError(f"no clone of {self._server.template} within {within:g} s")
            name = self._stock.pop(0)
            self._changed.notify_all()
            return name

    def close(self) -> None:
        """Make no more; the ones in stock go with the server."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _work(self) -> None:
        """Over one connection: connecting each time would take as long as a third of a clone."""
        try:
            with self._server.administer() as connection:
                while (name := self._wanted()) is not None:
                    connection.execute(self._server.cloning(name).encode())
                    with self._changed:
                        self._stock.append(name)
                        self._changed.notify_all()
        except Exception as error:  # noqa: BLE001 - whoever takes one gets it
            with self._changed:
                self._error, self._closed = error, True
                self._changed.notify_all()

    def _wanted(self) -> str | None:
        """The name of the next one, once the stock lacks one; None when no more are wanted."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or len(self._stock) < self._ahead)
            if self._closed:
                return None
            self._made += 1
            return f"{self._prefix}_{self._made}"


def connect(url: str, *, readonly: bool = False) -> Connection:
    """A connection of the suite's own, autocommit; nothing on it hangs longer than a few seconds.

    ``readonly`` makes every transaction one that cannot write, besides what its role may do. Raises
    psycopg's `OperationalError`; `plumbline.stores.trouble.explain` says what is wrong.
    """
    import psycopg

    connection = psycopg.connect(
        url,
        autocommit=True,
        prepare_threshold=None,  # a migration breaks prepared statements: "cached plan must not change …"
        connect_timeout=2,
        tcp_user_timeout=3000,
        keepalives_idle=2,
        keepalives_interval=1,
        keepalives_count=2,
        options="-c statement_timeout=10s -c lock_timeout=5s",
        application_name="plumbline",
    )
    connection.read_only = readonly
    if readonly:
        connection.execute("SET default_transaction_read_only = on")
    return connection


def _ours(name: str) -> str:
    if not _OURS.fullmatch(name):
        raise ValueError(f"not a database of the suite: {name!r} (they begin with plumbline_)")
    return name
