"""What the cluster has once, and what an environment has before its programs."""

from __future__ import annotations

import re

import pytest

from tests.manifests.judges import Document, faults, is_custom
from tests.manifests.trees import ENVIRONMENTS, Rendered, pod_of

CLUSTER = "pingvas-shared-eks"


def of_kind(rendered: Rendered, kind: str) -> list[Document]:
    return [one for one in rendered.platform["karpenter"] if one["kind"] == kind]


def test_every_object_of_the_platform_is_valid(rendered: Rendered) -> None:
    found = [one for each in rendered.platform.values() for one in each if not is_custom(one)]
    assert list(faults(found)) == []


@pytest.mark.usefixtures("definitions")
def test_nodes_are_valid_by_their_definitions(default: Rendered) -> None:
    assert list(faults(default.platform["karpenter"])) == []


def test_a_cluster_of_ones_own_starts_no_nodes(cluster: Rendered) -> None:
    assert set(cluster.platform) == {"admission", "priorities"}
    assert not [path for path in cluster.files if path.startswith("k8s/facts/platform")]


def test_nodes_take_their_groups_images_and_metadata_by_rule(default: Rendered) -> None:
    """Two security groups (N3), a pinned image (P10), one hop to metadata (N13) and a second
    one where workers read spot's notices, a large disk."""
    for one in of_kind(default, "EC2NodeClass"):
        spec, environment = one["spec"], one["metadata"]["labels"]["pingvas.io/environment"]
        assert [term["tags"] for term in spec["securityGroupSelectorTerms"]] == [
            {f"kubernetes.io/cluster/{CLUSTER}": "owned"},
            {"karpenter.sh/discovery": CLUSTER, "Environment": environment},
        ]
        (term,) = spec["amiSelectorTerms"]
        assert re.fullmatch(r"al2023@v[0-9]+", term["alias"])
        assert spec["metadataOptions"]["httpTokens"] == "required"
        on_gpus = one["metadata"]["name"].endswith("-gpu")
        assert spec["metadataOptions"]["httpPutResponseHopLimit"] == (2 if on_gpus else 1)
        assert all(disk["ebs"]["encrypted"] for disk in spec["blockDeviceMappings"])
        assert sum("rootVolume" in disk for disk in spec["blockDeviceMappings"]) == 1
        if one["metadata"]["name"].endswith("-gpu"):
            assert spec["instanceStorePolicy"] == "RAID0"
            assert spec["blockDeviceMappings"][-1]["ebs"]["volumeSize"] == "100Gi"


@pytest.mark.parametrize("room", ["device_plugin", "gpu_metrics"])
def test_every_gpu_node_tells_of_its_gpus(default: Rendered, room: str) -> None:
    """Their agents go where the pools' labels are, past all of their taints (58, P10)."""
    (agent,) = (one for one in default.platform[room] if one["kind"] == "DaemonSet")
    pod = pod_of(agent)
    tolerated = {one["key"] for one in pod["tolerations"] if one["operator"] == "Exists"}
    for pool in of_kind(default, "NodePool"):
        template = pool["spec"]["template"]
        if "-gpu-" in pool["metadata"]["name"]:
            assert pod["nodeSelector"].items() <= template["metadata"]["labels"].items()
            assert {taint["key"] for taint in template["spec"]["taints"]} <= tolerated


def test_pools_name_classes_that_there_are_and_leave_as_asked(default: Rendered) -> None:
    """Five minutes empty, a week old (inventory 28, P2); GPUs by spot, else on demand (P4)."""
    classes = {one["metadata"]["name"] for one in of_kind(default, "EC2NodeClass")}
    for one in of_kind(default, "NodePool"):
        spec = one["spec"]["template"]["spec"]
        assert spec["nodeClassRef"]["name"] in classes
        wanted = {each["key"]: each["values"] for each in spec["requirements"]}
        assert wanted["karpenter.sh/capacity-type"] == ["spot", "on-demand"]
        if "-gpu-" in one["metadata"]["name"]:
            assert spec["expireAfter"] == "168h"
            assert spec["terminationGracePeriod"]
            assert one["spec"]["disruption"]["consolidationPolicy"] == "WhenEmpty"
            assert one["spec"]["disruption"]["consolidateAfter"] == "300s"
            assert wanted["kubernetes.io/arch"] == ["amd64"]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_namespaces_are_restricted_and_bounded(default: Rendered, environment: str) -> None:
    place = f"{environment}/namespace"
    labels = default.one(place, "Namespace")["metadata"]["labels"]
    for mode in ("enforce", "audit", "warn"):
        assert labels[f"pod-security.kubernetes.io/{mode}"] == "restricted"
        assert labels[f"pod-security.kubernetes.io/{mode}-version"] == "v1.35"
    assert labels["elbv2.k8s.aws/pod-readiness-gate-inject"] == "enabled"
    hard = default.one(place, "ResourceQuota", "environment")["spec"]["hard"]
    wanted = {"dev": ("20", "50Gi", "3"), "prod": ("50", "200Gi", "15")}[environment]
    names = ("requests.cpu", "requests.memory", "requests.nvidia.com/gpu")
    assert tuple(hard[name] for name in names) == wanted
    (limits,) = default.one(place, "LimitRange")["spec"]["limits"]
    assert set(limits["defaultRequest"]) == {"cpu", "memory"}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_a_store_reads_as_its_environment(default: Rendered, environment: str) -> None:
    """By the role of a service account of its own namespace (N3, N12)."""
    place = f"{environment}/namespace"
    provider = default.one(place, "SecretStore")["spec"]["provider"]["aws"]
    account = default.one(place, "ServiceAccount")
    named = provider["auth"]["jwt"]["serviceAccountRef"]["name"]
    assert named == account["metadata"]["name"] == "external-secrets"
    role = f"arn:aws:iam::123456789012:role/pingvas-{environment}-secrets-us-east-1"
    assert account["metadata"]["annotations"] == {"eks.amazonaws.com/role-arn": role}
    stores = {
        one["spec"]["secretStoreRef"]["name"] for one in default.overlays[f"{environment}/secrets"]
    }
    assert stores == {default.one(place, "SecretStore")["metadata"]["name"]}


def test_operators_see_no_secret_and_start_no_program(rendered: Rendered) -> None:
    for environment in ENVIRONMENTS:
        rules = rendered.one(f"{environment}/namespace", "Role", "operators")["rules"]
        named = {resource for rule in rules for resource in rule["resources"]}
        assert named.isdisjoint({"secrets", "pods/exec", "serviceaccounts/token", "*"})
        assert {verb for rule in rules for verb in rule["verbs"]} == {
            *("get", "list", "watch", "delete")
        }
