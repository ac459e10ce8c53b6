"""Metrics in Prometheus' text format, from a registry of the platform's own."""

from typing import TYPE_CHECKING

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from starlette.requests import Request
from starlette.responses import Response

if TYPE_CHECKING:
    from reference.assembly import Platform

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the latency histogram."""


class Metrics:
    """Counts requests and shows gauges; routes are labelled by template, so that no id becomes a label."""

    def __init__(self, platform: "Platform") -> None:
        self._platform = platform
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "http_requests", "Requests answered.", ["method", "route", "status"], registry=self._registry
        )
        self._latency = Histogram(
            "http_request_duration_seconds",
            "Time from request to answer.",
            ["method", "route"],
            buckets=SECONDS,
            registry=self._registry,
        )
        self._up = Gauge("db_up", "Whether the database answers: 1 or 0.", registry=self._registry)
        self._in_use = Gauge("db_pool_in_use", "Connections lent out.", registry=self._registry)
        self._max = Gauge("db_pool_max", "Most connections the pool may hold.", registry=self._registry)

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        self._requests.labels(method, route, str(status)).inc()
        self._latency.labels(method, route).observe(seconds)

    async def shown(self, _request: Request) -> Response:
        """Answer all metrics; the gauges are read now."""
        self._in_use.set(self._platform.database.connections_in_use)
        self._max.set(self._platform.database.max_connections)
        self._up.set(1 if await self._platform.health.database_up() else 0)
        return Response(generate_latest(self._registry), media_type=CONTENT_TYPE_LATEST)
