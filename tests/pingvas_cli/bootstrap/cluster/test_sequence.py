"""The whole sequence: resumed after each step, unchanged the second time, and taken down again."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from pingvas_cli.bootstrap.cluster.kinds import ALL, NAMESPACE, kind_of
from pingvas_cli.bootstrap.cluster.preflight import examine, examine_removal
from pingvas_cli.bootstrap.cluster.removal import claims, kept
from pingvas_cli.bootstrap.cluster.sequence import CLUSTER, CLUSTER_DESTROY
from pingvas_cli.bootstrap.cluster.waves import overlays
from pingvas_cli.errors import PingvasError, Refused
from pingvas_cli.ports.kubernetes import Kind, Reference
from pingvas_cli.rendering.contexts.place import ZERO_DIGEST
from pingvas_cli.steps.step import StepFailed
from tests.fakes.kubernetes import FakeKubernetes
from tests.pingvas_cli.bootstrap.aws.conftest import Killed
from tests.pingvas_cli.bootstrap.cluster.conftest import DIGEST, World

SLUGS = [step.slug for step in CLUSTER]
PRESENT_AT_FIRST = {"preflight", "rendered-tree", "releases", "tenancies", "prune"}
STRANGE: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "somebody-elses", "namespace": "dev"},
}


def test_a_second_run_changes_nothing(world: World) -> None:
    assert world.bootstrap() == tuple(s for s in SLUGS if s not in PRESENT_AT_FIRST)
    objects, writes = dict(world.kubernetes.objects), world.kubernetes.writes
    assert world.bootstrap() == ()
    assert (world.kubernetes.objects, world.kubernetes.writes) == (objects, writes)
    namespaced = {each for each in world.ours() if each.namespace}
    assert len(namespaced) > 100
    assert {each.namespace for each in namespaced} == {"dev", "prod"}


def test_killed_after_each_step_it_ends_the_same(world: World) -> None:
    for slug in SLUGS:
        with suppress(Killed):
            world.bootstrap(killed=slug)
    assert world.bootstrap() == ()
    passwords = {n: o["data"] for n, o in world.ours().items() if n.kind == "Secret"}
    assert len(passwords) == 16
    assert len({str(each) for each in passwords.values()}) == 15  # one test key for both
    assert world.bootstrap() == ()


def test_secrets_are_kept_and_in_no_file(world: World) -> None:
    world.bootstrap()
    reference = Reference("v1", "Secret", "database-app", "dev")
    before = world.kubernetes.objects[reference]["stringData"]
    world.bootstrap()
    assert world.kubernetes.objects[reference]["stringData"] == before
    assert before["username"] == "pingvas_dev_app"
    for path in (world.folder / "state").rglob("*"):
        assert not path.is_file() or before["password"] not in path.read_text()


def test_a_secret_of_other_keys_is_told_and_not_touched(world: World) -> None:
    world.bootstrap(killed="")
    reference = Reference("v1", "Secret", "object-store", "prod")
    world.kubernetes.objects[reference]["data"] = {"access_key": "eA=="}
    with pytest.raises(StepFailed) as told:
        world.bootstrap()
    assert (told.value.code, told.value.params["keys"]) == ("cluster.secret_lacks", "secret_key")


def test_what_is_not_made_any_more_goes_and_data_stays(world: World) -> None:
    world.bootstrap()
    labels = {"pingvas.io/platform": "mine"}
    old = {**STRANGE, "metadata": {"name": "old", "namespace": "dev", "labels": labels}}
    claim = {**old, "kind": "PersistentVolumeClaim"}
    owned = {**old, "metadata": {**old["metadata"], "name": "b", "ownerReferences": [{"uid": "x"}]}}
    for each in (old, claim, owned, STRANGE):
        world.kubernetes.create(each)
    assert world.bootstrap() == ("prune",)
    left = {each.name for each in world.kubernetes.objects if each.kind == "ConfigMap"}
    assert {"b", "somebody-elses"} <= left
    assert "old" not in left
    assert Reference.of(claim) in world.kubernetes.objects


def test_changed_settings_are_applied_and_old_ones_pruned(world: World) -> None:
    world.bootstrap()
    world.changes = {"tiers": {"studio": {"weight": 99}}}
    assert world.bootstrap() == (
        "rendered-tree",
        *("dev-services", "prod-services", "prune", "dev-smoke-test", "prod-smoke-test"),
    )
    found = [each.name for each in world.kubernetes.objects if each.name.startswith("payment-set")]
    assert len(found) == 2


def test_a_new_release_runs_its_migrations_anew(world: World) -> None:
    world.bootstrap()
    job = Reference("batch/v1", "Job", "migrations", "dev")
    before = world.kubernetes.objects[job]["metadata"]["uid"]
    path = world.context().layout.release("dev", "user")
    path.write_text(path.read_text().replace(DIGEST, f"sha256:{'b' * 64}"))
    assert "dev-migrations" in world.bootstrap()
    found = world.kubernetes.objects[job]
    assert found["metadata"]["uid"] != before
    assert "b" * 64 in str(found["spec"])


def test_migrations_that_fail_show_their_last_lines_and_run_again(world: World) -> None:
    world.kubernetes.failing["migrations"] = "permission denied for schema"
    with pytest.raises(StepFailed) as told:
        world.bootstrap()
    assert told.value.code == "cluster.job_failed"
    assert told.value.params["log"] == "permission denied for schema"
    assert not any(each.kind == "Deployment" for each in world.ours())
    world.kubernetes.failing.clear()
    assert world.bootstrap()[-1] == "prod-smoke-test"


def test_an_image_that_nobody_has_is_named_at_once(world: World) -> None:
    world.kubernetes.waiting["gallery"] = "ImagePullBackOff"
    with pytest.raises(StepFailed) as told:
        world.bootstrap()
    assert (told.value.code, told.value.where) == ("cluster.not_ready", "Deployment dev/gallery")
    assert "ImagePullBackOff" in str(told.value.params["reason"])
    world.kubernetes.waiting.clear()
    assert world.bootstrap()[-1] == "prod-smoke-test"  # its pod gave up, and is replaced


def test_a_pod_that_begins_to_crash_is_waited_for(world: World) -> None:
    world.kubernetes.waiting["gallery"] = "CrashLoopBackOff"
    with pytest.raises(StepFailed) as told:
        world.bootstrap()
    assert told.value.code == "steps.timed_out"


def test_a_silent_service_fails_the_smoke_test(world: World) -> None:
    world.api.silent.add("model-0.prod:8005/readyz")
    with pytest.raises(StepFailed) as told:
        world.bootstrap()
    assert (told.value.code, told.value.where) == ("steps.timed_out", "prod-smoke-test")
    assert "http://user-0.dev:8001/.well-known/jwks.json" in world.api.asked


def test_nothing_is_applied_before_there_are_images(tmp_path_factory: Any) -> None:
    world = World(tmp_path_factory.mktemp("unreleased"))
    with pytest.raises(Refused) as told:
        world.bootstrap()
    assert told.value.code == "cluster.nothing_released"
    assert len(told.value.findings) == 12
    assert world.kubernetes.writes == 0
    assert ZERO_DIGEST in Path(told.value.findings[0].where).read_text()


def test_destroy_leaves_nothing_of_ours(world: World) -> None:
    world.bootstrap()
    names = claims(world.context())
    assert names == tuple(f"PersistentVolumeClaim {e}/checkpoints" for e in ("dev", "prod"))
    for slug in [step.slug for step in CLUSTER_DESTROY]:
        with suppress(Killed):
            world.destroy(killed=slug)
    assert world.destroy() == ()
    assert [each.name for each in world.kubernetes.objects] == ["kube-system"]


def test_destroy_keeps_what_is_not_ours_and_its_namespace(world: World) -> None:
    world.bootstrap()
    world.kubernetes.create(STRANGE)
    world.destroy()
    assert {each.name for each in world.ours()} == {"dev"}
    assert Reference.of(STRANGE) in world.kubernetes.objects
    assert kept(world.context()) == ("dev",)


def test_another_cluster_is_refused(world: World) -> None:
    world.bootstrap()
    world.kubernetes = FakeKubernetes()
    for look in (examine, examine_removal):
        (finding,) = look(world.context()).failures
        assert (finding.code, finding.params["before"]) == ("cluster.other_cluster", "mine")


def test_everything_that_lacks_is_told_at_once(world: World) -> None:
    world.changes = {"endpoints": {}}
    world.kubernetes = FakeKubernetes(unknown={"ScaledObject"}, denied={("patch", "Secret")})
    world.kubernetes.version, world.kubernetes.gpus = "1.31", 1
    world.tools.found["kubectl"] = None
    world.kubernetes.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "dev"}})
    found = examine(world.context())
    codes = [each.code for each in found.failures]
    assert sorted(set(codes)) == [
        "cluster.endpoint_missing",
        "cluster.kind_missing",
        "cluster.no_authorities",
        "cluster.not_allowed",
        "cluster.not_ours",
        "cluster.version_too_old",
        "kubernetes.no_kubectl",
    ]
    assert codes.count("cluster.not_allowed") == 2  # of both namespaces
    assert [each.code for each in found.warnings] == ["cluster.few_gpus"]
    with pytest.raises(PingvasError) as told:
        world.bootstrap()
    assert told.value.code == "cluster.not_prepared"


def test_every_kind_of_the_tree_can_be_pruned_and_removed(world: World) -> None:
    ctx = world.context()
    folders = [*ctx.layout.manifests.glob("platform/*"), *ctx.layout.manifests.glob("overlays/*/*")]
    found = {kind_of(one["apiVersion"], one["kind"]) for one in ctx.objects(*folders)}
    assert found <= set(ALL)
    assert NAMESPACE in found
    assert Kind("v1", "Namespace", namespaced=False) == NAMESPACE


def test_every_folder_of_an_environment_is_in_a_wave(world: World) -> None:
    ctx = world.context()
    services = [each.name for each in overlays(ctx, "dev")]
    assert services == ["gallery", "generation", "model", "payment", "user"]
