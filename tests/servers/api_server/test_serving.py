"""kubectl and the official client both speak to the double."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from kubernetes import client, config, watch
from kubernetes.stream import portforward

from tests.manifests.judges import kubectl
from tests.servers.api_server.admission import Write
from tests.servers.api_server.kinds import core_kind
from tests.servers.api_server.server import ApiServer, api_server

NAMESPACE = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "dev"}}


def config_map(**data: Any) -> dict[str, Any]:
    metadata = {"name": "settings", "namespace": "dev"}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


@dataclass(frozen=True)
class Cluster:
    server: ApiServer
    folder: Path

    def kubectl(self, *arguments: str, sent: Any = None) -> subprocess.CompletedProcess[str]:
        reached = (f"--kubeconfig={self.server.kubeconfig}", f"--cache-dir={self.folder}/cache")
        text = yaml.safe_dump(sent) if sent else ""
        return subprocess.run(
            [kubectl(), *reached, *arguments],
            input=text, capture_output=True, text=True, env={"HOME": str(self.folder)}, check=False,
        )  # fmt: skip

    def applied(self, sent: Any, *more: str) -> str:
        command = ("apply", "--server-side", "-f", "-", *more)
        told = self.kubectl(*command, sent=sent)
        return told.stdout if told.returncode == 0 else told.stderr

    @contextmanager
    def client(self) -> Iterator[Any]:
        configured = config.new_client_from_config(str(self.server.kubeconfig))  # type: ignore[no-untyped-call]  # the client's own
        with configured as spoken:
            yield spoken


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    with api_server(tmp_path, controllers=False) as server:
        server.store.create(core_kind("namespaces"), "", deepcopy(NAMESPACE), Write("setup"))
        yield Cluster(server, tmp_path)


def deployment(**spec: Any) -> dict[str, Any]:
    pod = {"containers": [{"name": "user", "image": "user:1"}]}
    template = {"metadata": {"labels": {"app": "user"}}, "spec": pod}
    wanted = {"selector": {"matchLabels": {"app": "user"}}, "template": template, **spec}
    metadata = {"name": "user", "namespace": "dev"}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": wanted}


def test_kubectl_applies_reads_and_sees_a_conflict(cluster: Cluster) -> None:
    assert "serverside-applied" in cluster.applied(config_map(color="red"))
    read = cluster.kubectl("get", "cm", "settings", "-n", "dev", "-o", "jsonpath={.data.color}")
    assert read.stdout == "red", read.stderr
    refused = cluster.applied(config_map(color="blue"), "--field-manager=other")
    assert 'conflict with "kubectl": .data.color' in refused
    forced = cluster.applied(config_map(color="blue"), "--field-manager=o", "--force-conflicts")
    assert "serverside-applied" in forced


def test_a_field_that_no_kind_has_is_refused(cluster: Cluster) -> None:
    assert "strict decoding error" in cluster.applied({**config_map(), "dta": {}})


def test_an_object_needs_its_namespace(cluster: Cluster) -> None:
    elsewhere = config_map() | {"metadata": {"name": "settings", "namespace": "absent"}}
    assert 'namespaces "absent" not found' in cluster.applied(elsewhere)


def test_the_official_client_creates_reads_and_deletes(cluster: Cluster) -> None:
    with cluster.client() as spoken:
        core = client.CoreV1Api(spoken)
        wanted = client.V1ConfigMap(
            metadata=client.V1ObjectMeta(name="settings"), data={"color": "red"}
        )
        made = core.create_namespaced_config_map("dev", wanted)
        assert made.metadata is not None
        assert made.metadata.uid
        found = core.list_namespaced_config_map("dev").items
        assert [each.data for each in found] == [{"color": "red"}]
        with pytest.raises(client.ApiException) as refused:
            core.create_namespaced_config_map("dev", wanted)
        assert refused.value.status == 409
        core.delete_namespaced_config_map("settings", "dev")
        assert core.list_namespaced_config_map("dev").items == []


def test_an_apply_that_changes_nothing_keeps_the_version(cluster: Cluster) -> None:
    cluster.applied(config_map(color="red"))
    before = cluster.server.store.version
    cluster.applied(config_map(color="red"))
    assert cluster.server.store.version == before


def test_a_namespace_stays_while_a_finalizer_holds_what_is_in_it(cluster: Cluster) -> None:
    store, controllers = cluster.server.store, cluster.server.controllers
    maps, spaces = core_kind("configmaps"), core_kind("namespaces")
    held = config_map()
    held["metadata"]["finalizers"] = ["pingvas.io/test"]
    store.create(maps, "dev", held, Write("test"))
    store.delete(spaces, ("namespaces", "", "dev"))
    controllers.settle()
    assert store.get(spaces, "", "dev")["status"]["phase"] == "Terminating"
    assert "is being terminated" in cluster.applied(deployment())
    freed = store.get(maps, "dev", "settings")
    del freed["metadata"]["finalizers"]
    store.replace(maps, ("configmaps", "dev", "settings"), freed, Write("test"))
    controllers.settle()
    assert ("namespaces", "", "dev") not in store.objects


def test_a_merge_patch_takes_what_it_changes_and_removes_nulls(cluster: Cluster) -> None:
    cluster.applied(config_map(color="red", size="big"))
    patch = ("patch", "cm", "settings", "-n", "dev", "--type=merge", "-o", "jsonpath={.data}")
    told = cluster.kubectl(*patch, "-p", '{"data": {"color": "blue", "size": null}}')
    assert told.stdout == '{"color":"blue"}', told.stderr
    assert ".data.color" in cluster.applied(config_map(color="red"), "--field-manager=other")


def test_selectors_choose_and_unknown_fields_are_refused(cluster: Cluster) -> None:
    cluster.applied(config_map(color="red"))
    get = ("get", "cm", "-n", "dev", "-o", "name")
    assert cluster.kubectl(*get, "-l", "a=b").stdout == ""
    assert cluster.kubectl(*get, "-l", "a!=b,!c").stdout == "configmap/settings\n"
    assert cluster.kubectl(*get, "--field-selector=metadata.name=other").stdout == ""
    refused = cluster.kubectl(*get, "--field-selector=data.color=red")
    assert "field label not supported: data.color" in refused.stderr


def test_a_stranger_is_unauthorized_and_rules_are_kept(cluster: Cluster) -> None:
    cluster.server.access.rules = [
        {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get"], "namespaces": ["dev"]}
    ]
    spec = {"resourceAttributes": {"verb": "get", "resource": "configmaps", "namespace": "dev"}}
    other = {"resourceAttributes": {**spec["resourceAttributes"], "verb": "patch"}}
    with cluster.client() as spoken:
        reviews = client.AuthorizationV1Api(spoken)
        for asked, allowed in ((spec, True), (other, False)):
            told: Any = reviews.create_self_subject_access_review(
                client.V1SelfSubjectAccessReview(
                    spec=client.V1SelfSubjectAccessReviewSpec(
                        resource_attributes=client.V1ResourceAttributes(
                            **asked["resourceAttributes"]
                        )
                    )
                )
            )
            assert told.status.allowed is allowed
    stranger = cluster.kubectl("get", "cm", "settings", "-n", "dev", "--token=wrong")
    assert "must be logged in" in stranger.stderr
    assert "cannot patch" in cluster.applied(config_map())


def test_pages_are_of_one_moment(cluster: Cluster) -> None:
    with cluster.client() as spoken:
        core = client.CoreV1Api(spoken)
        first: Any = core.list_namespace(limit=2)
        assert len(first.items) == 2
        core.delete_namespace("default")
        rest: Any = core.list_namespace(limit=9, _continue=first.metadata._continue)
        assert len(rest.items) == 3
        assert rest.metadata.resource_version == first.metadata.resource_version


def test_kubectl_waits_for_a_rollout_by_a_watch_with_initial_events(cluster: Cluster) -> None:
    cluster.applied(deployment())
    rollout = ("rollout", "status", "deploy/user", "-n", "dev", "--timeout=2s")
    assert cluster.kubectl(*rollout).returncode != 0
    cluster.server.controllers.settle()
    assert "successfully rolled out" in cluster.kubectl(*rollout).stdout
    wait = ("wait", "--for=condition=Available", "deploy/user", "-n", "dev", "--timeout=5s")
    assert "condition met" in cluster.kubectl(*wait).stdout


def test_a_rollout_that_fails_says_so(cluster: Cluster) -> None:
    cluster.server.controllers.failing_images.add("user:1")
    cluster.applied(deployment())
    cluster.server.controllers.settle()
    told = cluster.kubectl("rollout", "status", "deploy/user", "-n", "dev", "--timeout=5s")
    assert "exceeded its progress deadline" in told.stderr


def test_what_never_changes_is_refused(cluster: Cluster) -> None:
    cluster.applied(deployment())
    other = deployment(selector={"matchLabels": {"app": "user", "more": "yes"}})
    assert "does not match template" in cluster.applied(other)
    other["spec"]["template"]["metadata"]["labels"]["more"] = "yes"
    assert "field is immutable" in cluster.applied(other)


def test_the_generation_counts_specs_and_status_is_apart(cluster: Cluster) -> None:
    cluster.applied(deployment(replicas=1))
    kind, key = core_kind("deployments.apps"), ("deployments.apps", "dev", "user")
    cluster.server.controllers.settle()
    assert cluster.server.store.get(kind, *key[1:])["metadata"]["generation"] == 1
    cluster.applied({**deployment(replicas=2), "status": {"replicas": 9}})
    found = cluster.server.store.get(kind, *key[1:])
    assert (found["metadata"]["generation"], found["status"]["replicas"]) == (2, 1)


def test_a_secret_is_sent_plain_and_kept_coded(cluster: Cluster) -> None:
    metadata = {"name": "key", "namespace": "dev"}
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata}
    cluster.applied({**secret, "stringData": {"a": "b"}})
    found = cluster.server.store.get(core_kind("secrets"), "dev", "key")
    assert (found["data"], "stringData" in found, found["type"]) == ({"a": "Yg=="}, False, "Opaque")


def test_writes_fail_when_a_test_says_so(cluster: Cluster) -> None:
    faults = cluster.server.faults
    faults.at_write(1, "refuse")
    assert "EOF" in cluster.applied(config_map(color="red"))
    assert ("configmaps", "dev", "settings") not in cluster.server.store.objects
    faults.at_write(1, "lose")
    assert "EOF" in cluster.applied(config_map(color="red"))
    assert ("configmaps", "dev", "settings") in cluster.server.store.objects
    faults.at_write(1, 500)
    assert "asked for by a test" in cluster.applied(config_map(color="blue"))


def test_dependents_go_with_their_owner_and_the_uid_is_a_precondition(cluster: Cluster) -> None:
    cluster.applied(config_map(color="red"))
    store, maps = cluster.server.store, core_kind("configmaps")
    uid = store.get(maps, "dev", "settings")["metadata"]["uid"]
    owner = {"apiVersion": "v1", "kind": "ConfigMap", "name": "settings", "uid": uid}
    other = config_map()
    other["metadata"].update(name="other", ownerReferences=[owner])
    cluster.applied(other)
    with cluster.client() as spoken:
        core = client.CoreV1Api(spoken)
        wrong = client.V1DeleteOptions(preconditions=client.V1Preconditions(uid="another"))
        with pytest.raises(client.ApiException) as refused:
            core.delete_namespaced_config_map("settings", "dev", body=wrong)
        assert refused.value.status == 409
        core.delete_namespaced_config_map("settings", "dev", propagation_policy="Foreground")
    assert "deletionTimestamp" in store.get(maps, "dev", "settings")["metadata"]
    cluster.server.controllers.settle()
    left = [one["metadata"]["name"] for one in store.listed(maps, "dev")]
    assert left == ["kube-root-ca.crt"]


def test_a_watch_sees_what_happens_and_is_told_when_it_is_too_old(cluster: Cluster) -> None:
    cluster.applied(config_map(color="red"))
    with cluster.client() as spoken:
        maps = client.CoreV1Api(spoken).list_namespaced_config_map
        asked = {"timeout_seconds": 1, "resource_version": "1"}
        seen = [each["type"] for each in watch.Watch().stream(maps, "dev", **asked)]  # type: ignore[no-untyped-call]  # the client's own
        assert seen == ["ADDED"]
        cluster.server.store.compact()
        with pytest.raises(client.ApiException) as refused:
            list(watch.Watch().stream(maps, "dev", **asked))  # type: ignore[no-untyped-call]  # the client's own
        assert refused.value.status == 410


def test_a_pod_is_reached_through_the_official_client(cluster: Cluster) -> None:
    wanted = deployment()
    wanted["spec"]["template"]["metadata"]["labels"]["app.kubernetes.io/name"] = "user"
    cluster.applied(wanted)
    cluster.server.controllers.settle()
    (pod,) = cluster.server.store.listed(core_kind("pods"), "dev")
    with socket.create_server(("127.0.0.1", 0)) as listening, cluster.client() as spoken:
        cluster.server.ports["user", 8001] = listening.getsockname()[1]
        pods = client.CoreV1Api(spoken).connect_get_namespaced_pod_portforward
        name = pod["metadata"]["name"]
        far: Any = portforward(pods, name, "dev", ports="8001")
        near = far.socket(8001)
        near.setblocking(True)
        near.sendall(b"asked")
        here, _ = listening.accept()
        with here:
            assert here.recv(5) == b"asked"
            here.sendall(b"told")
        assert near.recv(4) == b"told"
        near.close()


def test_a_definition_makes_a_kind_that_is_judged(cluster: Cluster) -> None:
    schema = {
        "type": "object",
        "properties": {"spec": {"type": "object", "properties": {"size": {"type": "integer"}}}},
    }
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    spec = {
        "group": "test.io",
        "scope": "Namespaced",
        "names": {"kind": "Box", "plural": "boxes", "singular": "box", "listKind": "BoxList"},
        "versions": [version],
    }
    head = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition"}
    cluster.applied({**head, "metadata": {"name": "boxes.test.io"}, "spec": spec})
    metadata = {"name": "a", "namespace": "dev"}
    box = {"apiVersion": "test.io/v1", "kind": "Box", "metadata": metadata, "spec": {"size": 1}}
    assert "no matches for kind" in cluster.applied(box)
    cluster.server.controllers.settle()
    assert "serverside-applied" in cluster.applied(box)
    assert "unknown field" in cluster.applied({**box, "spec": {"sise": 1}})
    assert "is not of type 'integer'" in cluster.applied({**box, "spec": {"size": "big"}})
    cluster.kubectl("delete", "crd", "boxes.test.io", "--wait=false")
    cluster.server.controllers.settle()
    assert not [key for key in cluster.server.store.objects if key[0] == "boxes.test.io"]
    assert "could not find the requested resource" in cluster.applied(box)


def test_pods_of_a_set_mount_their_claims(cluster: Cluster) -> None:
    wanted = deployment(serviceName="user")
    mounts = [{"name": "data", "mountPath": "/data"}]
    wanted["spec"]["template"]["spec"]["containers"][0]["volumeMounts"] = mounts
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    wanted["spec"]["volumeClaimTemplates"] = [{"metadata": {"name": "data"}, "spec": claim}]
    cluster.applied({**wanted, "kind": "StatefulSet"})
    cluster.server.controllers.settle()
    pod = cluster.server.store.get(core_kind("pods"), "dev", "user-0")
    (volume,) = pod["spec"]["volumes"]
    assert volume["persistentVolumeClaim"] == {"claimName": "data-user-0"}
