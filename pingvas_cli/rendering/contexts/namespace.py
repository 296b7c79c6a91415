"""An environment's namespace: its bounds, its network, who operates it and where secrets are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pingvas_cli.rendering.contexts.network_policies import Policy, Rule, dns, policies
from pingvas_cli.rendering.contexts.place import Place
from pingvas_cli.rendering.contexts.workloads.stored import SECRET_STORE

SECRETS_READER: Final = "external-secrets"
"""The service account whose identity opens the environment's secrets, and no others."""


@dataclass(frozen=True)
class Bounds:
    """The ResourceQuota, and what a container gets that says nothing (correction P11)."""

    cpu: int
    memory: str
    gpus: int
    pods: int
    default_cpu: str
    default_memory: str


@dataclass(frozen=True)
class Store:
    """Secrets Manager as the environment sees it."""

    name: str
    region: str
    account: str
    role: str


@dataclass(frozen=True)
class Namespace:
    """All that an environment has before its programs; no store where there is no cloud."""

    environment: str
    name: str
    managed_by: str
    pod_security: str
    priority_class: str
    bounds: Bounds
    policies: tuple[Policy, ...]
    dns: Rule
    operators: str
    store: Store | None

    @property
    def files(self) -> frozenset[str]:
        """What its folder holds."""
        return frozenset({"kustomization.yaml", *self.resources})

    @property
    def resources(self) -> tuple[str, ...]:
        """Those of its files that are applied."""
        own = ("secret_store.yaml",) if self.store else ()
        return ("namespace.yaml", "bounds.yaml", "network.yaml", "operators.yaml", *own)


def namespace(place: Place) -> Namespace:
    """The namespace of an environment."""
    return Namespace(
        environment=place.name,
        name=place.namespace,
        managed_by=place.managed_by,
        pod_security=f"v{place.whole.cluster.kubernetes_version}" if place.on_aws else "latest",
        priority_class=place.priority_class,
        bounds=_bounds(place),
        policies=policies(place),
        dns=dns(),
        operators=f"{place.platform}:{place.name}:operators",
        store=_store(place) if place.on_aws else None,
    )


def _bounds(place: Place) -> Bounds:
    quota = place.whole.namespaces.named(place.name)
    return Bounds(
        cpu=quota.cpu_cores,
        memory=f"{quota.memory_gib}Gi",
        gpus=quota.gpus,
        pods=quota.pods,
        default_cpu=f"{quota.default_cpu_millicores}m",
        default_memory=f"{quota.default_memory_mib}Mi",
    )


def _store(place: Place) -> Store:
    account = place.whole.platform.account_id
    role = f"{place.platform}-{place.name}-secrets-{place.region}"
    arn = f"arn:aws:iam::{account}:role/{role}"
    return Store(SECRET_STORE, place.region, SECRETS_READER, arn)
