"""The programs' manifests: valid, joined by kustomize, confined, and whole in their places."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from pingvas_cli.rendering.contexts.workloads.calls import CALLED_BY, CALLS
from pingvas_cli.rendering.seeds import is_seed
from tests.golden import tree
from tests.manifests.judges import Document, documents, faults, is_custom, kustomized
from tests.manifests.trees import DIGEST, KNOWN, Rendered, containers, pod_of

PROGRAMS = ("user", "payment", "generation", "gallery", "model", "worker", "pooler", "migrations")
SERVICES = PROGRAMS[:5]
PLACES = [f"{environment}/{name}" for environment in ("dev", "prod") for name in PROGRAMS]
RECOMMENDED = {f"app.kubernetes.io/{each}" for each in ("name", "instance", "component", "part-of")}
OTHERS = {
    "pooler": "ghcr.io/cloudnative-pg/pgbouncer:1.25.2",
    "cache": "docker.io/valkey/valkey:8.1",
    "sentinel": "docker.io/valkey/valkey:8.1",
}
CONFINED = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}


def test_every_file_is_plain_yaml(rendered: Rendered) -> None:
    for path, content in rendered.files.items():
        text = content.decode()
        assert text.endswith("\n"), path
        assert "\t" not in text, path
        assert not re.search(r"[ ]$", text, re.MULTILINE), path
        if path.endswith(".yaml"):
            tokens = list(yaml.scan(text))
            assert not any(isinstance(one, yaml.AnchorToken | yaml.AliasToken) for one in tokens)
            columns = {len(line) - len(line.lstrip(" ")) for line in text.splitlines()}
            assert all(column % 2 == 0 for column in columns), path


def test_every_file_is_valid_by_itself(rendered: Rendered) -> None:
    found = [
        one
        for path, content in rendered.files.items()
        if path.startswith("k8s/base/") and path.endswith(".yaml")
        for one in documents(content)
    ]
    assert list(faults(found)) == []


def test_every_overlay_is_valid_on_three_minors(rendered: Rendered) -> None:
    found = [one for _, one in rendered.everything() if not is_custom(one)]
    assert list(faults(found)) == []


@pytest.mark.usefixtures("definitions")
def test_custom_resources_are_as_their_definitions_say(rendered: Rendered) -> None:
    found = [one for _, one in rendered.everything() if is_custom(one)]
    assert found
    assert list(faults(found)) == []


def test_no_object_is_applied_twice(rendered: Rendered) -> None:
    """Two applications that own one object would undo each other."""
    counted = Counter(
        (one["kind"], one["metadata"].get("namespace"), one["metadata"]["name"])
        for _, one in rendered.everything()
    )
    assert [key for key, count in counted.items() if count > 1] == []


def test_nothing_stays_unknown_once_facts_are_known(rendered: Rendered) -> None:
    left = [(place, one["kind"]) for place, one in rendered.everything() if "unknown" in str(one)]
    assert left == []


def test_nothing_is_taken_from_facts_that_are_not_there(rendered: Rendered) -> None:
    """And no fact is there for nothing."""
    for environment in ("dev", "prod"):
        facts = documents(rendered.files[f"k8s/facts/{environment}/facts.yaml"])[0]["data"]
        asked = {
            name
            for path, content in rendered.files.items()
            if path.startswith(f"k8s/overlays/{environment}/")
            for name in re.findall(r"fieldPath: data\.(\w+)", content.decode())
        }
        assert asked == set(facts)


def test_facts_reach_their_places(default: Rendered) -> None:
    binding = default.one("prod/user", "TargetGroupBinding")
    assert binding["spec"]["targetGroupARN"] == "arn:target_group_user"
    volume = default.one("prod/checkpoints", "PersistentVolume")
    assert volume["spec"]["csi"]["volumeHandle"] == KNOWN["checkpoints_volume"]
    trusted = default.one("dev/pooler", "ConfigMap", "pooler-database-authorities")
    assert trusted["data"]["authorities.pem"] == KNOWN["database_authorities"]
    (job,) = containers(default.one("dev/migrations", "Job"))
    assert {"name": "DATABASE_HOST", "value": KNOWN["database_host"]} in job["env"]


def test_releases_are_by_digest_and_others_images_by_version(rendered: Rendered) -> None:
    for _, workload in rendered.workloads():
        for one in containers(workload):
            if one["name"] in OTHERS:
                assert one["image"] == OTHERS[one["name"]]
            else:
                assert one["image"].endswith(f"@{DIGEST}"), one["image"]


def test_seeds_are_releases_and_facts(rendered: Rendered) -> None:
    seeds = {path for path in rendered.files if is_seed(path)}
    places = 2 if rendered.name == "cluster" else 3
    assert len(seeds) == 2 * 6 + places
    assert all("/releases/" in path or path.endswith("/facts.yaml") for path in seeds)


def test_pods_are_confined(rendered: Rendered) -> None:
    """Pod Security's `restricted`, and more: nothing is written outside of volumes."""
    for place, workload in rendered.workloads():
        _judge_confinement(place, workload)


def _judge_confinement(place: str, workload: Document) -> None:
    pod = pod_of(workload)
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == 10001
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["enableServiceLinks"] is False
    assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pod)
    assert pod["automountServiceAccountToken"] is place.endswith("worker")
    assert pod["serviceAccountName"] == place.partition("/")[2]
    for one in containers(workload):
        assert one["securityContext"] == CONFINED
        assert one["image"]
    for volume in pod["volumes"]:
        assert volume.get("emptyDir", {"sizeLimit": 1})["sizeLimit"]
        assert "hostPath" not in volume


def test_pods_declare_what_they_take(rendered: Rendered) -> None:
    """A quota refuses whoever does not (P11); memory is never promised twice."""
    for one in (one for _, workload in rendered.workloads() for one in containers(workload)):
        requests, limits = one["resources"]["requests"], one["resources"]["limits"]
        assert requests["memory"] == limits["memory"]
        assert requests["cpu"]
        assert "cpu" not in limits
        assert requests.get("nvidia.com/gpu") == limits.get("nvidia.com/gpu")


@pytest.mark.parametrize("place", PLACES)
def test_labels_and_selectors(rendered: Rendered, place: str) -> None:
    environment, _, program = place.partition("/")
    identity = {
        "app.kubernetes.io/name": program,
        "app.kubernetes.io/instance": f"{environment}-{program}",
    }
    for one in rendered.overlays[place]:
        labels = one["metadata"]["labels"]
        assert labels["pingvas.io/environment"] == environment
        spec = one.get("spec", {})
        if one["kind"] in ("Deployment", "PodDisruptionBudget"):
            assert spec["selector"]["matchLabels"] == identity
        if one["kind"] == "Service":
            assert spec["selector"] == identity
        if one["kind"] in ("Deployment", "Job"):
            assert set(spec["template"]["metadata"]["labels"]) >= RECOMMENDED
            assert identity.items() <= spec["template"]["metadata"]["labels"].items()


def test_environments_stay_in_their_places(rendered: Rendered) -> None:
    """No object of one environment names the other, but in settings that are texts."""
    for place, one in rendered.everything():
        own = place.partition("/")[0]
        other = {"dev": "prod", "prod": "dev"}[own]
        if one["kind"] not in ("PersistentVolume", "Namespace"):
            assert one["metadata"]["namespace"] == own
        assert not re.search(rf"\b{other}[-./]", str(_without_values(one))), place


def _without_values(one: Document) -> dict[str, Any]:
    return {key: value for key, value in one.items() if key != "data"}


@pytest.mark.parametrize("name", SERVICES)
def test_replicas_are_the_autoscalers(rendered: Rendered, name: str) -> None:
    for environment, low in (("dev", 1), ("prod", 2)):
        place = f"{environment}/{name}"
        assert "replicas" not in rendered.one(place, "Deployment")["spec"]
        scaler = rendered.one(place, "HorizontalPodAutoscaler")["spec"]
        assert scaler["scaleTargetRef"]["name"] == name
        assert scaler["minReplicas"] == low < scaler["maxReplicas"] <= 50


def test_workers_follow_the_queue_from_none(rendered: Rendered) -> None:
    for environment, most in (("dev", 3), ("prod", 15)):
        place = f"{environment}/worker"
        assert "replicas" not in rendered.one(place, "Deployment")["spec"]
        scaled = rendered.one(place, "ScaledObject")["spec"]
        assert (scaled["minReplicaCount"], scaled["maxReplicaCount"]) == (0, most)
        named = {trigger["name"] for trigger in scaled["triggers"]}
        formula = scaled["advanced"]["scalingModifiers"]["formula"]
        assert named == set(re.findall(r"[a-z]+", formula)) - {"min", "max"}


@pytest.mark.parametrize(
    ("waiting", "leased", "workers", "wanted"),
    [
        (0, 0, 0, 0.0),
        (1, 0, 0, 0.25),  # one worker begins: the autoscaler rounds up
        (8, 0, 0, 2.0),
        (0, 4, 4, 4.0),  # all work, nobody waits: all stay
        (0, 8, 4, 5.0),  # four are claimed ahead: they wait as well
        (4, 2, 4, 3.0),
        (0, 0, 4, 0.0),  # idle ones may go
    ],
)
def test_the_formula_keeps_those_who_work(
    default: Rendered, waiting: int, leased: int, workers: int, wanted: float
) -> None:
    modifiers = default.one("prod/worker", "ScaledObject")["spec"]["advanced"]["scalingModifiers"]
    values = {"waiting": waiting, "leased": leased, "workers": workers}
    told = eval(modifiers["formula"], {"min": min, "max": max}, values)  # noqa: S307 - ours
    assert told == wanted
    assert modifiers["target"] == "1"


def test_a_worker_may_mark_pods_and_nothing_else(rendered: Rendered) -> None:
    role = rendered.one("dev/worker", "Role")
    assert role["rules"] == [{"apiGroups": [""], "resources": ["pods"], "verbs": ["patch"]}]
    assert {one["kind"] for _, one in rendered.everything()}.isdisjoint({"ClusterRole"})


def test_a_new_worker_waits_for_the_place_of_an_old_one(rendered: Rendered) -> None:
    """The quota of GPUs has no room for both."""
    strategy = rendered.one("prod/worker", "Deployment")["spec"]["strategy"]["rollingUpdate"]
    assert strategy["maxSurge"] == 0


def test_leaving_takes_less_than_the_grace(rendered: Rendered) -> None:
    for place, workload in rendered.workloads():
        pod = pod_of(workload)
        settings = {
            key: value
            for one in rendered.overlays[place]
            if one["kind"] == "ConfigMap"
            for key, value in one["data"].items()
        }
        drain = float(settings.get("PINGVAS_DRAIN_DELAY_S", 0))
        if workload["kind"] == "Deployment":
            assert pod["terminationGracePeriodSeconds"] >= drain + 30


def test_on_aws_pods_select_nodes_of_their_environment(default: Rendered) -> None:
    """Only from there do data stores let them in (N3)."""
    for place, workload in default.workloads():
        environment, _, program = place.partition("/")
        selected = pod_of(workload)["nodeSelector"]
        purpose = "gpu" if program == "worker" else "general"
        assert selected == {
            "pingvas.io/environment": environment,
            "pingvas.io/purpose": purpose,
        }
        assert pod_of(workload)["priorityClassName"] == f"pingvas-{environment}"


def test_a_cluster_of_ones_own_has_nothing_of_aws(cluster: Rendered) -> None:
    text = str([one for _, one in cluster.everything()])
    assert "amazonaws" not in text.replace(KNOWN["database_host"], "").replace(
        KNOWN["cache_host"], ""
    )
    kinds = {one["kind"] for _, one in cluster.everything()}
    assert kinds.isdisjoint({"TargetGroupBinding", "ExternalSecret", "PersistentVolume"})
    assert not any("nodeSelector" in pod_of(one) for _, one in cluster.workloads())


def test_migrations_run_as_the_owner_past_the_pooler(default: Rendered) -> None:
    job = default.one("prod/migrations", "Job")
    notes = job["metadata"]["annotations"]
    assert notes["argocd.argoproj.io/sync-wave"] == "-10"
    (one,) = containers(job)
    url = next(each["value"] for each in one["env"] if each["name"].endswith("_DATABASE_URL"))
    assert "@$(DATABASE_HOST):$(DATABASE_PORT)/" in url
    assert "sslmode=verify-full" in url
    assert one["args"] == ["services.migrations", "up"]


def test_calls_are_of_programs_that_there_are() -> None:
    """And each variable with a host in it is a call that is written down."""
    agents = {"identity", "metadata", "kubernetes"}
    outside = {"database", "cache", "files", "internet", "mail"} | agents
    assert set(CALLS) == set(PROGRAMS)
    for name, called in CALLS.items():
        assert set(called) <= outside | set(PROGRAMS) - {name}
    assert set(CALLED_BY) == {*SERVICES, "worker"}


def test_hosts_in_settings_are_calls(default: Rendered) -> None:
    marks = {
        "database": "$(DATABASE_HOST)",
        "cache": "$(CACHE_HOST)",
        "pooler": "@pooler:",
        "user": "http://user:",
        "kubernetes": "https://kubernetes.default.svc",
    }
    for name in PROGRAMS:
        text = str(default.overlays[f"prod/{name}"])
        named = {call for call, mark in marks.items() if mark in text}
        if name != "pooler":  # it takes the host as a variable of its own
            assert named == set(CALLS[name]) & set(marks), name


def test_a_cluster_without_elasticache_has_nodes_and_sentinels_of_ours(cluster: Rendered) -> None:
    """One node in dev, three in prod (inventory 36, 37), all by names that outlive their pods."""
    for environment, nodes in (("dev", 1), ("prod", 3)):
        place = f"{environment}/cache"
        spec = cluster.one(place, "StatefulSet")["spec"]
        assert spec["replicas"] == nodes
        assert spec["serviceName"] == cluster.one(place, "Service")["metadata"]["name"]
        hosts = cluster.one(place, "ConfigMap")["data"]["CACHE_HOSTS"].split(",")
        assert hosts == [f"cache-{number}.cache" for number in range(nodes)]
        (worker,) = containers(cluster.one(f"{environment}/worker", "Deployment"))
        (url,) = (one["value"] for one in worker["env"] if one["name"] == "PINGVAS_REDIS_URL")
        assert url.startswith("redis+sentinel://")
        assert set(hosts) <= set(re.findall(r"cache-\d\.cache", url))


def test_everything_is_put_together_before_anything_is_known(tmp_path: Path) -> None:
    """As it is rendered: with unknown facts, and nothing released."""
    for path, content in tree("default").items():
        if path.startswith("k8s/"):
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_bytes(content)
    for program in PROGRAMS:
        found = kustomized(tmp_path / "k8s/overlays/prod" / program)
        assert list(faults(one for one in found if not is_custom(one))) == []
