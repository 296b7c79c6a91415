"""The whole of a rendered tree is admitted, and all that it deploys becomes available."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.manifests.judges import CRDS, Document, has_definitions, is_custom
from tests.manifests.trees import ENVIRONMENTS, Rendered, containers, pod_of, written
from tests.servers.api_server.kinds import core_kind
from tests.servers.api_server.quotas import quantity
from tests.servers.api_server.server import api_server
from tests.servers.api_server.test_serving import Cluster

pytestmark = pytest.mark.skipif(
    not has_definitions(), reason=f"{CRDS} is missing: name another folder in PINGVAS_CRDS"
)
FIRST = ("namespace",)
"""The program whose overlay all others need."""


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    with api_server(tmp_path, controllers=False) as server:
        yield Cluster(server, tmp_path)


def test_every_workload_of_the_whole_tree_becomes_available(
    cluster: Cluster, tmp_path: Path
) -> None:
    tree = written("cluster", tmp_path / "tree")
    apply(cluster, definitions(one for _, one in tree.everything()))
    for found in tree.platform.values():
        apply(cluster, found)
    for environment in ENVIRONMENTS:
        apply(cluster, tree.overlays[f"{environment}/namespace"])
        apply(cluster, secrets(tree, environment))
        for place, found in tree.overlays.items():
            if place.startswith(f"{environment}/") and not place.endswith(FIRST):
                apply(cluster, found)
    assert unavailable(cluster, tree) == {}
    for environment in ENVIRONMENTS:
        within_bounds(cluster, environment)


def apply(cluster: Cluster, found: Any) -> None:
    """All at once, as a delivery does, and what follows from it; fails when one is refused."""
    file = cluster.folder / "applied.yaml"
    file.write_text(yaml.safe_dump_all(found))
    told = cluster.kubectl("apply", "--server-side", "-f", str(file))
    assert (told.returncode, told.stderr) == (0, ""), told.stderr
    cluster.server.controllers.settle()


def unavailable(cluster: Cluster, tree: Rendered) -> dict[str, Any]:
    """What is not as it should be of each workload, by its overlay and kind."""
    store, found = cluster.server.store, {}
    for place, one in tree.workloads():
        kind = store.kinds.named(one["apiVersion"], one["kind"])
        assert kind is not None
        environment, name = one["metadata"]["namespace"], one["metadata"]["name"]
        live = store.get(kind, environment, name)
        status = live.get("status", {})
        told = {each["type"] for each in status.get("conditions", ()) if each["status"] == "True"}
        wanted = {"Deployment": "Available", "Job": "Complete"}.get(one["kind"])
        ready = status.get("readyReplicas") == live["spec"].get("replicas")
        if not (wanted in told if wanted else ready):
            found[f"{place} {one['kind']}"] = status
    return found


def within_bounds(cluster: Cluster, environment: str) -> None:
    """Its pods are counted, and only within what it may have."""
    quota = cluster.server.store.get(core_kind("resourcequotas"), environment, "environment")
    used, hard = quota["status"]["used"], quota["spec"]["hard"]
    assert int(used["pods"]) > 5
    for name in used.keys() & hard.keys():
        assert quantity(used[name]) <= quantity(hard[name])


def definitions(found: Iterator[Document]) -> list[Document]:
    """Of the custom kinds that a tree has, with the schemas of their projects."""
    kinds = {(one["apiVersion"], one["kind"]) for one in found if is_custom(one)}
    return [definition(*each) for each in sorted(kinds)]


def definition(api_version: str, kind: str) -> Document:
    group, _, version = api_version.partition("/")
    schema = json.loads((CRDS / group / f"{kind.lower()}_{version}.json").read_text())
    served = {"name": version, "served": True, "storage": True, "subresources": {"status": {}}}
    plural = f"{kind.lower()}s"
    names = {"kind": kind, "plural": plural, "singular": kind.lower(), "listKind": f"{kind}List"}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}"},
        "spec": {
            "group": group,
            "scope": "Namespaced",
            "names": names,
            "versions": [{**served, "schema": {"openAPIV3Schema": schema}}],
        },
    }


def secrets(tree: Rendered, environment: str) -> list[Document]:
    """Those that the pods of an environment are given, with the keys that they read."""
    wanted: dict[str, set[str]] = {}
    for place, one in tree.workloads():
        if place.startswith(f"{environment}/"):
            for name, key in read_by(one):
                wanted.setdefault(name, set()).add(key)
    head = {"apiVersion": "v1", "kind": "Secret"}
    return [
        {
            **head,
            "metadata": {"name": name, "namespace": environment},
            "stringData": dict.fromkeys(sorted(keys), "x"),
        }
        for name, keys in sorted(wanted.items())
    ]


def read_by(workload: Document) -> Iterator[tuple[str, str]]:
    """The Secret and the key of each value and file that a workload can't do without."""
    for one in containers(workload):
        for each in one.get("env", ()):
            chosen = each.get("valueFrom", {}).get("secretKeyRef", {"optional": True})
            if not chosen.get("optional"):
                yield chosen["name"], chosen["key"]
    for volume in pod_of(workload).get("volumes", ()):
        chosen = volume.get("secret", {})
        for item in chosen.get("items", ()):
            yield chosen["secretName"], item["key"]
