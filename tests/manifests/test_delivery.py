"""Argo CD's objects: valid, complete, and unable to change prod by a push elsewhere (G1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from pingvas_cli.config.configuration import Configuration
from pingvas_cli.rendering.contexts.platform import Platform
from pingvas_cli.rendering.renderer import render
from tests.golden import CONFIGURATIONS, ON_AWS, tree
from tests.manifests.go_template import applications, evaluated
from tests.manifests.judges import Document, documents, faults, kustomized
from tests.manifests.trees import ENVIRONMENTS, Rendered

PROGRAMS = ("user", "payment", "generation", "gallery", "model", "worker", "pooler", "migrations")
CLUSTER = "https://kubernetes.default.svc"
Applications = Mapping[str, Document]


def put_together(name: str, folder: Path) -> tuple[Document, ...]:
    """Argo CD's objects of a tree, as kustomize gives them."""
    for path, content in tree(name).items():
        if path.startswith("argocd/"):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
    return kustomized(folder / "argocd")


@pytest.fixture(scope="module", params=ON_AWS)
def name(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture(scope="module")
def found(name: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Document, ...]:
    """Everything that is applied."""
    return put_together(name, tmp_path_factory.mktemp(name))


@pytest.fixture(scope="module")
def generated(found: tuple[Document, ...]) -> Applications:
    """What the ApplicationSet becomes, by name."""
    (services,) = (one for one in found if one["kind"] == "ApplicationSet")
    made = list(applications(services))
    by_name = {one["metadata"]["name"]: one for one in made}
    assert len(by_name) == len(made)
    return by_name


@pytest.fixture(scope="module")
def written(found: tuple[Document, ...]) -> Applications:
    """The root and the platform's, by name."""
    return {one["metadata"]["name"]: one for one in found if one["kind"] == "Application"}


@pytest.fixture(scope="module")
def projects(found: tuple[Document, ...]) -> Applications:
    return {one["metadata"]["name"]: one for one in found if one["kind"] == "AppProject"}


def sources(application: Document) -> list[Document]:
    spec = application["spec"]
    return spec["sources"] if "sources" in spec else [spec["source"]]


def is_pinned(source: Document) -> bool:
    """Whether a source is a version, not a branch or a range."""
    return re.fullmatch(r"v?[0-9]+\.[0-9]+\.[0-9]+", source["targetRevision"]) is not None


def test_all_objects_are_valid(
    definitions: None, found: tuple[Document, ...], generated: Applications
) -> None:
    assert list(faults([*found, *generated.values()])) == []
    assert {one["metadata"]["namespace"] for one in found} == {"argocd"}


def test_every_overlay_has_its_application(name: str, generated: Applications) -> None:
    """Inventory 50, and what it lacked (P12)."""
    overlays = {
        path.removesuffix("/kustomization.yaml")
        for path in tree(name)
        if path.startswith("k8s/overlays/") and path.endswith("/kustomization.yaml")
    }
    assert {one["spec"]["source"]["path"] for one in generated.values()} == overlays
    for environment in ENVIRONMENTS:
        assert {f"{environment}-{program}" for program in PROGRAMS} <= set(generated)


def test_dev_follows_its_branch_by_itself(generated: Applications) -> None:
    for one in (each for name, each in generated.items() if name.startswith("dev-")):
        assert one["spec"]["source"]["targetRevision"] == "develop"
        assert one["spec"]["syncPolicy"]["automated"] == {"prune": True, "selfHeal": True}
        assert "ServerSideApply=true" in one["spec"]["syncPolicy"]["syncOptions"]


def test_prod_and_what_it_shares_is_never_automatic(
    generated: Applications, written: Applications
) -> None:
    """Nor does anything of them look at a branch other than prod's."""
    prod = {name: one for name, one in generated.items() if not name.startswith("dev-")}
    assert len(prod) == len(generated) / 2
    for one in (*prod.values(), *written.values()):
        assert "automated" not in one["spec"]["syncPolicy"]
        for source in sources(one):
            assert is_pinned(source) or source["targetRevision"] == "env/prod"


def test_no_configuration_makes_prod_automatic() -> None:
    own = CONFIGURATIONS["default"]
    for automatic in (True, False):
        dev = {"branch": "main", "automatic": automatic}
        made = Configuration.model_validate({**own, "gitops": {"dev": dev}})
        rendered = render(Platform.plain(made))
        (services,) = documents(rendered["argocd/applications/services.yaml"])
        for one in applications(services):
            is_dev = one["spec"]["destination"]["namespace"] == "dev"
            assert ("automated" in one["spec"]["syncPolicy"]) == (automatic and is_dev)


def test_an_environment_reaches_its_own_things_alone(
    name: str, projects: Applications, generated: Applications
) -> None:
    for environment in ENVIRONMENTS:
        spec = projects[environment]["spec"]
        assert spec["destinations"] == [{"server": CLUSTER, "namespace": environment}]
        assert len(spec["sourceRepos"]) == 1
        for each in spec["clusterResourceWhitelist"]:
            assert environment in each["name"].split("-")
            assert "*" not in "".join(each.values())
    for one in generated.values():
        assert one["spec"]["project"] == one["spec"]["destination"]["namespace"]


def test_what_overlays_have_of_the_cluster_is_permitted(default: Rendered, tmp_path: Path) -> None:
    permitted = {
        (each["kind"], each["name"])
        for one in put_together("default", tmp_path)
        if one["kind"] == "AppProject" and one["metadata"]["name"] != "platform"
        for each in one["spec"]["clusterResourceWhitelist"]
    }
    for _, one in default.everything():
        if "namespace" not in one["metadata"]:
            assert (one["kind"], one["metadata"]["name"]) in permitted


def test_the_platform_stays_within_its_project(
    projects: Applications, written: Applications
) -> None:
    spec = projects["platform"]["spec"]
    permitted = {each["namespace"] for each in spec["destinations"]}
    for one in written.values():
        assert one["spec"]["project"] == "platform"
        assert one["spec"]["destination"]["namespace"] in permitted
        assert {each["repoURL"] for each in sources(one)} <= set(spec["sourceRepos"])
    kinds = {f"{each['group']}/{each['kind']}" for each in spec["clusterResourceWhitelist"]}
    assert not any("*" in each for each in (*kinds, *permitted, *spec["sourceRepos"]))


def test_what_the_platform_has_of_the_cluster_is_permitted(
    default: Rendered, tmp_path: Path
) -> None:
    (platform,) = (
        one
        for one in put_together("default", tmp_path)
        if one["kind"] == "AppProject" and one["metadata"]["name"] == "platform"
    )
    permitted = {
        (each["group"], each["kind"]) for each in platform["spec"]["clusterResourceWhitelist"]
    }
    places = {each["namespace"] for each in platform["spec"]["destinations"]}
    for found in default.platform.values():
        for one in found:
            group = one["apiVersion"].rpartition("/")[0]
            namespace = one["metadata"].get("namespace")
            assert namespace in places if namespace else (group, one["kind"]) in permitted


def test_charts_are_pinned_and_paths_are_there(name: str, written: Applications) -> None:
    paths = tree(name)
    for one in written.values():
        for source in sources(one):
            ours = source["repoURL"] == Configuration().gitops.repository
            assert ours or is_pinned(source)
            for values in source.get("helm", {}).get("valueFiles", []):
                assert values.removeprefix("$values/") in paths
            if "path" in source and ours:
                assert f"{source['path']}/kustomization.yaml" in paths


def test_nothing_is_deleted_with_its_application(
    found: tuple[Document, ...], generated: Applications, written: Applications
) -> None:
    (services,) = (one for one in found if one["kind"] == "ApplicationSet")
    assert services["spec"]["syncPolicy"] == {
        "applicationsSync": "create-update",
        "preserveResourcesOnDeletion": True,
    }
    for one in (services, *generated.values(), *written.values()):
        assert "finalizers" not in one["metadata"]


def test_scaled_replicas_are_left_to_their_scaler(
    default: Rendered, generated: Applications
) -> None:
    scalers = ("HorizontalPodAutoscaler", "ScaledObject")
    scaled = {
        place.replace("/", "-") for place, one in default.everything() if one["kind"] in scalers
    }
    ignoring = {name for name, one in generated.items() if "ignoreDifferences" in one["spec"]}
    assert ignoring == scaled
    for name in ignoring:
        (one,) = generated[name]["spec"]["ignoreDifferences"]
        assert one["name"] == name.partition("-")[2]
        assert one["jsonPointers"] == ["/spec/replicas"]
        assert (
            "RespectIgnoreDifferences=true" in generated[name]["spec"]["syncPolicy"]["syncOptions"]
        )


def test_stages_order_what_people_sync(generated: Applications) -> None:
    stages = {
        name: one["metadata"]["labels"]["pingvas.io/stage"] for name, one in generated.items()
    }
    assert stages["prod-secrets"] < stages["prod-migrations"] < stages["prod-user"]
    assert stages["prod-user"] == stages["prod-worker"]


def test_the_evaluator_refuses_what_it_does_not_know() -> None:
    with pytest.raises(KeyError):
        evaluated("{{ .absent }}", {})
    with pytest.raises(ValueError, match="does not know"):
        evaluated("{{ range .all }}", {"all": ()})


def test_a_cluster_without_a_cloud_needs_no_argo() -> None:
    assert not any(path.startswith(("argocd/", ".github/")) for path in tree("cluster"))
