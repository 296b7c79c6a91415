"""Add-ons stand on the managed system nodes, say what they take, and fit (corrections P6, P8)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pytest
import yaml

from tests.golden import ON_AWS, tree
from tests.manifests.test_capacity import DAEMONS, SLOTS, UNITS, quantity

SYSTEM: Final = {"pingvas.io/pool": "system"}
NODES: Final = {"m7g.large": (2, 8)}
"""vCPUs and GiB."""
MANAGED: Final[Mapping[str, tuple[int, float, float]]] = {
    "coredns": (2, 0.1, 70),
    "ebs-csi-controller": (2, 0.06, 240),
    "efs-csi-controller": (2, 0.03, 120),
    "metrics-server": (2, 0.1, 200),
    "snapshot-controller": (2, 0.01, 20),
    "argocd": (8, 0.05, 192),
}
"""Pods, and vCPUs and MiB of each: what EKS' own add-ons ask for by their defaults. Argo CD asks
for nothing; what it is counted as is an estimate for some fifty applications."""


AGENTS: Final[Mapping[str, tuple[float, float]]] = {
    "aws-node": (0.05, 0),
    "kube-proxy": (0.1, 0),
    "ebs-csi-node": (0.03, 120),
    "efs-csi-node": (0.03, 120),
    "s3-csi-node": (0.03, 120),
}
"""vCPUs and MiB of EKS' own agents of a node; its identity agent asks for nothing."""


@dataclass(frozen=True)
class Part:
    """One Deployment or StatefulSet of a chart: where its values stand, and how many pods it has
    where the values say nothing."""

    chart: str
    resources: str
    selector: str
    replicas: str = ""


PARTS: Final = (
    Part("karpenter", "controller.resources", "nodeSelector", "replicas"),
    Part("load_balancer_controller", "resources", "nodeSelector", "replicaCount"),
    Part("keda", "resources.operator", "nodeSelector", "operator.replicaCount"),
    Part("keda", "resources.metricServer", "nodeSelector", "metricsServer.replicaCount"),
    Part("keda", "resources.webhooks", "nodeSelector", "webhooks.replicaCount"),
    Part("external_secrets", "resources", "global.nodeSelector", "replicaCount"),
    Part("external_secrets", "webhook.resources", "global.nodeSelector", "webhook.replicaCount"),
    Part("external_secrets", "certController.resources", "global.nodeSelector"),
    *(
        Part("metrics", f"{each}.resources", f"{each}.nodeSelector")
        for each in (
            "prometheusOperator",
            "prometheus.prometheusSpec",
            "alertmanager.alertmanagerSpec",
            "grafana",
            "kube-state-metrics",
        )
    ),
)
AT_LEAST_TWO: Final = ("karpenter", "load_balancer_controller", "keda")


def values(name: str, chart: str) -> Any:
    return yaml.safe_load(tree(name)[f"k8s/platform/{chart}/values.yaml"])


def at(found: Any, path: str) -> Any:
    for key in path.split("."):
        found = found[key]
    return found


def pods(name: str) -> Iterator[tuple[str, int, float, float]]:
    """Of each part: how many, and the vCPUs and bytes of one."""
    for part in PARTS:
        own = values(name, part.chart)
        asked = at(own, part.resources)["requests"]
        count = at(own, part.replicas) if part.replicas else 1
        yield part.resources, count, quantity(asked["cpu"]), quantity(asked["memory"])
    for addon, (count, cpu, mib) in MANAGED.items():
        yield addon, count, cpu, mib * UNITS["Mi"]


@pytest.mark.parametrize("name", ON_AWS)
@pytest.mark.parametrize("part", PARTS, ids=lambda part: f"{part.chart} {part.resources}")
def test_a_part_stands_on_system_nodes_within_its_memory(name: str, part: Part) -> None:
    own = values(name, part.chart)
    assert at(own, part.selector) == SYSTEM
    asked = at(own, part.resources)
    assert asked["limits"]["memory"] == asked["requests"]["memory"]
    assert "cpu" not in asked["limits"]
    if part.chart in AT_LEAST_TWO:
        assert at(own, part.replicas) == 2


def test_system_nodes_are_those_of_the_node_group() -> None:
    text = tree("default")["terraform/modules/cluster/system_nodes.tf"].decode()
    ((key, value),) = SYSTEM.items()
    assert f'system_label = {{ "{key}" = "{value}" }}' in text


@pytest.mark.parametrize("name", ON_AWS)
def test_charts_are_told_what_terraform_makes(name: str) -> None:
    """The cluster, the queue of interruptions, the VPC's name, accounts that roles are bound to."""
    files = {path: content.decode() for path, content in tree(name).items() if path.endswith(".tf")}
    prefix = json.loads(tree(name)["terraform/platform/terraform.tfvars.json"])["platform"]["name"]
    cluster = f"{prefix}-shared-eks"
    settings = values(name, "karpenter")["settings"]
    assert settings == {"clusterName": cluster, "interruptionQueue": f"{cluster}-interruptions"}
    nodes = files["terraform/modules/gpu_nodes/interruptions.tf"]
    assert '"${var.cluster_name}-interruptions"' in nodes
    controller = values(name, "load_balancer_controller")
    assert controller["clusterName"] == cluster
    assert controller["vpcTags"] == {"Name": f"{prefix}-vpc"}
    assert 'Name = "${var.name}-vpc"' in files["terraform/modules/network/main.tf"]
    accounts = files["terraform/modules/identity/variables.tf"]
    assert f'name = "{controller["serviceAccount"]["name"]}"' in accounts
    own = values(name, "karpenter")["serviceAccount"]["name"]
    assert f'"{own}"' in files["terraform/modules/gpu_nodes/variables.tf"]


@pytest.mark.parametrize("name", ON_AWS)
def test_agents_of_a_node_take_what_is_kept_for_them(name: str) -> None:
    """EKS' own, and those of charts: each bound in memory, on every node."""
    cpu, memory = (sum(each) for each in zip(*AGENTS.values(), strict=True))
    memory *= UNITS["Mi"]
    for own in (values(name, "logs"), values(name, "metrics")["prometheus-node-exporter"]):
        assert own["tolerations"] == [{"operator": "Exists"}]
        asked = own["resources"]
        assert asked["limits"] == {"memory": asked["requests"]["memory"]}
        cpu += quantity(asked["requests"]["cpu"])
        memory += quantity(asked["requests"]["memory"])
    assert cpu <= DAEMONS["cpu"]
    assert memory <= DAEMONS["memory"]


@pytest.mark.parametrize("name", ON_AWS)
def test_add_ons_fit_the_system_nodes(name: str) -> None:
    """Pod by pod, on as many as there are at least, after kubelet and the agents of a node (P6)."""
    section = json.loads(tree(name)["terraform/platform/terraform.tfvars.json"])["cluster"]
    group = section["system_nodes"]
    (kind,) = group["instance_types"]
    vcpus, gib = NODES[kind]
    reserved = (255 + 100 + 11 * SLOTS) * UNITS["Mi"]
    nodes = [
        {
            "cpu": vcpus - 0.07 - DAEMONS["cpu"],
            "memory": gib * 0.95 * UNITS["Gi"] - reserved - DAEMONS["memory"],
        }
        for _ in range(group["minimum"])
    ]
    total = 0
    for part, count, cpu, memory in sorted(pods(name), key=lambda one: -one[3]):
        for _ in range(count):
            node = max(nodes, key=lambda one: one["memory"])
            node["cpu"], node["memory"] = node["cpu"] - cpu, node["memory"] - memory
            assert min(node.values()) >= 0, part
            total += 1
    assert total <= len(nodes) * (SLOTS - 10)
