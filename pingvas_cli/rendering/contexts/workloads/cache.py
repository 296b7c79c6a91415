"""Valkey with Sentinels of ours, for clusters without ElastiCache (inventory 37, correction D5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pingvas_cli.rendering.contexts.place import Place, Site
from pingvas_cli.rendering.contexts.workloads.addresses import SENTINEL_PORT, cache_hosts
from pingvas_cli.rendering.contexts.workloads.settings import Settings
from pingvas_cli.rendering.contexts.workloads.variables import (
    TEMPORARY,
    Variable,
    Volume,
    login,
    secret,
    value,
)

IMAGE: Final = "docker.io/valkey/valkey"
MEMORY_MIB: Final = 512
SENTINEL_MEMORY_MIB: Final = 64
KEPT_MIB: Final = 384
"""What the queue may take; a copy for a replica or a file needs the rest."""
DISK_GIB: Final = 4
DATA: Final = Volume("data", "claim", "/data", read_only=False)
PREPARED: Final = Volume("prepared", "memory", "/run/cache", size="1Mi", read_only=False)


@dataclass(frozen=True)
class Cache:
    """What its StatefulSet says in both environments: a node and a Sentinel in each pod."""

    image: str
    port: int
    variables: tuple[Variable, ...]
    sentinel_port: int = SENTINEL_PORT
    sentinel_memory: str = f"{SENTINEL_MEMORY_MIB}Mi"
    disk: str = f"{DISK_GIB}Gi"
    prepared: str = PREPARED.path

    @property
    def preparation_volumes(self) -> tuple[Volume, ...]:
        return (TEMPORARY, PREPARED)

    @property
    def node_volumes(self) -> tuple[Volume, ...]:
        """Of the node; Sentinel writes into what was prepared, too."""
        return (DATA, PREPARED)

    @property
    def sentinel_volumes(self) -> tuple[Volume, ...]:
        return (PREPARED,)

    @property
    def volumes(self) -> tuple[Volume, ...]:
        """Those of the pod; its data are a claim of its own."""
        return (PREPARED, TEMPORARY)


def cache(site: Site) -> Cache:
    """The cache of both environments."""
    section = site.whole.cache
    own = (
        Variable("POD_NAME", "metadata.name", "field"),
        value("CACHE_HOST", "$(POD_NAME).cache"),
        value("CACHE_PORT", section.port),
        value("SENTINEL_PORT", SENTINEL_PORT),
        value("CACHE_DATA", DATA.path),
        value("CACHE_MEMORY_MIB", KEPT_MIB),
        *login("SERVICES", "redis-services"),
        *login("WORKER", "redis-worker"),
        secret("REPLICA_PASSWORD", "redis-nodes", "password"),
        secret("SENTINEL_PASSWORD", "redis-nodes", "password"),
    )
    return Cache(f"{IMAGE}:{section.engine_version}", section.port, own)


def cache_nodes(place: Place) -> int:
    """One node in dev, a primary and replicas in prod (inventory 36, 37)."""
    return 1 if place.name == "dev" else place.whole.cache.prod.nodes


def cache_settings(place: Place) -> Settings:
    """Which nodes there are, and whose keys they hold."""
    hosts = ",".join(cache_hosts(cache_nodes(place)))
    return {"CACHE_ENVIRONMENT": place.name, "CACHE_HOSTS": hosts}
