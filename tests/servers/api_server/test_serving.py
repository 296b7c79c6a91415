"""kubectl and the official client both speak to the double."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.manifests.judges import kubectl
from tests.servers.api_server.kinds import kind_of
from tests.servers.api_server.serving import api_server
from tests.servers.api_server.store import Store

NAMESPACE = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "dev"}}


def config_map(**data: Any) -> dict[str, Any]:
    metadata = {"name": "settings", "namespace": "dev"}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


@dataclass(frozen=True)
class Cluster:
    url: str
    folder: Path

    def kubectl(self, *arguments: str, sent: Any = None) -> subprocess.CompletedProcess[str]:
        command = [kubectl(), f"--server={self.url}", f"--cache-dir={self.folder}", *arguments]
        text = yaml.safe_dump(sent) if sent else ""
        environ = {"HOME": str(self.folder), "KUBECONFIG": "/dev/null"}
        return subprocess.run(
            command, input=text, capture_output=True, text=True, env=environ, check=False
        )

    def applied(self, sent: Any, *more: str) -> str:
        command = ("apply", "--server-side", "-f", "-", *more)
        told = self.kubectl(*command, sent=sent)
        return told.stdout if told.returncode == 0 else told.stderr


@pytest.fixture
def store() -> Store:
    found = Store()
    kind = kind_of("v1", "namespaces")
    assert kind is not None
    found.create(kind, "", NAMESPACE, "setup")
    return found


@pytest.fixture
def cluster(store: Store, tmp_path: Path) -> Iterator[Cluster]:
    with api_server(store) as url:
        yield Cluster(url, tmp_path)


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
    from kubernetes import client

    configuration = client.Configuration()
    configuration.host = cluster.url
    with client.ApiClient(configuration) as spoken:
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


def test_an_apply_that_changes_nothing_keeps_the_version(cluster: Cluster, store: Store) -> None:
    cluster.applied(config_map(color="red"))
    before = store.version
    cluster.applied(config_map(color="red"))
    assert store.version == before


def test_a_namespace_stays_while_a_finalizer_holds_what_is_in_it(store: Store) -> None:
    maps, spaces = kind_of("v1", "configmaps"), kind_of("v1", "namespaces")
    assert maps is not None
    assert spaces is not None
    held = config_map()
    held["metadata"]["finalizers"] = ["pingvas.io/test"]
    store.create(maps, "dev", held, "test")
    left = store.delete(spaces, ("namespaces", "", "dev"), dry=False)
    assert left["status"] == {"phase": "Terminating"}
    freed = store.get(maps, "dev", "settings")
    del freed["metadata"]["finalizers"]
    store.replace(maps, ("configmaps", "dev", "settings"), freed, "test")
    assert store.objects == {}


def test_what_is_not_implemented_is_refused(cluster: Cluster) -> None:
    cluster.applied(config_map(color="red"))
    told = cluster.kubectl("get", "cm", "-n", "dev", "-l", "a=b")
    assert told.returncode != 0
    assert "knows no ?labelSelector" in told.stderr


def test_a_merge_patch_takes_what_it_changes_and_removes_nulls(cluster: Cluster) -> None:
    cluster.applied(config_map(color="red", size="big"))
    patch = ("patch", "cm", "settings", "-n", "dev", "--type=merge", "-o", "jsonpath={.data}")
    told = cluster.kubectl(*patch, "-p", '{"data": {"color": "blue", "size": null}}')
    assert told.stdout == '{"color":"blue"}', told.stderr
    assert ".data.color" in cluster.applied(config_map(color="red"), "--field-manager=other")


def test_kubectl_deletes_and_an_option_that_would_be_ignored_is_refused(cluster: Cluster) -> None:
    cluster.applied(config_map(color="red"))
    delete = ("delete", "cm", "settings", "-n", "dev", "--wait=false")
    graceful = cluster.kubectl(*delete, "--grace-period=5")
    assert "knows no gracePeriodSeconds" in graceful.stderr
    assert "deleted" in cluster.kubectl(*delete).stdout
    assert "not found" in cluster.kubectl(*delete).stderr


def test_neither_pages_nor_dependents_are_guessed(cluster: Cluster) -> None:
    cluster.applied(config_map(color="red"))
    other = config_map()
    other["metadata"]["name"] = "other"
    cluster.applied(other)
    paged = cluster.kubectl("get", "cm", "-n", "dev", "--chunk-size=1")
    assert "knows no further pages" in paged.stderr
    owner = {"apiVersion": "v1", "kind": "ConfigMap", "name": "settings", "uid": "1"}
    other["metadata"]["ownerReferences"] = [owner]
    assert "collects no dependents" in cluster.applied(other)
