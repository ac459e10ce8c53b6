"""The way to a platform that is not on this machine: what is in it is told apart from what the platform does.

Connecting is tried again for a moment, as networks want it; an answer is asked for once.
"""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from plumbline.asking.client import DEADLINE, NoAnswer
from plumbline.deadlines import DeadlineMissed, wait_until
from plumbline.elsewhere.permission import PORTS
from plumbline.judging.record import Blocked, NotPossibleHere

if TYPE_CHECKING:
    from plumbline.asking.client import Client

WITHIN = 3.0
"""Seconds during which connecting is tried again."""

EACH = 5.0
"""Seconds that one connection, its TLS included, may take."""

PROXIES = ("https_proxy", "http_proxy", "all_proxy")

GATEWAYS = {
    407: "a proxy on the way asks for a login of its own",
    502: "what stands before the platform is reached, the platform behind it is not",
    504: "what stands before the platform is reached, and waited in vain for the platform behind it",
}
"""Statuses that somebody on the way has answered, not the platform."""

CERTIFICATES: Mapping[int, str] = {
    9: "is not valid yet: compare its dates with this machine's clock",
    10: "has expired: renew it",
    18: "is its own authority: name its file as `ca_file` in [remote]",
    19: "comes from an authority that this machine does not know: name its file as `ca_file` in [remote]",
    20: "comes from an authority that this machine does not know: name its file as `ca_file` in [remote],"
    " or have the server send its intermediate certificates",
    21: "cannot be followed to its authority: have the server send its intermediate certificates",
    62: "is for another name: correct the origin, or the certificate's names",
    64: "is for another address: correct the origin, or the certificate's names",
}
"""OpenSSL's X509_V_ERR_… → what is wrong with a certificate, and the remedy; none of them is to look away."""


class Unreachable(Exception):
    """The platform was not reached; the message says what is in the way, and the remedy."""


def connect(origin: str, trusted: ssl.SSLContext | None, within: float = WITHIN) -> None:
    """Opens a connection to an origin, and closes it. Unreachable where that fails, and fails again."""
    place, failed = urlsplit(origin), [OSError()]

    def settled() -> bool:
        """Whether it is certain how this ends: it is open, or its certificate will be no better in a second."""
        failed.clear()
        try:
            _opened(place, trusted)
        except OSError as error:  # ssl.SSLError is one
            failed.append(error)
        return not failed or isinstance(failed[0], ssl.SSLError)

    wait_until(settled, within=within, every=0.25)
    if failed:
        raise Unreachable(f"{origin}: {in_the_way(place, failed[0])}") from failed[0]


def _opened(place: SplitResult, trusted: ssl.SSLContext | None) -> None:
    address = place.hostname or "", place.port or PORTS[place.scheme]
    with socket.create_connection(address, timeout=EACH) as line:
        if trusted is None:
            return
        try:
            trusted.wrap_socket(line, server_hostname=place.hostname).close()
        except (TimeoutError, ConnectionError) as error:
            raise NoHandshake(str(error)) from error


class NoHandshake(OSError):
    """The connection was made, and ended or stood still before TLS had begun."""


def in_the_way(place: SplitResult, error: OSError) -> str:
    """Why no connection was made, and the remedy."""
    if isinstance(error, ssl.SSLError | NoHandshake):
        return f"TLS: {_of_tls(error)}"
    if isinstance(error, socket.gaierror):
        host = place.hostname
        said = f"DNS: nobody knows {host} here: correct the origin, or mend this machine's resolver or VPN"
    elif isinstance(error, ConnectionRefusedError):
        port = place.port or PORTS[place.scheme]
        said = f"nothing listens on port {port}: start the platform, or correct the port"
    elif isinstance(error, TimeoutError):
        said = f"no connection within {EACH:g} s: a firewall swallows it, or a VPN is off"
    else:
        said = f"no connection: {error.strerror or error}: look at this machine's network"
    return said + proxied()


def _of_tls(error: OSError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate {CERTIFICATES.get(error.verify_code, f'is refused: {error.verify_message}')}"
    if isinstance(error, ssl.SSLError):
        reason = (error.reason or str(error)).replace("_", " ").lower()
        return f"{reason}: is this an https port, and does it offer TLS 1.2 or newer?"
    return "the connection is closed or silent before it has begun: look at the load balancer before it"


def proxied() -> str:
    """What to know where this machine sends others through a proxy; its address may hold a password."""
    named = [name.upper() for name in PROXIES if os.environ.get(name) or os.environ.get(name.upper())]
    return f"; {named[0]} is set, and the suite uses no proxy: it needs a way of its own" if named else ""


def first_answer(client: Client, path: str, within: float = DEADLINE) -> None:
    """Asks once; Unreachable where there is no answer, or where it is plain that not the platform gave it."""
    try:
        answer = client.get(path, within=within)
    except DeadlineMissed as error:
        raise Unreachable(
            f"{client.url}: connected, but {error}: the platform hangs, or what stands before it"
        ) from None
    except NoAnswer as error:
        raise Unreachable(f"{client.url}: connected, but {error}: look at the platform's log") from None
    except (Blocked, NotPossibleHere) as error:
        raise Unreachable(f"{client.url}: {error}") from None
    if answer.status in GATEWAYS:
        raise Unreachable(f"{client.url}: GET {path} answers {answer.status}: {GATEWAYS[answer.status]}")
