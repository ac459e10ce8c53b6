"""What httpx sends through: one deadline for the whole of an answer; httpx's own begins anew with each part of it.

Imported late: it takes in httpx.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx

from plumbline.asking.names import address_of


class _Until(threading.local):
    """When the answer that this thread reads has to be whole (monotonic); whoever else reads takes his time."""

    moment = float("inf")


class Transport(httpx.HTTPTransport):
    """Answers that come in drops do not pass a request's time-out either."""

    def __init__(self, verify: ssl.SSLContext, retries: int) -> None:
        super().__init__(verify=verify, trust_env=False, retries=retries)
        self._until = _Until()
        self._pool = httpcore.ConnectionPool(  # as httpx makes it, but for the backend
            ssl_context=verify, max_connections=100, max_keepalive_connections=20, keepalive_expiry=5.0,
            retries=retries, network_backend=_Backend(self._until),
        )  # fmt: skip

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """As httpx does; a request that is sent again has what was left of its time."""
        within = request.extensions.get("timeout", {}).get("read")
        ends = float("inf") if within is None else time.monotonic() + within
        self._until.moment = request.extensions.setdefault("until", ends)
        return super().handle_request(request)


class _Backend(httpcore.NetworkBackend):
    def __init__(self, until: _Until) -> None:
        self._until, self._under = until, httpcore.SyncBackend()

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:  # fmt: skip
        left = _left(self._until, timeout, httpcore.ConnectTimeout)
        stream = self._under.connect_tcp(address_of(host), port, left, local_address, socket_options)
        return _Stream(self._until, stream)

    def sleep(self, seconds: float) -> None:
        self._under.sleep(seconds)


class _Stream(httpcore.NetworkStream):
    def __init__(self, until: _Until, under: httpcore.NetworkStream) -> None:
        self._until, self._under = until, under

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._under.read(max_bytes, _left(self._until, timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._under.write(buffer, _left(self._until, timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._under.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = _left(self._until, timeout, httpcore.ConnectTimeout)
        return _Stream(self._until, self._under.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore's own
        return self._under.get_extra_info(info)


def _left(until: _Until, timeout: float | None, late: type[httpcore.TimeoutException]) -> float | None:
    """What a step may take: its own time-out, but no more than is left of the whole."""
    left = until.moment - time.monotonic()
    if left <= 0:
        raise late
    return timeout if left == float("inf") else min(left, left if timeout is None else timeout)
