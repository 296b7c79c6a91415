"""The `database` section: one Aurora cluster, a schema per environment."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from pingvas_cli.config.section import Problem, Section, part, problem
from pingvas_cli.config.values import WeeklyWindow, Window

RESERVED = ("rdsadmin", "template0", "template1")
Acu = Annotated[float, Field(ge=0.5, le=256, multiple_of=0.5)]


class DevCluster(Section):
    """Dev on an Aurora cluster of its own that pauses when idle (correction D3)."""

    enabled: bool = Field(
        False, description="Restoring prod alone needs it; else both share one (correction D3)."
    )
    max_acu: Acu = Field(2.0, description="Most Aurora capacity units of dev (correction D3).")
    pause_after_seconds: int = Field(
        1800, ge=300, le=86_400, description="Idle time until it pauses at 0 ACU (correction D3)."
    )


class DatabaseSection(Section):
    """Aurora Serverless v2, PostgreSQL (inventory 29-35)."""

    engine_version: Literal["16.8", "17.7"] = Field(
        "17.7",
        description="In quotes. A long-term version; 15.4 was none (inventory 29, correction D1).",
    )
    database_name: str = Field(
        "pingvas", pattern=r"^[a-z_][a-z0-9_]{0,62}$", description="Database (inventory 30)."
    )
    min_acu: Acu = Field(0.5, description="Fewest capacity units per instance (inventory 29).")
    max_acu: Acu = Field(4.0, description="Most capacity units per instance (inventory 29).")
    readers: int = Field(
        1, ge=0, le=15, description="Readers; after a failover of one, none is left (inventory 29)."
    )
    reader_promotion_tier: Literal[0, 1] = Field(
        1, description="0 or 1: the reader scales with the writer (correction D2)."
    )
    port: int = Field(5432, ge=1150, le=65535, description="Port (inventory 13).")
    io_optimized: bool = Field(
        False, description="Storage without a price per I/O, dearer per GB (correction D4)."
    )
    backup_retention_days: int = Field(
        7,
        ge=1,
        le=35,
        description="How far back a point in time can be restored (inventory 32, 90).",
    )
    backup_window: Window = Field("17:00-18:00", description="Daily, UTC (inventory 32).")
    maintenance_window: WeeklyWindow = Field(
        "sun:18:30-sun:19:30", description="Weekly, UTC, apart from the backup window."
    )
    minimum_tls: Literal["TLSv1.2", "TLSv1.3"] = Field(
        "TLSv1.3", description="TLS is forced, from this version on (correction N7)."
    )
    password_rotation_days: int = Field(
        30, ge=1, le=365, description="Rotation of the managed master password (inventory 57)."
    )
    performance_insights: bool = Field(
        False, description="Holds capacity up, so the minimum is never reached (correction D4)."
    )
    deletion_protection: bool = Field(True, description="Refuse to delete the cluster.")
    copy_snapshots_to_second_region: bool = Field(
        False, description="For compliance (inventory 90)."
    )
    dev_cluster: DevCluster = part(DevCluster, "A cluster for dev alone (correction D3).")

    def problems(self) -> Iterator[Problem]:
        """Capacity bounds the wrong way round; a database that is somebody else's."""
        if self.database_name in RESERVED:
            yield problem("database_name", "config.database_reserved", name=self.database_name)
        if self.min_acu > self.max_acu:
            found = problem("min_acu", "config.min_above_max", low=self.min_acu, high=self.max_acu)
            yield found.or_at("max_acu")
