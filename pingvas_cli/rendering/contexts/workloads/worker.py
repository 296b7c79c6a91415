"""The GPU worker: where it runs, what it mounts, and how many of it there are (P5, P12, D9)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pingvas_cli.rendering.contexts.place import Place, Site
from pingvas_cli.rendering.contexts.workloads.addresses import queue
from pingvas_cli.rendering.contexts.workloads.service import CHECKPOINTS
from pingvas_cli.rendering.contexts.workloads.variables import Variable, Volume, secret, value

METRICS_PORT: Final = 8010
METADATA: Final = "http://169.254.169.254"
TEMPORARY_GIB: Final = 4
POD: Final = "metadata.name"
NAMESPACE: Final = "metadata.namespace"


@dataclass(frozen=True)
class Worker:
    """What its Deployment says in both environments; `disk_gib` is what it writes to its node."""

    variables: tuple[Variable, ...]
    volumes: tuple[Volume, ...]
    disk_gib: int
    grace_s: int
    metrics_port: int = METRICS_PORT


@dataclass(frozen=True)
class WorkerScale:
    """How many workers there are: from none, by the queue.

    Whoever works stays, and each `jobs_per_worker` that wait call for one more. What a worker has
    claimed ahead of its turn waits too. The HorizontalPodAutoscaler rounds up.
    """

    maximum: int
    jobs_per_worker: int
    polling_s: int
    cooldown_s: int
    metrics_url: str

    @property
    def formula(self) -> str:
        """In the language expr, of the three triggers by their names."""
        ahead = "max(leased - workers, 0)"
        return f"min(leased, workers) + (waiting + {ahead}) / {self.jobs_per_worker}"

    @property
    def triggers(self) -> tuple[tuple[str, str], ...]:
        """Name in the formula, and the gauge of the generation service."""
        return (
            ("waiting", "pingvas_queue_waiting_jobs"),
            ("leased", "pingvas_queue_leased_jobs"),
            ("workers", "pingvas_queue_workers"),
        )


def worker(site: Site) -> Worker:
    """The worker of both environments."""
    section = site.whole.worker
    return Worker(
        variables=_variables(site),
        volumes=_volumes(site),
        disk_gib=TEMPORARY_GIB + (0 if site.shares_files else section.cache_gb),
        grace_s=section.grace_seconds,
    )


def worker_scale(place: Place) -> WorkerScale:
    """The bounds of one environment."""
    section = place.own.worker
    port = place.whole.services.generation.port
    return WorkerScale(
        maximum=section.maximum(place.name),
        jobs_per_worker=section.jobs_per_worker,
        polling_s=section.polling_seconds,
        cooldown_s=section.cooldown_seconds,
        metrics_url=f"http://generation.{place.namespace}.svc:{port}/metrics",
    )


def _variables(site: Site) -> tuple[Variable, ...]:
    own = (
        Variable("PINGVAS_WORKER_NAME", POD, "field"),
        Variable("PINGVAS_POD_NAME", POD, "field"),
        Variable("PINGVAS_POD_NAMESPACE", NAMESPACE, "field"),
        value("PINGVAS_KUBERNETES_ENDPOINT", "https://kubernetes.default.svc"),
        value("PINGVAS_CHECKPOINTS_DIR", CHECKPOINTS),
        value("PINGVAS_METRICS_PORT", METRICS_PORT),
    )
    return (*own, *_notices(site), *queue(site.whole, "worker"), *_object_store(site))


def _notices(site: Site) -> tuple[Variable, ...]:
    """Where spot tells that a node goes: Karpenter evicts no pod that is marked as busy (its
    `IsEvictable`), so nobody else would tell a worker in time."""
    return (value("PINGVAS_METADATA_ENDPOINT", METADATA),) if site.on_aws else ()


def _object_store(site: Site) -> tuple[Variable, ...]:
    """On AWS the pod's identity opens the bucket; elsewhere a key does."""
    if site.on_aws:
        return ()
    return (
        value("PINGVAS_OBJECT_STORE_ENDPOINT", "http://unknown.invalid"),
        secret("PINGVAS_OBJECT_STORE_ACCESS_KEY", "object-store", "access_key"),
        secret("PINGVAS_OBJECT_STORE_SECRET_KEY", "object-store", "secret_key"),
    )


def _volumes(site: Site) -> tuple[Volume, ...]:
    """Checkpoints come from the shared file system; without one from their bucket, kept on the
    node's own NVMe, where empty folders lie."""
    temporary = Volume("tmp", "empty", "/tmp", size=f"{TEMPORARY_GIB}Gi", read_only=False)  # noqa: S108 - the container's own
    if site.shares_files:
        return (temporary, Volume("checkpoints", "claim", CHECKPOINTS, of="checkpoints"))
    size = f"{site.whole.worker.cache_gb}Gi"
    return (temporary, Volume("checkpoints", "empty", CHECKPOINTS, size=size, read_only=False))
