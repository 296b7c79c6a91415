"""The `backup` section: what AWS Backup copies and how restores are tried.

The database and the cache keep their own snapshots; their sections say how long.
"""

from pydantic import Field

from pingvas_cli.config.section import Section, part
from pingvas_cli.config.values import Days, Schedule


class Plan(Section):
    """One plan: when, and for how long a copy is kept."""

    enabled: bool = Field(True, description="Whether this is backed up.")
    schedule: Schedule = Field("cron(0 17 ? * SUN *)", description="When, UTC.")
    retention_days: Days = Field(30, description="Days that a copy is kept.")


class RestoreTesting(Section):
    """A backup counts when a restore has been tried (correction D7)."""

    enabled: bool = Field(True, description="Restore the newest copies regularly (correction D7).")
    schedule: Schedule = Field("cron(0 20 1 * ? *)", description="When, UTC (correction D7).")
    validation_hours: int = Field(
        4,
        ge=1,
        le=168,
        description="How long the restored copy stays to be checked (correction D7).",
    )


class BackupSection(Section):
    """Backups besides the snapshots of database and cache (inventory 90-93, correction D13)."""

    file_store: Plan = part(Plan, "EFS, weekly (inventory 92).")
    images: Plan = part(
        Plan,
        "Images of prod: the product itself (correction D6).",
        schedule="cron(0 18 * * ? *)",
        retention_days=35,
    )
    monitoring: Plan = part(
        Plan, "Volumes of Grafana and Prometheus (correction D13).", retention_days=14
    )
    restore_testing: RestoreTesting = part(RestoreTesting, "Restores on trial (correction D7).")
    locked_vault: bool = Field(
        False, description="Lock the vault against deletion before the retention ends."
    )
