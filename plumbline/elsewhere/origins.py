"""Which origin a run goes to: `--base-url` alone, or one of a profile's. Nobody else's word can lead it elsewhere."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from plumbline.elsewhere.permission import PORTS
from plumbline.harmless import harmless
from plumbline.profile import Profile, Remote

ORIGIN = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::(?P<port>[0-9]{1,5}))?/?"
)
HERE = {"127.0.0.1", "localhost", "[::1]"}
"""This machine: the only one that is spoken to without TLS."""

NO_PROFILE = Path("a profile")
"""In place of the profile's path where there is none: "add [accounts.admin] to a profile"."""


class WrongOrigin(Exception):
    """A URL to which the run will not go; the message says why, and the remedy."""


def origin_of(url: str) -> str:
    """The origin that a URL is, written the one way; WrongOrigin where it is more or less than one."""
    found = ORIGIN.fullmatch(url.lower())
    if found is None:
        raise WrongOrigin("give an origin alone, such as https://staging.example.org")
    scheme, host, port = found["scheme"], found["host"], found["port"]
    if scheme == "http" and host not in HERE:
        raise WrongOrigin(f"{host} is not this machine: give https://{host}")
    return f"{scheme}://{host}" + (f":{port}" if port and port != str(PORTS[scheme]) else "")


def without_profile(origin: str) -> Profile:
    """What is asked of a platform of which nothing but its origin is known: what anybody may."""
    return Profile(name=origin.partition("://")[2], remote=Remote(origins=(origin,), allow="anonymous"))


def at(profile: Profile, path: Path, origin: str) -> Profile:
    """The profile, asked at this one of its origins first; WrongOrigin where it is none of them."""
    if profile.managed:
        raise WrongOrigin(f"the run starts target {profile.name} itself; leave one of the two out")
    known = {origin_of(each): each for each in profile.remote.origins}
    if origin not in known:
        raise WrongOrigin(f"not an origin of {path} ({', '.join(known)}); add it to [remote] origins if it is yours")
    first = known.pop(origin)
    return replace(profile, remote=replace(profile.remote, origins=(first, *known.values())))


def shown(url: str) -> str:
    """A URL that somebody else may have chosen, for a message: one line, nothing in it acts."""
    return harmless(url).replace("\n", "\\n")[:200]
