"""What is wrong with a connection to Postgres, from an error or a log, in one line to act on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["login", "database", "refused", "host", "timeout", "starting", "full", "unknown"]

# The words of the server (English by lc_messages), of libpq, of the usual drivers and of platforms' own logs.
_WORDS: tuple[tuple[Kind, str], ...] = (
    (
        "login",
        (
            r"(password )?authentication failed|(there is )?no role |role \"[^\"]*\" does not exist|wrong password"
            r"|password .{0,40}(wrong|rejected|refused)|no password supplied|\b(28P01|28000|P1000)\b"
            r"|issue connecting to your database with your username"
        ),
    ),
    ("database", r"database \S+ does not exist|no such database\b|\b(3D000|P1003)\b|could not find your database"),
    ("full", r"too many (clients|connections)|remaining connection slots|\b53300\b"),
    ("starting", r"the database system is (starting up|shutting down|in recovery)|\b57P03\b"),
    (
        "host",
        (
            r"could not translate host name|failed to resolve host|service not known|getaddrinfo|\bENOTFOUND|EAI_AGAIN"
            r"|host( name)? .{0,80}not found|(unknown|no such) ?host|nxdomain|hostname resolving error|gaierror"
            r"|failure in name resolution|lookup address information|issue connecting with your hostname"
        ),
    ),
    ("refused", r"connection ?refused|ECONNREFUSED|\bP1001\b|connect call failed|connection to \S+ refused"),
    ("timeout", r"time(d )?[- ]?out|ETIMEDOUT|EHOSTUNREACH|no route to host|\bP1002\b"),
    ("database", r"(there is )?no database\b"),  # last: a log may call it that whatever is wrong
)


@dataclass(frozen=True)
class Trouble:
    """What is wrong, in which words, and the first thing to do. Neither text has the password."""

    kind: Kind
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.message}: {self.remedy}"


def explain(seen: BaseException | str, url: str) -> Trouble:
    """Tell from an error of the driver, or from a platform's log, why ``url`` could not be reached."""
    from urllib.parse import unquote, urlsplit

    parts = urlsplit(url)
    host, port = parts.hostname or "localhost", _port(url)
    user, name = unquote(parts.username or ""), unquote(parts.path.lstrip("/"))
    kind = _kind(str(seen))
    message, remedy = _texts(kind, f"{host}:{port}", user, name)
    secret = unquote(parts.password or "")
    if kind == "unknown":
        first = str(seen).strip().splitlines()[-1:] or ["no message"]
        message = f"{message}: {first[0].replace(secret, '«password»') if secret else first[0]}"
    return Trouble(kind, message, remedy)


def _kind(text: str) -> Kind:
    return next((kind for kind, words in _WORDS if re.search(words, text, re.IGNORECASE)), "unknown")


def _port(url: str) -> str:
    from urllib.parse import urlsplit

    try:
        return str(urlsplit(url).port or 5432)
    except ValueError:
        return "«not a number»"


def _texts(kind: Kind, where: str, user: str, name: str) -> tuple[str, str]:
    host = where.rpartition(":")[0]
    texts: dict[Kind, tuple[str, str]] = {
        "login": (
            f"Postgres at {where} does not let the user {user!r} in (database {name!r})",
            "check user and password; a role that does not exist gets the same answer as a wrong password",
        ),
        "database": (
            f"Postgres at {where} has no database {name!r} (user {user!r})",
            "check the database's name, or create it",
        ),
        "full": (
            f"Postgres at {where} has no connection left (user {user!r}, database {name!r})",
            "find who holds them in pg_stat_activity",
        ),
        "starting": (
            f"Postgres at {where} is starting or stopping (user {user!r}, database {name!r})",
            "wait until it answers, or look into its log",
        ),
        "host": (
            f"the host name {host!r} of Postgres is not found (user {user!r}, database {name!r})",
            "check the host in the connection URL, and this machine's DNS",
        ),
        "refused": (
            f"nothing listens at {where}, where Postgres should be (user {user!r}, database {name!r})",
            "start the server, or check host and port in the connection URL",
        ),
        "timeout": (
            f"Postgres at {where} did not answer in time (user {user!r}, database {name!r})",
            "check that the host is up and that no firewall drops the connection",
        ),
        "unknown": (
            f"Postgres at {where} cannot be used (user {user!r}, database {name!r})",
            "look into the server's log",
        ),
    }
    return texts[kind]
