"""The values of what keeps data: database, caches, buckets, file store, backups."""

from __future__ import annotations

from typing import Final

from pingvas_cli.config.configuration import Configuration
from pingvas_cli.rendering.contexts.plucked import Values, plucked

BUCKETS: Final = ("dev_images", "prod_images", "checkpoints", "logs")


def database(configuration: Configuration) -> Values:
    """The shared Aurora cluster."""
    return plucked(
        configuration.database,
        *("engine_version", "database_name", "min_acu", "max_acu", "readers"),
        *("reader_promotion_tier", "port", "io_optimized", "backup_retention_days"),
        *("backup_window", "maintenance_window", "minimum_tls", "password_rotation_days"),
        *("performance_insights", "deletion_protection"),
    )


def dev_database(configuration: Configuration) -> Values:
    """Where dev's own cluster differs from the shared one (correction D3)."""
    return plucked(configuration.database.dev_cluster, "max_acu", "pause_after_seconds")


def caches(configuration: Configuration) -> Values:
    """One entry per environment; dev is one node without a replica (inventory 36, 37)."""
    section = configuration.cache
    shared = plucked(section, "engine_version", "port", "maintenance_window", "maxmemory_policy")
    own = ("node_type", "snapshot_retention_days")
    prod = plucked(section.prod, *own, "nodes", "snapshot_window")
    dev = plucked(section.dev, *own)
    return {
        "dev": {**shared, **dev, "nodes": 1, "snapshot_window": prod["snapshot_window"]},
        "prod": {**shared, **prod},
    }


def object_store(configuration: Configuration, account_id: str) -> Values:
    """The four buckets; `account` as a suffix stands for the account's id (correction D12)."""
    section = configuration.object_store
    suffix = account_id if section.name_suffix == "account" else section.name_suffix
    buckets = {
        name: plucked(
            getattr(section, name),
            *("storage_class", "infrequent_after_days", "archive_after_days", "archive_class"),
            *("expire_after_days", "versioning", "old_versions_days"),
        )
        for name in BUCKETS
    }
    return {"suffix": suffix, "buckets": buckets}


def file_store(configuration: Configuration) -> Values:
    """EFS."""
    keys = ("throughput_mode", "provisioned_mibps", "infrequent_after_days")
    return plucked(configuration.file_store, *keys)


def backup(configuration: Configuration) -> Values:
    """The plans, the restores on trial, and whether the vault is locked."""
    section = configuration.backup
    kept = ("enabled", "schedule", "retention_days")
    plans = {name: plucked(getattr(section, name), *kept) for name in _planned(configuration)}
    if configuration.database.copy_snapshots_to_second_region:
        days = configuration.database.backup_retention_days
        plans["database"] = {**plucked(section.images, "schedule"), **_always(days)}
    testing = plucked(section.restore_testing, "enabled", "schedule", "validation_hours")
    return {"plans": plans, "restore_testing": testing, "locked_vault": section.locked_vault}


def _planned(configuration: Configuration) -> tuple[str, ...]:
    """What there is to copy; the copies of the database, for another region, go with the images."""
    there = ("images", "monitoring")
    return ("file_store", *there) if configuration.file_store.enabled else there


def _always(days: int) -> Values:
    return {"enabled": True, "retention_days": days}
