"""What a service tells Prometheus: requests by route and status, their time, and its release.

Each application has its own registry. Labels are route templates, never addresses with ids in
them, so that their number stays small.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import Response

BUCKETS_S = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """The registry of one service and the series that all services have."""

    def __init__(self, service: str, release: str) -> None:
        self.registry = CollectorRegistry()
        self._service = service
        self._requests = Counter(
            "pingvas_http_requests_total",
            "Requests answered.",
            ("service", "method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "pingvas_http_request_seconds",
            "Time from a request's first byte to its answer's last.",
            ("service", "method", "route"),
            buckets=BUCKETS_S,
            registry=self.registry,
        )
        Gauge(
            "pingvas_release_info", "Always 1.", ("service", "release"), registry=self.registry
        ).labels(service, release).set(1)

    def observe(self, *, method: str, route: str, status: int, elapsed_s: float) -> None:
        """Count one answered request."""
        self._requests.labels(self._service, method, route, str(status)).inc()
        self._seconds.labels(self._service, method, route).observe(elapsed_s)

    async def show(self, _request: Request) -> Response:
        """GET /metrics in Prometheus' text format."""
        return Response(generate_latest(self.registry), media_type=CONTENT_TYPE_LATEST)
