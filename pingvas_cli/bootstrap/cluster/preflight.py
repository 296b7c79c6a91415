"""What a bootstrap needs of a cluster, looked at before anything is begun, and told at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import yaml

from pingvas_cli.bootstrap.cluster.context import OWNER, ClusterContext
from pingvas_cli.bootstrap.cluster.facts import lacking
from pingvas_cli.bootstrap.cluster.kinds import LOGS, NAMESPACE, POD, PORTS, SECRET, kind_of
from pingvas_cli.bootstrap.cluster.known_cluster import noted, uid
from pingvas_cli.bootstrap.examined import Examined
from pingvas_cli.config.environments import ENVIRONMENTS
from pingvas_cli.errors import Finding, Message, msg
from pingvas_cli.ports.kubernetes import Kind, Reference
from pingvas_cli.steps.step import Absent, Applied, Done, Inspection, Present, StepFailed

Findings = Iterator[Finding]
OLDEST: Final = (1, 34)
NEWEST: Final = (1, 36)
"""The minor versions whose schemas every manifest is tested against."""
WIDEST_SKEW: Final = 1
VERBS: Final = ("get", "create", "patch", "delete")
OF_PODS: Final = {POD: ("get", "list", "delete"), LOGS: ("get",), PORTS: ("get", "create")}
"""A port-forward by WebSocket is a GET, and asks for the right to create as well since 1.35."""
EVERYTHING: Final = Kind("*", "*")
NOT_APPLIED: Final = ("Kustomization", "Component")


class NotPrepared(StepFailed):
    """A finding for each thing that stands in the way."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("cluster.not_prepared", where="preflight", count=len(findings))
        self.findings = tuple(findings)


class Preflight:
    """Looks and changes nothing."""

    slug = "preflight"
    title = msg("cluster.preflight")
    patience_s = 60.0

    def inspect(self, ctx: ClusterContext) -> Inspection:
        return Absent() if examine(ctx).failures else Present()

    def preview(self, ctx: ClusterContext) -> tuple[Message, ...]:
        return (msg("cluster.preview_preflight", count=len(examine(ctx).failures)),)

    def apply(self, ctx: ClusterContext) -> Applied:
        failures = examine(ctx).failures
        if failures:
            raise NotPrepared(failures)
        return Done()


def examine(ctx: ClusterContext) -> Examined:
    """Everything that a bootstrap should know first. KubernetesError when nobody answers."""
    ctx.kubernetes.server()
    return Examined(
        failures=tuple(one for look in FAILURES for one in look(ctx)),
        warnings=tuple(one for look in WARNINGS for one in look(ctx)),
    )


def examine_removal(ctx: ClusterContext) -> Examined:
    """What a removal should know first."""
    return Examined(failures=tuple(_other_cluster(ctx)))


def _other_cluster(ctx: ClusterContext) -> Findings:
    before, server = noted(ctx), ctx.kubernetes.server()
    if before and before["uid"] != uid(ctx):
        told = {"context": server.context, "before": before["context"], "server": before["server"]}
        yield Finding(server.address, "cluster.other_cluster", told)


def _version(ctx: ClusterContext) -> Findings:
    server = ctx.kubernetes.server()
    if _number(server.version) < OLDEST:
        told = {"version": server.version, "oldest": _dotted(OLDEST)}
        yield Finding(server.address, "cluster.version_too_old", told)


def _version_untried(ctx: ClusterContext) -> Findings:
    server = ctx.kubernetes.server()
    if _number(server.version) > NEWEST:
        told = {"version": server.version, "newest": _dotted(NEWEST)}
        yield Finding(server.address, "cluster.version_untried", told)


def _kubectl(ctx: ClusterContext) -> Findings:
    if ctx.tools.version("kubectl") is None:
        yield Finding("kubectl", "kubernetes.no_kubectl")


def _kubectl_skew(ctx: ClusterContext) -> Findings:
    found, server = ctx.tools.version("kubectl"), ctx.kubernetes.server().version
    if found and abs(_number(found)[1] - _number(server)[1]) > WIDEST_SKEW:
        yield Finding("kubectl", "cluster.kubectl_skew", {"version": found, "kubernetes": server})


def _kinds_unknown(ctx: ClusterContext) -> Findings:
    for kind in _kinds(ctx):
        if not ctx.kubernetes.serves(kind):
            told = {"kind": kind.name, "version": kind.api_version}
            yield Finding(kind.api_version, "cluster.kind_missing", told)


def _not_allowed(ctx: ClusterContext) -> Findings:
    """Each verb of each kind, unless everything is allowed anyway."""
    if ctx.kubernetes.may("*", EVERYTHING):
        return
    kinds = [
        each for each in sorted({*_kinds(ctx), SECRET, NAMESPACE}) if ctx.kubernetes.serves(each)
    ]
    for kind in kinds:
        yield from _denied(ctx, kind, ("list",), "")  # what is left over may be in any namespace
    for kind, verbs in (*((each, VERBS) for each in kinds), *OF_PODS.items()):
        spaces = [ctx.namespace(each) for each in ENVIRONMENTS] if kind.namespaced else [""]
        for space in spaces:
            yield from _denied(ctx, kind, verbs, space)


def _denied(ctx: ClusterContext, kind: Kind, verbs: Sequence[str], space: str) -> Findings:
    denied = [verb for verb in verbs if not ctx.kubernetes.may(verb, kind, space)]
    if denied:
        told = {"verbs": ", ".join(denied), "kind": kind.name, "namespace": space or "*"}
        yield Finding(f"{kind.name} {space}".strip(), "cluster.not_allowed", told)


def _no_nodes(ctx: ClusterContext) -> Findings:
    if not any(node.ready for node in ctx.kubernetes.nodes()):
        yield Finding(ctx.kubernetes.server().address, "cluster.no_nodes")


def _few_gpus(ctx: ClusterContext) -> Findings:
    there = sum(node.gpus for node in ctx.kubernetes.nodes() if node.ready)
    wanted = sum(ctx.configuration.namespaces.named(each).gpus for each in ENVIRONMENTS)
    if there < wanted:
        told = {"there": there, "wanted": wanted}
        yield Finding("namespaces", "cluster.few_gpus", told)


def _namespaces_of_others(ctx: ClusterContext) -> Findings:
    for environment in ENVIRONMENTS:
        name = ctx.namespace(environment)
        found = ctx.kubernetes.get(Reference("v1", "Namespace", name))
        if found and (found["metadata"].get("labels") or {}).get(OWNER) != ctx.name:
            told = {"namespace": name, "label": f"{OWNER}={ctx.name}", "environment": environment}
            yield Finding(f"environments.{environment}.namespace", "cluster.not_ours", told)


def _kinds(ctx: ClusterContext) -> tuple[Kind, ...]:
    """The kinds of all documents of the tree, as it would be rendered now."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found = {
        (each["apiVersion"], each["kind"])
        for path, content in ctx.render().items()
        if path.startswith("k8s/") and path.endswith(".yaml")
        for each in yaml.load_all(content, loader)
        if each and each.get("kind") not in (None, *NOT_APPLIED)
    }
    return tuple(sorted(kind_of(*each) for each in found))


def _number(version: str) -> tuple[int, int]:
    major, minor = version.split(".")[:2]
    return int(major), int(minor)


def _dotted(version: tuple[int, int]) -> str:
    return ".".join(map(str, version))


Look = Callable[[ClusterContext], Findings]
FAILURES: Final[tuple[Look, ...]] = (
    _other_cluster,
    _version,
    _kubectl,
    _kinds_unknown,
    _not_allowed,
    _no_nodes,
    _namespaces_of_others,
    lacking,
)
WARNINGS: Final[tuple[Look, ...]] = (_version_untried, _kubectl_skew, _few_gpus)
