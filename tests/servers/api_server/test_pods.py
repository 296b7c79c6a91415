"""A pod is admitted, placed and run as a cluster would, or its workload says why not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kubernetes import client

from tests.servers.api_server.kinds import core_kind
from tests.servers.api_server.server import api_server
from tests.servers.api_server.test_serving import Cluster, deployment

RESTRICTED = {
    "runAsNonRoot": True,
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
}


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    with api_server(tmp_path, controllers=False) as server:
        yield Cluster(server, tmp_path)


def space(cluster: Cluster, **labels: str) -> None:
    """A namespace `dev` with labels of Pod Security, such as `enforce`."""
    marks = {f"pod-security.kubernetes.io/{name}": level for name, level in labels.items()}
    metadata = {"name": "dev", "labels": marks}
    cluster.applied({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})
    cluster.server.controllers.settle()


def thing(kind: str, name: str, **more: Any) -> dict[str, Any]:
    metadata = {"name": name, "namespace": "dev"}
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata, **more}


def pod(name: str = "one", own: Any = None, **spec: Any) -> dict[str, Any]:
    one = {"name": "c", "image": "c:1", **(own or {})}
    return thing("Pod", name, spec={"containers": [one], **spec})


def bound(**hard: str) -> dict[str, Any]:
    return thing("ResourceQuota", "all", spec={"hard": hard})


def asking(**requests: str) -> dict[str, Any]:
    return {"resources": {"requests": requests}}


def settled(cluster: Cluster, resource: str, name: str) -> dict[str, Any]:
    cluster.server.controllers.settle()
    return cluster.server.store.get(core_kind(resource), "dev", name)


def condition(found: dict[str, Any], name: str) -> dict[str, Any]:
    conditions: list[dict[str, Any]] = found["status"]["conditions"]
    return next((one for one in conditions if one["type"] == name), {})


def test_a_restricted_namespace_refuses_a_pod_in_the_servers_words(cluster: Cluster) -> None:
    space(cluster, enforce="restricted")
    with cluster.client() as spoken, pytest.raises(client.ApiException) as refused:
        client.CoreV1Api(spoken).create_namespaced_pod("dev", pod())  # type: ignore[arg-type]  # a document will do
    assert refused.value.status == 403
    words = (
        'pods \\"one\\" is forbidden: violates PodSecurity \\"restricted:latest\\": '
        "allowPrivilegeEscalation != false "
        '(container \\"c\\" must set securityContext.allowPrivilegeEscalation=false), '
        "unrestricted capabilities "
        '(container \\"c\\" must set securityContext.capabilities.drop=[\\"ALL\\"]), '
        "runAsNonRoot != true "
        '(pod or container \\"c\\" must set securityContext.runAsNonRoot=true), '
        'seccompProfile (pod or container \\"c\\" must set securityContext.seccompProfile.type '
        'to \\"RuntimeDefault\\" or \\"Localhost\\")"'
    )
    assert words in str(refused.value.body)
    kept = pod(own={"securityContext": RESTRICTED})
    assert "serverside-applied" in cluster.applied(kept)


@pytest.mark.parametrize(
    ("own", "spec", "words"),
    [
        ({}, {"hostNetwork": True}, "host namespaces (hostNetwork=true)"),
        ({"ports": [{"containerPort": 1, "hostPort": 1}]}, {}, 'container "c" uses hostPort 1'),
        ({}, {"volumes": [{"name": "v", "hostPath": {"path": "/"}}]}, 'type "hostPath"'),
        ({}, {"securityContext": {"runAsUser": 0}}, "pod must not set runAsUser=0"),
        ({"securityContext": {**RESTRICTED, "privileged": True}}, {}, "privileged=true"),
        (
            {"securityContext": {**RESTRICTED, "capabilities": {"drop": ["ALL"], "add": ["KILL"]}}},
            {},
            'must not include "KILL" in securityContext.capabilities.add',
        ),
        ({}, {"securityContext": {"seccompProfile": {"type": "Unconfined"}}}, '"Unconfined"'),
        ({}, {"initContainers": [{"name": "i", "image": "i"}]}, 'container "i" must set'),
    ],
)
def test_each_rule_of_restricted(cluster: Cluster, own: Any, spec: Any, words: str) -> None:
    space(cluster, enforce="restricted")
    assert words in cluster.applied(pod(own={"securityContext": RESTRICTED, **own}, **spec))


def test_baseline_refuses_less(cluster: Cluster) -> None:
    space(cluster, enforce="baseline")
    assert "serverside-applied" in cluster.applied(pod())
    assert 'violates PodSecurity "baseline:latest": host namespaces' in cluster.applied(
        pod("two", hostPID=True)
    )


def test_a_workload_is_accepted_and_says_that_its_pods_are_refused(cluster: Cluster) -> None:
    space(cluster, enforce="restricted", warn="restricted")
    command = ("apply", "--server-side", "-f", "-")
    told = cluster.kubectl(*command, sent=deployment())
    assert told.returncode == 0
    assert 'would violate PodSecurity "restricted:latest"' in told.stderr
    found = settled(cluster, "deployments.apps", "user")
    failure = condition(found, "ReplicaFailure")
    assert failure["reason"] == "FailedCreate"
    assert 'violates PodSecurity "restricted:latest"' in failure["message"]
    assert condition(found, "Available")["status"] == "False"


def test_sets_and_jobs_tell_refused_pods_by_events(cluster: Cluster) -> None:
    space(cluster, enforce="restricted")
    named = deployment(serviceName="user")
    cluster.applied({**named, "kind": "StatefulSet"})
    template = {"spec": {"restartPolicy": "Never", "containers": [{"name": "j", "image": "j"}]}}
    job = thing("Job", "once", spec={"template": template})
    cluster.applied({**job, "apiVersion": "batch/v1"})
    cluster.server.controllers.settle()
    with cluster.client() as spoken:
        events = client.CoreV1Api(spoken).list_namespaced_event("dev").items
    told = {each.involved_object.kind: (each.reason, each.message) for each in events}
    assert told.keys() == {"StatefulSet", "Job"}
    assert told["StatefulSet"][0] == "FailedCreate"
    words = "create Pod user-0 in StatefulSet user failed error: "
    assert str(told["StatefulSet"][1]).startswith(words)
    assert "conditions" not in settled(cluster, "jobs.batch", "once")["status"]


def test_a_quota_is_counted_and_kept(cluster: Cluster) -> None:
    space(cluster)
    cluster.applied(bound(**{"requests.cpu": "1", "requests.memory": "1Gi", "pods": "9"}))
    cluster.applied(pod(own=asking(cpu="600m", memory="256Mi")))
    told = cluster.applied(pod("two", own=asking(cpu="600m", memory="1Mi")))
    words = "exceeded quota: all, requested: requests.cpu=600m, used: requests.cpu=600m, limited: "
    assert f"{words}requests.cpu=1" in told
    quota = settled(cluster, "resourcequotas", "all")
    assert quota["status"]["used"] == {
        "requests.cpu": "600m", "requests.memory": "256Mi", "pods": "1",
    }  # fmt: skip


def test_what_a_quota_counts_must_be_said_unless_it_is_a_default(cluster: Cluster) -> None:
    space(cluster)
    cluster.applied(bound(**{"requests.cpu": "1"}))
    assert "failed quota: all: must specify requests.cpu for: c" in cluster.applied(pod())
    limits = [{"type": "Container", "defaultRequest": {"cpu": "100m"}, "max": {"memory": "1Gi"}}]
    cluster.applied(thing("LimitRange", "defaults", spec={"limits": limits}))
    assert "serverside-applied" in cluster.applied(pod())
    found = settled(cluster, "pods", "one")
    (one,) = found["spec"]["containers"]
    assert one["resources"] == {
        "requests": {"cpu": "100m", "memory": "1Gi"}, "limits": {"memory": "1Gi"},
    }  # fmt: skip
    large = {"resources": {"limits": {"memory": "2Gi"}}}
    words = "maximum memory usage per Container is 1Gi, but limit is 2Gi"
    assert words in cluster.applied(pod("two", own=large))


def test_a_request_above_the_default_limit_is_invalid(cluster: Cluster) -> None:
    space(cluster)
    limits = [{"type": "Container", "default": {"memory": "128Mi"}}]
    cluster.applied(thing("LimitRange", "defaults", spec={"limits": limits}))
    told = cluster.applied(pod(own=asking(memory="256Mi")))
    assert "must be less than or equal to memory limit of 128Mi" in told


def test_gpus_and_first_containers_count(cluster: Cluster) -> None:
    space(cluster)
    cluster.applied(bound(**{"requests.nvidia.com/gpu": "1", "requests.cpu": "3"}))
    gpu = {"resources": {"limits": {"nvidia.com/gpu": "1", "cpu": "1"}}}
    first = {"name": "i", "image": "i", "resources": {"limits": {"cpu": "2"}}}
    cluster.applied(pod(own=gpu, initContainers=[first]))
    assert "requests.nvidia.com/gpu=1" in cluster.applied(pod("two", own=gpu))
    used = settled(cluster, "resourcequotas", "all")["status"]["used"]
    assert used == {"requests.nvidia.com/gpu": "1", "requests.cpu": "2"}


def test_a_quota_of_a_priority_counts_its_pods_alone(cluster: Cluster) -> None:
    space(cluster)
    priority = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "value": 5}
    cluster.applied({**priority, "metadata": {"name": "ours"}})
    expression = {"scopeName": "PriorityClass", "operator": "NotIn", "values": ["ours"]}
    scoped = bound(pods="0")
    scoped["spec"]["scopeSelector"] = {"matchExpressions": [expression]}
    cluster.applied(scoped)
    assert "exceeded quota: all" in cluster.applied(pod())
    assert "serverside-applied" in cluster.applied(pod(priorityClassName="ours"))
    assert settled(cluster, "pods", "one")["spec"]["priority"] == 5


def test_what_a_pod_names_must_be_there(cluster: Cluster) -> None:
    space(cluster)
    told = cluster.applied(pod(serviceAccountName="absent"))
    words = 'error looking up service account dev/absent: serviceaccount "absent" not found'
    assert words in told
    told = cluster.applied(pod(priorityClassName="absent"))
    assert "no PriorityClass with name absent was found" in told


def of_pod(own: Any, **spec: Any) -> dict[str, Any]:
    wanted = deployment()
    template = wanted["spec"]["template"]["spec"]
    template["containers"][0].update(own)
    template.update(spec)
    return wanted


@pytest.mark.parametrize(
    ("source", "given", "reason"),
    [
        (
            {"env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "given", "key": "k"}}}]},
            ("Secret", {"stringData": {"k": "v"}}),
            "CreateContainerConfigError",
        ),
        (
            {"envFrom": [{"configMapRef": {"name": "given"}}]},
            ("ConfigMap", {"data": {}}),
            "CreateContainerConfigError",
        ),
        (
            {"volumes": [{"name": "v", "secret": {"secretName": "given"}}]},
            ("Secret", {"stringData": {"k": "v"}}),
            "ContainerCreating",
        ),
    ],
)
def test_a_pod_waits_for_what_it_is_given(
    cluster: Cluster, source: Any, given: tuple[str, Any], reason: str
) -> None:
    space(cluster)
    volumes = {"volumes": source.pop("volumes")} if "volumes" in source else {}
    told = cluster.applied(of_pod(source, **volumes))
    assert "serverside-applied" in told
    found = settled(cluster, "deployments.apps", "user")
    assert condition(found, "Available")["status"] == "False"
    (waiting,) = cluster.server.store.listed(core_kind("pods"), "dev")
    (part,) = waiting["status"]["containerStatuses"]
    assert part["state"]["waiting"]["reason"] == reason
    cluster.applied(thing(given[0], "given", **given[1]))
    found = settled(cluster, "deployments.apps", "user")
    assert condition(found, "Available")["status"] == "True"


def test_a_pod_is_not_placed_without_its_claim(cluster: Cluster) -> None:
    space(cluster)
    claim = {"name": "v", "persistentVolumeClaim": {"claimName": "data"}}
    cluster.applied(of_pod({}, volumes=[claim]))
    found = settled(cluster, "deployments.apps", "user")
    assert condition(found, "Available")["status"] == "False"
    (waiting,) = cluster.server.store.listed(core_kind("pods"), "dev")
    placed = condition(waiting, "PodScheduled")
    assert (waiting["status"]["phase"], placed["reason"]) == ("Pending", "Unschedulable")
    assert 'persistentvolumeclaim "data" not found' in placed["message"]


def test_a_namespace_has_what_every_namespace_has(cluster: Cluster) -> None:
    space(cluster)
    with cluster.client() as spoken:
        core = client.CoreV1Api(spoken)
        found: Any = core.list_namespaced_service_account("dev").items
        accounts = [one.metadata.name for one in found]
        assert accounts == ["default"]
        root = core.read_namespaced_config_map("kube-root-ca.crt", "dev")
    assert root.data == {"ca.crt": cluster.server.ca.read_text()}
