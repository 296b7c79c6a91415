"""What the worker tells Prometheus, on its own registry."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

from worker.attempt import Attempt
from worker.device_clock import DeviceClock
from worker.pipelines.pipeline import Rendered

_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)


class Metrics:
    """One instance per process. Stages: load, run, store, acknowledge."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.jobs = self._counter("jobs", "Attempts by how they ended.", "outcome")
        self.stage_seconds = self._histogram(
            "stage_seconds", "Time of one attempt in each stage.", "stage"
        )
        self.queue_wait_seconds = self._histogram(
            "queue_wait_seconds", "From a job's submit to the beginning of its first attempt."
        )
        self.gpu_busy_seconds = self._counter(
            "gpu_busy_seconds", "Time the device spent on pictures."
        )
        self.gpu_seconds = self._counter(
            "gpu_seconds", "The device's time: busy, cold (waits for weights), warm_idle.", "state"
        )
        self.clock = DeviceClock(lambda state, seconds: self.gpu_seconds.labels(state).inc(seconds))
        self.interruptions = self._counter(
            "interruptions", "Drains by cause: signal, spot, rebalance, device.", "cause"
        )
        self.resumed_steps = self._counter(
            "resumed_steps", "Steps that an earlier attempt did and that were not repeated."
        )
        self.fallbacks = self._counter(
            "fallbacks", "Jobs that were made to fit into the device's memory, by how.", "how"
        )
        self.resident_bytes = Gauge(
            "pingvas_worker_resident_bytes", "Weights held in memory.", registry=self.registry
        )

    def serve(self, host: str, port: int) -> None:
        """Answer scrapes from a thread of its own; port 0 means off."""
        if port:
            start_http_server(port, addr=host, registry=self.registry)

    def waited(self, attempt: Attempt) -> None:
        """A job came out of the queue; later attempts waited for something else."""
        if attempt.claim.attempt <= 1:
            waited = attempt.started_at - attempt.claim.job.submitted_at
            self.queue_wait_seconds.observe(max(0.0, waited.total_seconds()))

    def rendered(self, rendered: Rendered) -> None:
        """What is told of a job that was made."""
        self.resumed_steps.inc(rendered.resumed_steps)
        for how in rendered.fallbacks:
            self.fallbacks.labels(how).inc()

    def _counter(self, name: str, words: str, *labels: str) -> Counter:
        return Counter(f"pingvas_worker_{name}", words, labels, registry=self.registry)

    def _histogram(self, name: str, words: str, *labels: str) -> Histogram:
        return Histogram(
            f"pingvas_worker_{name}", words, labels, buckets=_SECONDS, registry=self.registry
        )

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
