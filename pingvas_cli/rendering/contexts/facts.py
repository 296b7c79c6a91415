"""What manifests need and only a running cloud knows, with what stands there until it does.

`bootstrap` writes the values into `k8s/facts/ENVIRONMENT/facts.yaml`. Nothing works with these
beginnings, and nothing works wrongly either: names do not resolve, no authority is trusted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pingvas_cli.rendering.contexts.place import SERVICES, Place, Site
from pingvas_cli.rendering.contexts.workloads.variables import UNKNOWN

DATABASE_HOST: Final = "database_host"
DATABASE_AUTHORITIES: Final = "database_authorities"
CACHE_HOST: Final = "cache_host"
CHECKPOINTS_VOLUME: Final = "checkpoints_volume"
OBJECT_STORE_ENDPOINT: Final = "object_store_endpoint"
OBJECT_STORE_PUBLIC_ENDPOINT: Final = "object_store_public_endpoint"


NODE_IMAGE: Final = "node_image"


def target_group(service: str) -> str:
    """The fact that is the ARN of a service's target group."""
    return f"target_group_{service}"


def facts(place: Place) -> Mapping[str, str]:
    """The facts of an environment, in their order."""
    found = {DATABASE_HOST: UNKNOWN, DATABASE_AUTHORITIES: ""}
    if place.whole.cache.mode == "replication_group":
        found[CACHE_HOST] = UNKNOWN
    if not place.on_aws:
        endpoints = (OBJECT_STORE_ENDPOINT, OBJECT_STORE_PUBLIC_ENDPOINT)
        return {**found, **dict.fromkeys(endpoints, f"http://{UNKNOWN}")}
    if place.shares_files:
        found[CHECKPOINTS_VOLUME] = "fs-unknown::fsap-unknown"
    return {**found, **{target_group(name): "arn:unknown" for name in SERVICES}}


def platform_facts(site: Site) -> Mapping[str, str]:
    """The facts that both environments share: the image of nodes, where nobody has pinned one."""
    section = site.whole.gpu_nodes
    if not site.on_aws or section.ami_version:
        return {}
    return {NODE_IMAGE: f"{section.ami_family}@unknown"}
