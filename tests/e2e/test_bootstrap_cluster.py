"""Bootstrap and destroy in a cluster: killed at each step, refused by name, taken down again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pingvas_cli.errors import Exit
from pingvas_cli.ports.kubernetes import Reference
from tests.e2e.cluster_machine import DOING, ClusterMachine, cluster_machine
from tests.manifests.judges import CRDS, has_definitions

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]
STRANGE: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "somebody-elses", "namespace": "dev"},
    "data": {"kept": "yes"},
}


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[ClusterMachine]:
    """One with an empty cluster."""
    if not has_definitions():
        pytest.skip(f"{CRDS} is missing: name another folder in PINGVAS_CRDS")
    with cluster_machine(tmp_path) as made:
        yield made


def test_killed_after_each_step_it_ends_as_if_never_killed(machine: ClusterMachine) -> None:
    # The first two were done when it asked for images; prod's are dev's over again.
    for slug in (*DOING[2 : DOING.index("dev-workers") + 1], "prod-services"):
        machine.kill_after(slug)
    assert machine.applied() == list(DOING[DOING.index("prod-services") + 1 :])
    versions = machine.versions()
    assert len(versions) > 120
    assert machine.applied() == []
    assert machine.versions() == versions


def test_a_change_is_shown_by_the_server_and_then_applied(machine: ClusterMachine) -> None:
    machine.applied()
    with (machine.folder / "pingvas.yaml").open("a") as written:
        written.write("pooler:\n  max_client_connections: 2000\n")
    versions = machine.versions()
    plan = {each["step"]: each["state"] for each in machine.told("bootstrap", "--dry-run")}
    assert plan["rendered-tree"] == "drifted"
    assert machine.versions() == versions
    assert "dev-pooler" in machine.applied()
    maps = [each.name for each in machine.ours() if each.name.startswith("pooler-configuration")]
    assert len(maps) == 2  # the old ones are pruned


def test_a_field_of_another_manager_is_not_taken(machine: ClusterMachine) -> None:
    machine.applied()
    path = machine.kubernetes._path(Reference("apps/v1", "Deployment", "pooler", "dev"))
    query = (("fieldManager", "kubectl-scale"),)
    kind = "application/merge-patch+json"
    body = {"spec": {"replicas": 3}}
    machine.kubernetes._asked("PATCH", path, "pooler", query=query, body=body, kind=kind)
    code, _, err = machine.run("bootstrap", "--yes")
    assert code == Exit.FAILED
    assert "kubernetes.conflict" in err
    assert "kubectl-scale" in err
    assert ".spec.replicas" in err


def test_an_image_that_nobody_has_is_named(machine: ClusterMachine) -> None:
    machine.server.controllers.failing_images.add(f"mine/gallery@sha256:{'a' * 64}")
    code, _, err = machine.run("bootstrap", "--yes")
    assert code == Exit.FAILED
    assert "Deployment dev/gallery" in err
    assert "ImagePullBackOff" in err
    machine.server.controllers.failing_images.clear()
    assert machine.applied()[-1] == DOING[-1]


def test_destroy_leaves_nothing_of_ours_and_all_of_others(machine: ClusterMachine) -> None:
    machine.applied()
    machine.kubernetes.create(STRANGE)
    told = machine.told("destroy", "--yes")
    assert told["kept"] == ["dev"]
    assert [str(each) for each in machine.ours()] == ["Namespace dev"]
    found = machine.kubernetes.get(Reference.of(STRANGE))
    assert found is not None
    machine.kubernetes.delete(found)
    assert machine.told("destroy", "--yes") == {"removed": ["remove-namespaces"], "kept": []}
    assert machine.ours() == {}


def test_another_cluster_behind_the_same_name_is_refused(machine: ClusterMachine) -> None:
    known = machine.folder / "state" / "cluster.json"
    known.write_text(known.read_text().replace('"uid": "', '"uid": "not-'))
    for command in ("bootstrap", "destroy"):
        code, _, err = machine.run(command, "--yes")
        assert code == Exit.FAILED
        assert "cluster.other_cluster" in err or "another cluster" in err
