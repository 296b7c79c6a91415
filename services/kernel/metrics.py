"""What a service tells Prometheus: requests by route and status, their time, and its release.

Each application has its own registry, in `app.state.metrics.registry`, where a service adds its
series. Labels are route templates, never addresses with ids in them, so that their number stays
small.
"""

from __future__ import annotations

from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import Response

BUCKETS_S = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "WEBSOCKET"})


class Metrics:
    """The registry of one service and the series that all services have."""

    def __init__(self, service: str, release: str) -> None:
        self.registry = CollectorRegistry()
        requests = Counter(
            "pingvas_http_requests_total",
            "Requests answered.",
            ("service", "method", "route", "status"),
            registry=self.registry,
        )
        seconds = Histogram(
            "pingvas_http_request_seconds",
            "Time from a request's first byte to its answer's last; streams are left out.",
            ("service", "method", "route"),
            buckets=BUCKETS_S,
            registry=self.registry,
        )
        # Looking a series up by its labels costs more than counting.
        self._requests = cache(lambda *labels: requests.labels(service, *labels))
        self._seconds = cache(lambda *labels: seconds.labels(service, *labels))
        Gauge(
            "pingvas_release_info", "Always 1.", ("service", "release"), registry=self.registry
        ).labels(service, release).set(1)

    def observe(self, method: str, route: str, status: int, elapsed_s: float | None) -> None:
        """Count one answered request; the time of a stream is None."""
        known = method if method in METHODS else "OTHER"
        self._requests(known, route, str(status)).inc()
        if elapsed_s is not None:
            self._seconds(known, route).observe(elapsed_s)

    async def show(self, _request: Request) -> Response:
        """GET /metrics in Prometheus' text format."""
        return Response(generate_latest(self.registry), media_type=CONTENT_TYPE_LATEST)
