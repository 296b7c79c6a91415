"""The values of Terraform's variables, as `terraform.tfvars.json`: one entry for each noun.

Each entry has exactly the attributes that `variables.tf` declares; a test holds the two together.
"""

from __future__ import annotations

from typing import Final

from pingvas_cli.config.configuration import Configuration
from pingvas_cli.rendering.contexts import data, edge
from pingvas_cli.rendering.contexts.needed import owner
from pingvas_cli.rendering.contexts.network import network, second_network
from pingvas_cli.rendering.contexts.platform import Platform
from pingvas_cli.rendering.contexts.plucked import Values, plucked
from pingvas_cli.rendering.contexts.root import Root

# For autoscaling, checkpoints from their bucket, snapshots of volumes (corrections D9, D13).
ADDONS: Final = ("aws-mountpoint-s3-csi-driver", "metrics-server", "snapshot-controller")
MASTER_SECRET: Final = "database-master"  # noqa: S105 - the name of a secret
"""A shared secret of two regions: Secrets Manager manages no password of a global database."""
READERS: Final = {
    "argocd": ("argocd", "github"),
    "monitoring": ("pagerduty", "slack", "grafana"),
}
REPOSITORIES: Final = ("user", "payment", "generation", "gallery", "model", "worker")


def variables(platform: Platform, root: Root) -> Values:
    """Every variable of the root with its value; switched off ones are left out."""
    whole = platform.configuration
    values = {**_place(whole), **_clusters(whole), **_data(whole), **_ways_in(platform)}
    values |= _upkeep(platform)
    return {name: value for name, value in values.items() if name not in _off(root)}


def _off(root: Root) -> frozenset[str]:
    switches = {
        "dev_database": root.dev_cluster,
        "cdn": root.cdn,
        "file_store": root.file_store,
        "second_network": root.second_region is not None,
    }
    return frozenset(name for name, on in switches.items() if not on)


def _place(whole: Configuration) -> Values:
    known = owner(whole)
    return {
        "platform": {
            "name": whole.platform.name,
            "region": whole.platform.region,
            "account_id": known.account_id,
            "domain": known.domain,
            "owner_email": known.email,
        },
        "tags": dict(sorted(whole.platform.tags.items())),
        "environments": edge.environments(whole),
        "network": network(whole.network),
        "second_network": second_network(whole.network),
    }


def _clusters(whole: Configuration) -> Values:
    cluster = plucked(
        whole.cluster,
        *("kubernetes_version", "support_type", "api_allowed_cidrs", "administrator_role_arns"),
        *("control_plane_logs", "log_retention_days", "prefix_delegation", "deletion_protection"),
    )
    nodes = plucked(
        whole.cluster.system_nodes,
        *("instance_types", "architecture", "capacity_type"),
        *("minimum", "desired", "maximum", "disk_gb"),
    )
    addons = [*ADDONS, *(["aws-efs-csi-driver"] if whole.file_store.enabled else [])]
    return {"cluster": {**cluster, "optional_addons": sorted(addons), "system_nodes": nodes}}


def _data(whole: Configuration) -> Values:
    return {
        "database": data.database(whole),
        "dev_database": data.dev_database(whole),
        "cache": data.caches(whole),
        "object_store": data.object_store(whole, owner(whole).account_id),
        "file_store": data.file_store(whole),
        "backup": data.backup(whole),
    }


def _ways_in(platform: Platform) -> Values:
    whole = platform.configuration
    return {
        "edge": edge.edge(whole),
        "firewall": edge.firewall(whole),
        "services": edge.services(whole),
        "cdn": edge.cdn(platform),
    }


def _upkeep(platform: Platform) -> Values:
    whole = platform.configuration
    registry = ("immutable_tags", "scan_on_push", "kept_images", "untagged_days")
    return {
        "registry": {"repositories": list(REPOSITORIES), **plucked(whole.registry, *registry)},
        "secrets": _secrets(whole),
        "delivery": _delivery(whole),
        "monitoring": _monitoring(whole),
        "budget": plucked(whole.cost, "monthly_budget_usd", "alert_at_percent"),
    }


def _secrets(whole: Configuration) -> Values:
    """Names, and which namespace of the platform reads which of the shared ones."""
    shared = whole.secrets.shared
    readers = {
        namespace: [name for name in names if name in shared]
        for namespace, names in READERS.items()
    }
    names = plucked(whole.secrets, "per_environment", "recovery_days")
    own = (MASTER_SECRET,) if whole.platform.second_region.enabled else ()
    return {
        **names,
        "shared": [*shared, *own],
        "readers": {key: found for key, found in readers.items() if found},
    }


def _delivery(whole: Configuration) -> Values:
    """Who may push images: dev's deliveries upload, prod's take what is there (correction G4)."""
    section = whole.gitops
    return {
        "repository": "/".join(section.repository.removesuffix(".git").rsplit("/", 2)[-2:]),
        "environments": {
            "dev": {"environment": section.dev.github_environment, "may_upload": True},
            "prod": {"environment": section.prod.github_environment, "may_upload": False},
        },
    }


def _monitoring(whole: Configuration) -> Values:
    limits = plucked(
        whole.monitoring.thresholds,
        *("database_cpu_percent", "database_cpu_minutes"),
        *("server_error_percent", "server_error_minutes"),
    )
    return {"log_retention_days": whole.monitoring.log_retention_days, "thresholds": limits}
