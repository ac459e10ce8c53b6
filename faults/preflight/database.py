"""The platform asks another database than it should."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from faults import fault
from faults.probes import start

if TYPE_CHECKING:
    from faults import Served


@fault("wrong-database-host", brings_back=["PRE-2"])
def wrong_database_host(environment: dict[str, str]) -> None:
    """Looks for the database on a host that nobody has."""
    url = urlsplit(environment["DATABASE_URL"])
    environment["DATABASE_URL"] = url._replace(
        netloc=f"{url.username}:{url.password}@database.invalid:{url.port or 5432}"
    ).geturl()


wrong_database_host.probe = start


@fault("another-database-on-the-server", brings_back=["PRE-2 same"])
def another_database_on_the_server(environment: dict[str, str]) -> None:
    """Connects to the server's own database, whatever database it was given."""
    environment["DATABASE_URL"] = urlsplit(environment["DATABASE_URL"])._replace(path="/postgres").geturl()


def _connected_to_its_database(served: Served) -> bool:
    served.get("/api/health/db")
    own = "application_name = 'platform' and datname = current_database()"
    return bool(served.sql(f"select count(*) from pg_stat_activity where {own}")[0][0])


another_database_on_the_server.probe = _connected_to_its_database
