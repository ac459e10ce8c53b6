"""Mistakes in the URL of a database, as they are made in a configuration."""

from __future__ import annotations

from contextlib import closing, suppress
from typing import Literal
from urllib.parse import quote, unquote, urlsplit

from plumbline.judging.record import NotPossibleHere
from plumbline.standing.ports import reserve_port
from plumbline.stores.postgres import connect

Wrong = Literal["password", "role", "database", "host", "port"]
"""Which part of a database's URL is wrong."""


def mistaken(url: str, part: Wrong) -> str:
    """The same URL with a mistake in one part of it; at a wrong port nobody listens."""
    place = urlsplit(url)
    user, password = place.username or "", unquote(place.password or "")
    host, port, path = place.hostname or "", place.port or 5432, place.path
    if part == "host":
        host = "no-such-host.invalid"
    elif part == "port":
        with closing(reserve_port()) as nobody:
            port = nobody.port
    elif part == "database":
        path = f"{path}_nowhere"
    elif part == "role":
        user = f"{user}_nobody"
    else:
        password = password[::-1] if password != password[::-1] else f"{password}-wrong"
    return place._replace(netloc=f"{user}:{quote(password, safe='')}@{host}:{port}", path=path).geturl()


def must_be_refused(url: str) -> None:
    """NotPossibleHere where the server lets in whoever comes with a wrong password."""
    import psycopg

    place = urlsplit(url)
    with suppress(psycopg.OperationalError), connect(url):
        raise NotPossibleHere(
            f"needs a server that asks for passwords: Postgres at {place.hostname}:{place.port} lets {place.username} "
            "in with a wrong one, as `trust` in its pg_hba.conf does; write scram-sha-256 there"
        )
