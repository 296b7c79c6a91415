"""What single files of an overlay say beside the overlay itself."""

from __future__ import annotations

from dataclasses import dataclass

from pingvas_cli.rendering.contexts.place import SERVICES, Place
from pingvas_cli.rendering.contexts.workloads.pooler import PREPARED
from pingvas_cli.rendering.contexts.workloads.variables import AUTHORITIES_FILE
from pingvas_cli.rendering.contexts.workloads.worker import WorkerScale, worker_scale


@dataclass(frozen=True)
class ServiceScale:
    """How many pods a service has, and the port that the load balancer calls."""

    minimum: int
    maximum: int
    target_cpu_percent: int
    port: int


@dataclass(frozen=True)
class PoolerScale:
    """PgBouncer's configuration; connections are counted per pod, and per role where servers'."""

    port: int
    pool_size: int
    reserve_pool_size: int
    max_client_connections: int
    server_protocols: str
    prepared: str = PREPARED.path
    authorities: str = AUTHORITIES_FILE


def scale(place: Place, program: str) -> ServiceScale | WorkerScale | PoolerScale | None:
    """The bounds of a program in an environment; migrations have none."""
    if program == "worker":
        return worker_scale(place)
    if program == "pooler":
        return _pooler(place)
    return _service(place, program) if program in SERVICES else None


def _service(place: Place, name: str) -> ServiceScale:
    section = place.own.services.by_name()[name]
    replicas = section.replicas(place.name)
    return ServiceScale(
        minimum=replicas.minimum,
        maximum=replicas.maximum,
        target_cpu_percent=section.target_cpu_percent,
        port=place.whole.services.ports()[name],
    )


def _pooler(place: Place) -> PoolerScale:
    section = place.own.pooler
    newest = place.whole.database.minimum_tls == "TLSv1.3"
    return PoolerScale(
        port=place.whole.pooler.port,
        pool_size=section.pool_size,
        reserve_pool_size=section.reserve_pool_size,
        max_client_connections=section.max_client_connections,
        server_protocols="tlsv1.3" if newest else "tlsv1.2, tlsv1.3",
    )
