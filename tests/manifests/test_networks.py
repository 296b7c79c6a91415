"""Who reaches whom, for every pair of ends, port and protocol (corrections N1, N3)."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from itertools import product

import pytest

from tests.manifests.conftest import Renders
from tests.manifests.judges import Document
from tests.manifests.networks import End, Network, policies_of
from tests.manifests.trees import ENVIRONMENTS, Rendered

Reached = Mapping[str, Mapping[str, set[int]]]
TREES = ("default", "minimal", "cluster")
TRIED = (22, 25, 53, 80, 443, 465, 587, 2049, 5432, 6379, 6432, 6443)
PORTS = (*TRIED, *range(8001, 8006), 8010, 8080, 9000, 10_250, 26_379)
OUTER = {
    "secrets": End(
        "secrets",
        "10.0.12.208",
        "external-secrets",
        {"app.kubernetes.io/name": "external-secrets-webhook"},
    ),
    "argocd": End("argocd", "10.0.12.201", "argocd", {"app.kubernetes.io/name": "argocd-server"}),
    "prometheus": End(
        "prometheus", "10.0.12.202", "monitoring", {"app.kubernetes.io/name": "prometheus"}
    ),
    "grafana": End("grafana", "10.0.12.203", "monitoring", {"app.kubernetes.io/name": "grafana"}),
    "keda": End("keda", "10.0.12.204", "keda", {"app.kubernetes.io/name": "keda-operator"}),
    "resolver": End("resolver", "10.0.12.205", "kube-system", {"k8s-app": "kube-dns"}),
    "system": End("system", "10.0.12.206", "kube-system", {"k8s-app": "other"}),
    "entrance": End("entrance", "10.0.12.207", "entrance", {"app": "entrance"}),
    "balancer": End("balancer", "10.0.1.17"),
    "data": End("data", "10.0.21.20"),
    "files": End("files", "10.0.11.250"),
    "api": End("api", "172.20.0.1"),
    "service": End("service", "172.20.0.9"),
    "agent": End("agent", "169.254.170.23"),
    "metadata": End("metadata", "169.254.169.254"),
    "link-local": End("link-local", "169.254.1.1"),
    "internet": End("internet", "203.0.113.80"),
}
LABELS = {
    **{name: {"kubernetes.io/metadata.name": name} for name in ("argocd", "monitoring", "keda")},
    "external-secrets": {"kubernetes.io/metadata.name": "external-secrets"},
    **{name: {"kubernetes.io/metadata.name": name} for name in ("kube-system", *ENVIRONMENTS)},
    "entrance": {"kubernetes.io/metadata.name": "entrance", "pingvas.io/entrance": "true"},
}
POOLED = {"pooler": {6432}}
ASKED = {"user": {8001}}
WEB = {"internet": {443}}
OUTWARD: Reached = {
    "user": {**POOLED, "internet": {443, 465, 587}},
    "payment": {**POOLED, **ASKED, **WEB},
    "generation": {**POOLED, **ASKED, "data": {5432, 6379}},
    "gallery": {**POOLED, **ASKED, **WEB, "agent": {80}},
    "model": {**POOLED, **ASKED, **WEB, "agent": {80}, "data": {6379}},
    "worker": {
        **WEB,
        "data": {6379},
        "agent": {80},
        "metadata": {80},
        "api": {443},
        # The API's own addresses are in the private subnets, and so are pods and file systems.
        # Namespaces of add-ons let nobody in; kube-system is the cluster's own.
        **{name: {443} for name in ("files", "resolver", "system", "entrance")},
    },
    "pooler": {"data": {5432}},
    "migrations": {"data": {5432}},
}
SERVED = {"user": 8001, "payment": 8002, "generation": 8003, "gallery": 8004, "model": 8005}
INWARD: Reached = {
    "balancer": {name: {port} for name, port in SERVED.items()},
    "prometheus": {"worker": {8010}, **{name: {port} for name, port in SERVED.items()}},
    "keda": {"generation": {8003}},
}


def network(rendered: Rendered) -> Network:
    found = (*policies_of(rendered.overlays), *policies_of(rendered.platform))
    return Network(found, LABELS)


def pods(rendered: Rendered, environment: str) -> dict[str, End]:
    """A pod of each program, by its name."""
    third = 11 + ENVIRONMENTS.index(environment)
    return {
        one["metadata"]["name"]: End(
            f"{environment}/{one['metadata']['name']}",
            f"10.0.{third}.{number + 10}",
            environment,
            one["spec"]["template"]["metadata"]["labels"],
        )
        for number, (place, one) in enumerate(rendered.workloads())
        if place.startswith(environment)
    }


def opened(found: Network, source: End, target: End) -> set[tuple[str, int]]:
    """All that passes between two."""
    tried = product(("TCP", "UDP"), PORTS)
    return {(by, port) for by, port in tried if found.passes(source, target, port, by)}


def tcp(ports: set[int]) -> set[tuple[str, int]]:
    return {("TCP", port) for port in ports}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
@pytest.mark.parametrize("tree", ["default", "minimal"])
def test_programs_reach_what_they_need_and_no_more(
    renders: Renders, tree: str, environment: str
) -> None:
    found, own = network(renders(tree)), pods(renders(tree), environment)
    assert set(own) == set(OUTWARD)
    for (name, source), (other, target) in product(own.items(), {**OUTER, **own}.items()):
        if source != target:
            wanted = tcp(OUTWARD[name].get(other, set()))
            names = {("UDP", 53), ("TCP", 53)} if other == "resolver" else set()
            assert opened(found, source, target) == wanted | names, (source.name, target.name)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_programs_are_reached_by_whom_they_serve(default: Rendered, environment: str) -> None:
    found, own = network(default), pods(default, environment)
    for (name, source), (other, target) in product(OUTER.items(), own.items()):
        wanted = tcp(INWARD.get(name, {}).get(other, set()))
        assert opened(found, source, target) == wanted, (source.name, target.name)


@pytest.mark.parametrize("tree", TREES)
@pytest.mark.parametrize("environments", [ENVIRONMENTS, ENVIRONMENTS[::-1]])
def test_no_environment_reaches_the_other(
    renders: Renders, tree: str, environments: tuple[str, str]
) -> None:
    """On no port at all: verdicts change only at ports that a policy names."""
    found = network(renders(tree))
    one, other = (pods(renders(tree), each) for each in environments)
    for source, target in product(one.values(), other.values()):
        assert not any(found.passes(source, target, port) for port in found.edges())
        assert opened(found, source, target) == set(), (source.name, target.name)


def test_a_pod_of_no_program_reaches_the_resolver_alone(rendered: Rendered) -> None:
    found = network(rendered)
    for environment in ENVIRONMENTS:
        stray = End("stray", "10.0.11.99", environment, {"app": "stray"})
        for end in (*OUTER.values(), *pods(rendered, environment).values()):
            wanted = {("UDP", 53), ("TCP", 53)} if end.name == "resolver" else set()
            assert opened(found, stray, end) == wanted, end.name
            assert opened(found, end, stray) == set(), end.name


def test_a_cluster_of_ones_own_lets_in_its_entrance_and_its_cache(cluster: Rendered) -> None:
    found, own = network(cluster), pods(cluster, "prod")
    for name, port in SERVED.items():
        assert opened(found, OUTER["entrance"], own[name]) == tcp({port})
        assert opened(found, OUTER["balancer"], own[name]) == set()
    for name in own:
        uses = name in ("generation", "model", "worker")
        if name != "cache":
            wanted = tcp({6379, 26_379}) if uses else set()
            assert opened(found, own[name], own["cache"]) == wanted, name
        assert not found.passes(own[name], OUTER["metadata"], 80), name


def hole(namespace: str, direction: str) -> Document:
    """What a careless change would add."""
    spec = {"podSelector": {}, "policyTypes": [direction], direction.lower(): [{}]}
    return {"metadata": {"name": "hole", "namespace": namespace}, "spec": spec}


def test_a_hole_at_both_ends_is_seen(default: Rendered) -> None:
    """One end alone still holds; both together are what the tests above would tell."""
    source, target = pods(default, "dev")["payment"], pods(default, "prod")["user"]
    policies = tuple(policies_of(default.overlays))
    holes = (hole("prod", "Ingress"), hole("dev", "Egress"))
    for one in holes:
        assert opened(Network((*policies, one), LABELS), source, target) == set()
    assert opened(Network((*policies, *holes), LABELS), source, target) != set()


@pytest.mark.parametrize("namespace", ENVIRONMENTS)
def test_each_policy_is_needed(default: Rendered, namespace: str) -> None:
    """Without one of them the verdict of some pair is another."""
    policies = tuple(policies_of(default.overlays))
    own = pods(default, namespace)
    ends = [*OUTER.values(), *own.values(), End("stray", "10.0.11.99", namespace)]
    pairs = [(one, other) for one, other in product(ends, ends) if one != other]

    def verdicts(some: tuple[Document, ...]) -> list[bool]:
        found = Network(some, LABELS)
        ports = (53, 443, 5432, 6379, 6432, *SERVED.values())
        return [found.passes(*pair, port) for pair in pairs for port in ports]

    whole = verdicts(policies)
    for one in policies:
        if one["metadata"]["namespace"] == namespace:
            rest = tuple(other for other in policies if other is not one)
            assert verdicts(rest) != whole, one["metadata"]["name"]


def test_a_wider_peer_is_seen(default: Rendered) -> None:
    """A selector of namespaces that takes all lets the other environment's pods in."""
    policies = [deepcopy(dict(one)) for one in policies_of(default.overlays)]
    for one in policies:
        for rule in (*one["spec"].get("ingress", ()), *one["spec"].get("egress", ())):
            for side in ("from", "to"):
                for peer in rule.get(side, ()):
                    if "podSelector" in peer:
                        peer["namespaceSelector"] = {}
    found = Network(tuple(policies), LABELS)
    source, target = pods(default, "dev")["payment"], pods(default, "prod")["user"]
    assert found.passes(source, target, 8001)


ADDED = {
    **{name: OUTER[name] for name in ("argocd", "prometheus", "grafana", "keda", "secrets")},
    "metrics": End(
        "metrics",
        "10.0.12.209",
        "keda",
        {"app.kubernetes.io/name": "keda-operator-metrics-apiserver"},
    ),
    "logs": End("logs", "10.0.12.210", "monitoring", {"app.kubernetes.io/name": "fluent-bit"}),
    "gpus": End("gpus", "10.0.12.211", "monitoring", {"app.kubernetes.io/name": "dcgm-exporter"}),
}
AT_PRIVATE = {"secrets": {10_250}, "metrics": {6443}}
"""What the API server calls. It has addresses of the private subnets, as pods have."""
SCRAPED = {"argocd": {8083}, "keda": {8080}}


def test_add_ons_are_reached_by_the_api_and_by_prometheus_alone(default: Rendered) -> None:
    """Workers' way to the Kubernetes API leads to every private address: here it ends (N1)."""
    found = network(default)
    server = End("control plane", "10.0.11.4")
    ports = {*PORTS, 2020, 8082, 8083, 8084, 9400, 9443}
    for source, (name, target) in product((server, *OUTER.values()), ADDED.items()):
        if source.namespace != target.namespace:
            wanted = AT_PRIVATE.get(name, set()) if source.address.startswith("10.0.1") else set()
            if source.name == "balancer":  # of a public subnet
                wanted = set()
            if source.name == "prometheus":
                wanted = wanted | SCRAPED.get(name, set())
            passed = {port for port in ports if found.passes(source, target, port)}
            assert passed == wanted, (source.name, name)
    for name, port in (("logs", 2020), ("gpus", 9400)):
        assert found.passes(ADDED["prometheus"], ADDED[name], port)
    for environment in ENVIRONMENTS:
        for source, target in product(pods(default, environment).values(), ADDED.values()):
            assert opened(found, source, target) == set(), (source.name, target.name)
