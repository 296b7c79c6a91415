"""The `cache` section: the Redis-compatible stores that hold the queue of each environment."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from pingvas_cli.config.section import Problem, Section, part, problem
from pingvas_cli.config.values import Port, WeeklyWindow, Window

NodeType = Annotated[str, Field(pattern=r"^cache\.[a-z0-9]+\.[a-z0-9]+$")]


class DevCache(Section):
    """One node without a replica or a backup (inventory 36, 91)."""

    node_type: NodeType = Field("cache.t4g.medium", description="Node type (inventory 36).")
    snapshot_retention_days: int = Field(
        0, ge=0, le=35, description="0: no backup, its loss is accepted (inventory 91)."
    )


class ProdCache(Section):
    """A primary and replicas over the zones (inventory 37, correction D5)."""

    node_type: NodeType = Field("cache.r6g.large", description="Node type (inventory 37).")
    nodes: int = Field(3, ge=2, le=6, description="Primary and replicas together (inventory 37).")
    snapshot_retention_days: int = Field(
        7, ge=1, le=35, description="Daily snapshots kept (inventory 91)."
    )
    snapshot_window: Window = Field("16:00-17:00", description="Daily, UTC (inventory 91).")


class CacheSection(Section):
    """Valkey with TLS and a user per program, always (correction D5, N8)."""

    mode: Literal["replication_group", "sentinel"] = Field(
        "replication_group",
        description="ElastiCache has no Sentinel; `sentinel` runs ours inside a cluster without "
        "ElastiCache (inventory 37, correction D5).",
    )
    engine: Literal["valkey"] = Field("valkey", description="Engine (correction D5).")
    engine_version: Literal["8.0", "8.1", "9.0"] = Field(
        "8.1", description="In quotes (correction D5)."
    )
    port: Port = Field(6379, description="Port (inventory 14).")
    maintenance_window: WeeklyWindow = Field(
        "sun:19:30-sun:20:30", description="Weekly, UTC, apart from the snapshots."
    )
    maxmemory_policy: Literal["noeviction"] = Field(
        "noeviction",
        description="A queue loses nothing quietly; a full store refuses (correction D6).",
    )
    dev: DevCache = part(DevCache, "Dev, standalone (inventory 36).")
    prod: ProdCache = part(ProdCache, "Prod, highly available (inventory 37).")

    def problems(self) -> Iterator[Problem]:
        """Sentinels need an odd number of nodes to vote."""
        if self.mode == "sentinel" and self.prod.nodes % 2 == 0:
            yield problem("prod.nodes", "config.sentinel_even", nodes=self.prod.nodes)
