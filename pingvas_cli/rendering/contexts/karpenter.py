"""Which nodes Karpenter starts: an environment's own, for services and for workers (P2, P3, P7).

Data stores let in nodes by their environment's security group (N3), so every pool is of one
environment. Both share each limit of the configuration: together they never exceed it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Final

from pingvas_cli.config.checks import services_at_most
from pingvas_cli.config.gpu_nodes import GpuPool
from pingvas_cli.config.values import EnvironmentName
from pingvas_cli.rendering.contexts.place import Place, Site
from pingvas_cli.rendering.contexts.workloads.overlay import ENVIRONMENT_LABEL

GPU: Final = "nvidia.com/gpu"
SMALLEST_VCPUS: Final = 2
LARGEST_VCPUS: Final = 8
"""Above this a reclaimed node takes too many pods along; below it system pods take too much."""
GENERAL_VOLUME_GB: Final = 50
SPARE_MILLICORES: Final = 2000
SPARE_MIB: Final = 8192
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Requirement:
    """What a node must have."""

    key: str
    operator: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class NodePool:
    """One pool; `limits` are of all its nodes together."""

    name: str
    node_class: str
    environment: str
    purpose: str
    weight: int
    requirements: tuple[Requirement, ...]
    taints: Pairs
    limits: Pairs
    consolidation: str
    consolidate_after_s: int
    expire_after_h: int
    grace_s: int


@dataclass(frozen=True)
class NodeClass:
    """What such nodes are in AWS; a volume is a device and its size in GB."""

    name: str
    environment: str
    purpose: str
    volumes: tuple[tuple[str, int], ...]
    raid: bool


@dataclass(frozen=True)
class Karpenter:
    """All pools and their classes. Without a pinned image it is a fact."""

    cluster: str
    role: str
    key: str
    image: str
    image_is_fact: bool
    managed_by: str
    platform: str
    pools: tuple[NodePool, ...]
    classes: tuple[NodeClass, ...]


def karpenter(site: Site, environments: tuple[Place, ...]) -> Karpenter:
    """The nodes of a platform on AWS."""
    version = site.whole.gpu_nodes.ami_version
    cluster = f"{site.platform}-shared-eks"
    account = site.whole.platform.account_id
    shares = general_limits(environments)
    return Karpenter(
        cluster=cluster,
        role=f"{cluster}-nodes-{site.region}",
        key=f"arn:aws:kms:{site.region}:{account}:alias/{site.platform}-shared",
        image=f"{site.whole.gpu_nodes.ami_family}@{version or 'unknown'}",
        image_is_fact=version is None,
        managed_by=site.managed_by,
        platform=site.platform,
        pools=tuple(pool for place in environments for pool in _pools(place, shares[place.name])),
        classes=tuple(one for place in environments for one in _classes(place)),
    )


def gpu_limits(site: Site, name: EnvironmentName) -> dict[str, int]:
    """GPUs of each pool that an environment may have: dev its quota from the heaviest pools on, of
    what prod's quota leaves; prod all others."""
    pools = site.whole.gpu_nodes.pools()
    limits = {key: pool.gpu_limit for key, pool in pools.items()}
    quotas = site.whole.namespaces
    left = min(quotas.dev.gpus, max(0, sum(limits.values()) - quotas.prod.gpus))
    dev = {}
    for key in sorted(pools, key=lambda one: -pools[one].weight):
        dev[key] = min(left, limits[key])
        left -= dev[key]
    return dev if name == "dev" else {key: limits[key] - dev[key] for key in pools}


def general_limits(environments: tuple[Place, ...]) -> dict[EnvironmentName, tuple[int, int]]:
    """vCPUs and GiB of each environment's services: all share by what they take at their most, and
    as much as one small node besides, as no node is full to the brim. The last takes the rest."""
    section = environments[0].whole.general_nodes
    limits = (section.cpu_limit, section.memory_limit_gib)
    needs = {place.name: _need(place) for place in environments}
    shares: dict[EnvironmentName, tuple[int, int]] = {}
    for name, own in needs.items():
        total = [sum(each) for each in zip(*needs.values(), strict=True)]
        cpu, memory = (ceil(limits[i] * own[i] / total[i]) for i in (0, 1))
        shares[name] = (cpu, memory)
    *others, last = shares
    taken = [sum(shares[name][i] for name in others) for i in (0, 1)]
    shares[last] = (limits[0] - taken[0], limits[1] - taken[1])
    return shares


def _need(place: Place) -> tuple[int, int]:
    cpu, memory = services_at_most(place.own, place.name)
    return cpu + SPARE_MILLICORES, memory + SPARE_MIB


def _pools(place: Place, general: tuple[int, int]) -> tuple[NodePool, ...]:
    limits = gpu_limits(place, place.name)
    pools = place.whole.gpu_nodes.pools()
    own = (_gpu(place, key, pool, limits[key]) for key, pool in pools.items() if limits[key])
    return (_general(place, *general), *own)


def _general(place: Place, cpu: int, memory: int) -> NodePool:
    section = place.whole.general_nodes
    name = f"{place.platform}-{place.name}-general"
    return NodePool(
        name=name,
        node_class=name,
        environment=place.name,
        purpose="general",
        weight=10,
        requirements=(
            Requirement("karpenter.k8s.aws/instance-family", "In", section.instance_families),
            Requirement("karpenter.k8s.aws/instance-cpu", "Gt", (str(SMALLEST_VCPUS - 1),)),
            Requirement("karpenter.k8s.aws/instance-cpu", "Lt", (str(LARGEST_VCPUS + 1),)),
            *_kind(section.architecture, section.capacity_types),
        ),
        taints=((ENVIRONMENT_LABEL, place.name),),
        limits=(("cpu", str(cpu)), ("memory", f"{memory}Gi")),
        consolidation="WhenEmptyOrUnderutilized",
        consolidate_after_s=section.consolidate_after_seconds,
        expire_after_h=section.expire_after_hours,
        grace_s=place.whole.gpu_nodes.termination_grace_seconds,
    )


def _gpu(place: Place, key: str, pool: GpuPool, limit: int) -> NodePool:
    """Only empty nodes go: moving between three types of spot saves nothing (facts, Karpenter)."""
    section = place.whole.gpu_nodes
    return NodePool(
        name=f"{place.platform}-{place.name}-gpu-{key.replace('_', '-')}",
        node_class=f"{place.platform}-{place.name}-gpu",
        environment=place.name,
        purpose="gpu",
        weight=pool.weight,
        requirements=(
            Requirement("node.kubernetes.io/instance-type", "In", (pool.instance_type,)),
            *_kind("amd64", pool.capacity_types),
        ),
        taints=((ENVIRONMENT_LABEL, place.name), (GPU, "true")),
        limits=((GPU, str(limit)), ("nodes", str(limit))),
        consolidation="WhenEmpty",
        consolidate_after_s=section.consolidate_after_seconds,
        expire_after_h=section.expire_after_hours,
        grace_s=section.termination_grace_seconds,
    )


def _kind(architecture: str, capacity: tuple[str, ...]) -> tuple[Requirement, ...]:
    return (
        Requirement("kubernetes.io/arch", "In", (architecture,)),
        Requirement("kubernetes.io/os", "In", ("linux",)),
        Requirement("karpenter.sh/capacity-type", "In", tuple(capacity)),
    )


def _classes(place: Place) -> tuple[NodeClass, ...]:
    section = place.whole.gpu_nodes
    before = f"{place.platform}-{place.name}"
    return (
        NodeClass(
            f"{before}-general", place.name, "general", _disk(place, GENERAL_VOLUME_GB), False
        ),
        NodeClass(
            f"{before}-gpu",
            place.name,
            "gpu",
            _disk(place, section.root_volume_gb),
            section.instance_store_raid,
        ),
    )


def _disk(place: Place, size: int) -> tuple[tuple[str, int], ...]:
    """Bottlerocket keeps its system and what pods write apart."""
    if place.whole.gpu_nodes.ami_family == "bottlerocket":
        return (("/dev/xvda", 4), ("/dev/xvdb", size))
    return (("/dev/xvda", size),)
