"""Quotas, autoscalers, node pools and pod slots add up, from the rendered objects alone
(corrections P3, P6, P7, P11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any, Final

import pytest

from tests.manifests.judges import Document
from tests.manifests.trees import ENVIRONMENTS, Rendered, pod_of

GPU: Final = "nvidia.com/gpu"
FLEET_GPUS: Final = 20
KINDS: Final = ("cpu", "memory", GPU)
UNITS: Final = {"m": 1e-3, "Mi": 2.0**20, "Gi": 2.0**30}
SLOTS: Final = 110
"""Pods of a node with prefix delegation (module cluster)."""
DAEMONS: Final = {"cpu": 0.3, "memory": 500 * 2.0**20}
"""What one node's network, identity, storage, log and metrics agents ask for."""
VCPUS: Final = (8, 4, 2)
GIB_PER_VCPU: Final = 2
"""Of the leanest family, c7g."""
WORKER_NODES: Final = {
    "g4dn.xlarge": (3.92, 14_481),
    "g4dn.2xlarge": (7.91, 29_000),
    "g5.xlarge": (3.92, 14_481),
}
"""vCPUs and MiB that such a node offers to pods (correction P7)."""
Amounts = dict[str, float]


@dataclass(frozen=True)
class Load:
    """A workload at its most."""

    name: str
    pods: int
    surge: int
    each: Mapping[str, float]


def quantity(text: str | int) -> float:
    """A quantity of Kubernetes in cores, bytes or pieces."""
    for unit, factor in UNITS.items():
        if str(text).endswith(unit):
            return float(str(text).removesuffix(unit)) * factor
    return float(text)


def requested(workload: Document) -> Amounts:
    """What a pod counts for: its containers together, or the largest that runs before them."""
    pod = pod_of(workload)
    return {
        kind: max(
            sum(_of(one, kind) for one in pod["containers"]),
            *(_of(one, kind) for one in pod.get("initContainers", ())),
            0.0,
        )
        for kind in KINDS
    }


def _of(container: Mapping[str, Any], kind: str) -> float:
    return quantity(container["resources"]["requests"].get(kind, 0))


def loads(rendered: Rendered, environment: str) -> Iterator[Load]:
    """Each workload with as many pods as its autoscaler or its replicas give."""
    for place, workload in rendered.workloads():
        if place.startswith(f"{environment}/"):
            pods = most(rendered.overlays[place], workload)
            yield Load(place, pods, surge(workload, pods), requested(workload))


def most(found: tuple[Document, ...], workload: Document) -> int:
    """The most pods of a workload."""
    for one in found:
        if one["kind"] == "HorizontalPodAutoscaler":
            return int(one["spec"]["maxReplicas"])
        if one["kind"] == "ScaledObject":
            return int(one["spec"]["maxReplicaCount"])
    return int(workload["spec"].get("replicas", 1))


def surge(workload: Document, pods: int) -> int:
    """How many more there are while a release rolls out."""
    if workload["kind"] != "Deployment":
        return 0
    rolling = workload["spec"].get("strategy", {}).get("rollingUpdate", {})
    wanted = rolling.get("maxSurge", "25%")
    if isinstance(wanted, int):
        return wanted
    return ceil(pods * int(wanted.removesuffix("%")) / 100)


def quota(rendered: Rendered, environment: str) -> Amounts:
    hard = rendered.one(f"{environment}/namespace", "ResourceQuota", "environment")["spec"]["hard"]
    return {name: quantity(value) for name, value in hard.items()}


def pools(rendered: Rendered, environment: str, purpose: str) -> list[Document]:
    """The node pools of an environment, for one purpose."""
    wanted = {"pingvas.io/environment": environment, "pingvas.io/purpose": purpose}
    return [
        one
        for one in rendered.platform["karpenter"]
        if one["kind"] == "NodePool"
        and wanted.items() <= one["spec"]["template"]["metadata"]["labels"].items()
    ]


def limit(found: list[Document], kind: str) -> float:
    return sum(quantity(one["spec"]["limits"][kind]) for one in found)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_all_workloads_at_their_most_fit_the_quota(rendered: Rendered, environment: str) -> None:
    allowed = quota(rendered, environment)
    found = list(loads(rendered, environment))
    for kind in KINDS:
        assert sum(one.pods * one.each[kind] for one in found) <= allowed[f"requests.{kind}"], kind
    assert sum(one.pods + one.surge for one in found) <= allowed["pods"]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_an_environment_has_the_gpus_that_it_may_ask_for(
    default: Rendered, environment: str
) -> None:
    """No worker that the quota admits waits for a node for ever (correction P3)."""
    allowed = quota(default, environment)[f"requests.{GPU}"]
    (worker,) = (one for one in loads(default, environment) if one.each[GPU])
    assert worker.pods * worker.each[GPU] == allowed
    assert allowed <= limit(pools(default, environment, "gpu"), GPU)


def test_all_gpu_pools_stay_below_the_cap(default: Rendered) -> None:
    """And each type below its own limit: ten, five, five (inventory 18-20)."""
    found = [pool for name in ENVIRONMENTS for pool in pools(default, name, "gpu")]
    assert limit(found, GPU) == limit(found, "nodes") == FLEET_GPUS
    types: Amounts = {}
    for pool in found:
        (kind,) = _required(pool, "node.kubernetes.io/instance-type")
        types[kind] = types.get(kind, 0) + limit([pool], GPU)
    assert types == {"g4dn.xlarge": 10, "g4dn.2xlarge": 5, "g5.xlarge": 5}


def test_heavier_pools_are_tried_first(default: Rendered) -> None:
    for name in ENVIRONMENTS:
        found = pools(default, name, "gpu")
        weights = [pool["spec"]["weight"] for pool in found]
        assert len(set(weights)) == len(weights)
        (heaviest,) = (one for one in found if one["spec"]["weight"] == max(weights))
        assert _required(heaviest, "node.kubernetes.io/instance-type") == ["g4dn.xlarge"]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_a_worker_fits_each_node_that_it_may_get(default: Rendered, environment: str) -> None:
    (worker,) = (one for one in loads(default, environment) if one.each[GPU])
    agents = [
        requested(one)
        for found in default.platform.values()
        for one in found
        if one["kind"] == "DaemonSet"
    ]
    for pool in pools(default, environment, "gpu"):
        (kind,) = _required(pool, "node.kubernetes.io/instance-type")
        cpu, mib = WORKER_NODES[kind]
        taken = {each: DAEMONS[each] + sum(one[each] for one in agents) for each in DAEMONS}
        assert len(agents) == 2  # of GPUs
        assert worker.each["cpu"] + taken["cpu"] <= cpu, kind
        assert worker.each["memory"] + taken["memory"] <= mib * UNITS["Mi"], kind


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_services_at_their_most_fit_the_general_pool(default: Rendered, environment: str) -> None:
    """Pod by pod onto nodes, after what kubelet and the node's agents take (corrections P6, P7)."""
    (pool,) = pools(default, environment, "general")
    nodes = list(_nodes(limit([pool], "cpu"), limit([pool], "memory")))
    waiting = sorted(
        (one for one in loads(default, environment) if not one.each[GPU]),
        key=lambda one: -one.each["cpu"],
    )
    for one in waiting:
        for _ in range(one.pods):
            assert any(_placed(node, one.each) for node in nodes), one.name
    assert sum(one.pods + one.surge for one in waiting) <= len(nodes) * (SLOTS - 10)


def _nodes(vcpus: float, memory: float) -> Iterator[Amounts]:
    """The largest first, as Karpenter takes them for many pods, within both limits."""
    for size in VCPUS:
        taken = size * GIB_PER_VCPU * UNITS["Gi"]
        while vcpus >= size and memory >= taken:
            vcpus, memory = vcpus - size, memory - taken
            system = (255 + 100 + 11 * SLOTS) * UNITS["Mi"]
            yield {
                "cpu": size - 0.06 - 0.005 * size - DAEMONS["cpu"],
                "memory": taken * 0.925 - system - DAEMONS["memory"],
            }


def _placed(node: Amounts, pod: Mapping[str, float]) -> bool:
    if any(pod[kind] > node[kind] for kind in node):
        return False
    for kind in node:
        node[kind] -= pod[kind]
    return True


def test_pods_find_nodes_of_their_environment_alone(default: Rendered) -> None:
    """By labels that they select and taints that they tolerate (correction N3)."""
    for place, workload in default.workloads():
        own, pod = place.partition("/")[0], pod_of(workload)
        for environment in ENVIRONMENTS:
            found = [
                pool
                for purpose in ("general", "gpu")
                for pool in pools(default, environment, purpose)
                if _takes(pool, pod)
            ]
            assert bool(found) == (environment == own), place


def _takes(pool: Document, pod: Mapping[str, Any]) -> bool:
    template = pool["spec"]["template"]
    selects = pod["nodeSelector"].items() <= template["metadata"]["labels"].items()
    return selects and all(
        any(_tolerates(one, taint) for one in pod["tolerations"])
        for taint in template["spec"]["taints"]
    )


def _tolerates(toleration: Mapping[str, str], taint: Mapping[str, str]) -> bool:
    any_value = toleration.get("operator", "Equal") == "Exists"
    return (
        toleration["key"] == taint["key"]
        and toleration.get("effect", taint["effect"]) == taint["effect"]
        and (any_value or toleration.get("value") == taint["value"])
    )


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_priorities_are_known_and_admitted(rendered: Rendered, environment: str) -> None:
    known = {one["metadata"]["name"]: one["value"] for one in rendered.platform["priorities"]}
    other = rendered.one(f"{environment}/namespace", "ResourceQuota", "other-priorities")["spec"]
    (expression,) = other["scopeSelector"]["matchExpressions"]
    assert other["hard"] == {"pods": "0"}
    assert expression["operator"] == "NotIn"
    used = {
        pod_of(one)["priorityClassName"]
        for place, one in rendered.workloads()
        if place.startswith(f"{environment}/")
    }
    assert used == set(expression["values"]) <= set(known)
    assert {known[name] for name in used} == {{"dev": 100_000, "prod": 1_000_000}[environment]}


def _required(pool: Document, key: str) -> list[str]:
    (found,) = (
        one for one in pool["spec"]["template"]["spec"]["requirements"] if one["key"] == key
    )
    values: list[str] = found["values"]
    return values
