"""What charts of the platform are told, and the namespaces that they stand in (N1, P6, P8).

Add-ons run on the managed system nodes: Karpenter can't start the node that itself needs. Labels in
selectors are those that the charts set (docs/decisions/0034).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pingvas_cli.rendering.contexts.place import Site

SYSTEM_NODES: Final = ("pingvas.io/pool", "system")
"""The label of module cluster's node group."""


@dataclass(frozen=True)
class Opening:
    """Who outside a namespace reaches which of its pods: the API server, or Prometheus."""

    pods: str
    caller: str
    port: int


@dataclass(frozen=True)
class AddonNamespace:
    """A namespace of add-ons: nobody gets in but itself and through its openings. `standard` is
    what Pod Security enforces."""

    name: str
    standard: str
    openings: tuple[Opening, ...] = ()


@dataclass(frozen=True)
class Addons:
    """What all of them are told. `control_plane` are the subnets that the API server calls from."""

    managed_by: str
    platform: str
    cluster: str
    region: str
    node_label: str
    node_value: str
    pod_security: str
    control_plane: tuple[str, ...]
    namespaces: tuple[AddonNamespace, ...]


API: Final = "api"
PROMETHEUS: Final = "prometheus"
NAMESPACES: Final = (
    AddonNamespace(
        "argocd",
        "baseline",
        tuple(
            Opening(pods, PROMETHEUS, port)
            for pods, port in (
                ("argocd-application-controller", 8082),
                ("argocd-server", 8083),
                ("argocd-repo-server", 8084),
            )
        ),
    ),
    AddonNamespace(
        "external-secrets",
        "restricted",
        (
            Opening("external-secrets-webhook", API, 10_250),
            Opening("external-secrets", PROMETHEUS, 8080),
        ),
    ),
    AddonNamespace(
        "keda",
        "restricted",
        (
            Opening("keda-operator-metrics-apiserver", API, 6443),
            Opening("keda-admission-webhooks", API, 9443),
            Opening("keda-operator", PROMETHEUS, 8080),
        ),
    ),
    # Exporters of nodes and collectors of logs read the node's own files.
    AddonNamespace(
        "monitoring",
        "privileged",
        (Opening("kube-prometheus-stack-prometheus-operator", API, 10_250),),
    ),
)


def addons(site: Site) -> Addons | None:
    """None in a cluster of one's own, whose add-ons are not ours."""
    if not site.on_aws:
        return None
    return Addons(
        managed_by=site.managed_by,
        platform=site.platform,
        cluster=f"{site.platform}-shared-eks",
        region=site.region,
        node_label=SYSTEM_NODES[0],
        node_value=SYSTEM_NODES[1],
        pod_security=f"v{site.whole.cluster.kubernetes_version}",
        control_plane=tuple(map(str, site.whole.network.private_subnets)),
        namespaces=NAMESPACES,
    )
