"""What the worker tells Prometheus, on its own registry."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)


class Metrics:
    """One instance per process. Stages: load, run, store, acknowledge."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.jobs = Counter(
            "pingvas_worker_jobs",
            "Attempts by how they ended.",
            ["outcome"],
            registry=self.registry,
        )
        self.stage_seconds = Histogram(
            "pingvas_worker_stage_seconds",
            "Time of one attempt in each stage.",
            ["stage"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.gpu_busy_seconds = Counter(
            "pingvas_worker_gpu_busy_seconds",
            "Time the device spent on pictures.",
            registry=self.registry,
        )
        self.resident_bytes = Gauge(
            "pingvas_worker_resident_bytes", "Weights held in memory.", registry=self.registry
        )

    def serve(self, host: str, port: int) -> None:
        """Answer scrapes from a thread of its own; port 0 means off."""
        if port:
            start_http_server(port, addr=host, registry=self.registry)

    @contextmanager
    def stage(self, name: str) -> Iterator["Stopwatch"]:
        """Measure one stage, also when it fails."""
        watch = Stopwatch()
        try:
            yield watch
        finally:
            watch.stop()
            self.stage_seconds.labels(name).observe(watch.seconds)


class Stopwatch:
    """Runs from its making until `stop`."""

    def __init__(self) -> None:
        self._began = perf_counter()
        self.seconds = 0.0

    def stop(self) -> None:
        """Fix `seconds`."""
        self.seconds = perf_counter() - self._began
