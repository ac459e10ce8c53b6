"""Host names of this run's own, which lead to this machine without asking anybody: no resolver knows them."""

from urllib.parse import urlsplit

DOMAIN = "plumbline.test"
"""A site of its own, under a name that is kept for tests (RFC 6761): no server of the world has it."""

LOOPBACK = "127.0.0.1"


def is_of_this_run(url: str) -> bool:
    """Whether a URL names a host of `DOMAIN`."""
    return f".{urlsplit(url).hostname or ''}".endswith(f".{DOMAIN}")


def address_of(host: str) -> str:
    """Where to connect for a host: one of `DOMAIN` is here, of any other the resolver knows."""
    return LOOPBACK if host == DOMAIN or host.endswith(f".{DOMAIN}") else host
