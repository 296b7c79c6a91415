"""What Argo CD applies, from which branch, and where (inventory 24, 50, corrections G1, P12).

Applications follow from the folders that are rendered: none is forgotten, none points nowhere.
Whatever stands once for both environments follows prod's branch: a push to dev can't change it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from pingvas_cli.config.addons import AddonsSection
from pingvas_cli.rendering.contexts.needed import owner
from pingvas_cli.rendering.contexts.place import RELEASED, Place, Site

MANIFESTS: Final = "kustomization.yaml"
VALUES: Final = "values.yaml"
FIRST, SECOND, THIRD = "1-foundation", "2-migrations", "3-programs"
FLUENT, FLUENT_CHART = "https://fluent.github.io/helm-charts", "0.54.1"
"""A chart of another numbering than Fluent Bit's own, whose image is `addons.fluent_bit`."""
WAVES: Final = {"namespaces": -30}
"""Of objects of our own that come before charts."""
STAGES: Final = {"namespace": FIRST, "secrets": FIRST, "checkpoints": FIRST, "migrations": SECOND}


@dataclass(frozen=True)
class Chart:
    """A Helm chart. An address without a scheme is a registry's, as Argo CD writes it. `skip_crds`:
    another application has its definitions. `certificate`: the Secret of a certificate that the
    chart makes anew whenever it is rendered."""

    folder: str
    name: str
    repository: str
    version: str
    namespace: str
    wave: int
    skip_crds: bool = False
    certificate: str = ""


@dataclass(frozen=True)
class Installation:
    """Argo CD's own manifests, in its makers' repository at the tag of a version."""

    tag: str
    repository: str = "https://github.com/argoproj/argo-cd"
    path: str = "manifests/cluster-install"


@dataclass(frozen=True)
class Program:
    """One overlay. A scaled one's replicas belong to its autoscaler (correction G5)."""

    name: str
    stage: str
    scaled: bool


@dataclass(frozen=True)
class Environment:
    """Which branch an environment follows, and what of the cluster its project may change."""

    name: str
    namespace: str
    branch: str
    automatic: bool
    cluster_resources: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Application:
    """One part of the platform: a chart, objects of our own, or both. Paths are empty for none."""

    name: str
    namespace: str
    wave: int
    chart: Chart | None
    values: str
    path: str


@dataclass(frozen=True)
class Delivery:
    """Everything that Argo CD is told. `branch` is that of what both environments share."""

    name: str
    repository: str
    branch: str
    overlays: str
    argocd: Installation
    environments: tuple[Environment, ...]
    programs: tuple[Program, ...]
    applications: tuple[Application, ...]

    @property
    def chart_repositories(self) -> tuple[str, ...]:
        """Where charts come from, each once."""
        charts = (one.chart for one in self.applications if one.chart)
        return tuple(sorted({chart.repository for chart in charts}))

    @property
    def namespaces(self) -> tuple[str, ...]:
        """Where the platform's parts stand, each once."""
        return tuple(sorted({one.namespace for one in self.applications}))


def delivery(site: Site, environments: tuple[Place, ...], rendered: Iterable[str]) -> Delivery:
    """What is applied of the rendered paths."""
    paths, gitops = frozenset(rendered), site.whole.gitops
    return Delivery(
        name=site.platform,
        repository=owner(site.whole).repository,
        branch=gitops.prod.branch,
        overlays=gitops.overlays_path,
        argocd=Installation(f"v{site.whole.addons.argocd}"),
        environments=tuple(_environment(each) for each in environments),
        programs=_programs(paths, environments[0].name),
        applications=_applications(site, paths),
    )


def _environment(place: Place) -> Environment:
    gitops = place.whole.gitops
    track = gitops.dev if place.name == "dev" else gitops.prod
    volume = ("PersistentVolume", f"{place.platform}-{place.name}-checkpoints")
    return Environment(
        name=place.name,
        namespace=place.namespace,
        branch=track.branch,
        automatic=track.automatic,
        cluster_resources=(
            ("Namespace", place.namespace),
            *((volume,) if place.shares_files else ()),
        ),
    )


def _programs(paths: frozenset[str], environment: str) -> tuple[Program, ...]:
    """The overlays of an environment; both have the same."""
    names = _folders(paths, f"k8s/overlays/{environment}/*/{MANIFESTS}")
    found = (Program(name, STAGES.get(name, THIRD), name in RELEASED) for name in names)
    return tuple(sorted(found, key=lambda one: (one.stage, one.name)))


def _applications(site: Site, paths: frozenset[str]) -> tuple[Application, ...]:
    charts = {chart.folder: chart for chart in _charts(site.whole.addons)}
    folders = {*_folders(paths, f"k8s/platform/*/{MANIFESTS}"), *charts}
    found = (_application(folder, charts.get(folder), paths) for folder in folders)
    return tuple(sorted(found, key=lambda one: (one.wave, one.name)))


def _application(folder: str, chart: Chart | None, paths: frozenset[str]) -> Application:
    place = f"k8s/platform/{folder}"
    return Application(
        name=f"platform-{folder.replace('_', '-')}",
        namespace=chart.namespace if chart else "kube-system",
        wave=chart.wave if chart else WAVES.get(folder, 10),
        chart=chart,
        values=f"{place}/{VALUES}" if f"{place}/{VALUES}" in paths else "",
        path=place if f"{place}/{MANIFESTS}" in paths else "",
    )


def _folders(paths: frozenset[str], pattern: str) -> tuple[str, ...]:
    """The names of the folders that hold such a file."""
    matching = (path for path in map(PurePosixPath, paths) if path.match(pattern))
    return tuple(sorted(path.parent.name for path in matching))


def _charts(versions: AddonsSection) -> tuple[Chart, ...]:
    """Charts whose versions are pinned; those of CRDs and webhooks come before their users."""
    karpenter, prometheus = "public.ecr.aws/karpenter", "prometheus-community.github.io"
    lbc, system = "aws-load-balancer-controller", "kube-system"
    secrets, stack = versions.external_secrets, versions.kube_prometheus_stack
    eks, keda = "https://aws.github.io/eks-charts", "https://kedacore.github.io/charts"
    operator, charts = "https://charts.external-secrets.io", f"https://{prometheus}/helm-charts"
    return (
        Chart("karpenter_crd", "karpenter-crd", karpenter, versions.karpenter, system, -20),
        Chart("karpenter", "karpenter", karpenter, versions.karpenter, system, -10, skip_crds=True),
        Chart(
            "load_balancer_controller",
            lbc,
            eks,
            versions.load_balancer_controller,
            system,
            -10,
            certificate="aws-load-balancer-tls",
        ),
        Chart("external_secrets", "external-secrets", operator, secrets, "external-secrets", -10),
        Chart("keda", "keda", keda, versions.keda, "keda", -10),
        Chart("metrics", "kube-prometheus-stack", charts, stack, "monitoring", 0),
        Chart("logs", "fluent-bit", FLUENT, FLUENT_CHART, "monitoring", 0),
    )
