"""Mistakes in the URL of a database, as they are made in a configuration."""

from __future__ import annotations

from contextlib import closing
from typing import Literal
from urllib.parse import quote, unquote, urlsplit

from plumbline.standing.ports import reserve_port

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
        password = password[::-1] or "wrong"
    return place._replace(netloc=f"{user}:{quote(password, safe='')}@{host}:{port}", path=path).geturl()
