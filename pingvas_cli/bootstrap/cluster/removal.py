"""The removal of a platform: what needs others goes before them, and namespaces go last.

Only what carries our label is deleted. A namespace in which others have something stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pingvas_cli.bootstrap.cluster.context import ClusterContext
from pingvas_cli.bootstrap.cluster.kinds import (
    CLAIM,
    NAMESPACE,
    SCALERS,
    SETTINGS,
    WHOLE_CLUSTER,
    WORKLOADS,
)
from pingvas_cli.bootstrap.cluster.waves import LOOK_AGAIN_S, shown
from pingvas_cli.config.environments import ENVIRONMENTS
from pingvas_cli.errors import Message, msg
from pingvas_cli.ports.kubernetes import Document, Kind, Reference
from pingvas_cli.steps.step import Absent, Applied, Done, Inspection, Present, Waiting

CACHE_NODES: Final = "app.kubernetes.io/name=cache,app.kubernetes.io/instance={}-cache"
"""Claims that the cache's StatefulSet made: it gives them its selector's labels, not ours."""
MADE_BY_ITSELF: Final = frozenset({"Event", "Endpoints", "EndpointSlice", "Lease"})
BORN_WITH_IT: Final = frozenset({("ServiceAccount", "default"), ("ConfigMap", "kube-root-ca.crt")})


@dataclass(frozen=True)
class Removal:
    """Everything of ours of some kinds, deleted and waited for; `noun` names them to people."""

    noun: str
    kinds: tuple[Kind, ...]
    labels: str = ""
    patience_s: float = 900.0

    @property
    def slug(self) -> str:
        return f"remove-{self.noun.replace('_', '-')}"

    @property
    def title(self) -> Message:
        return msg(f"cluster.remove_{self.noun}")

    def inspect(self, ctx: ClusterContext) -> Inspection:
        return Absent() if any(self._found(ctx)) else Present()

    def preview(self, ctx: ClusterContext) -> tuple[Message, ...]:
        named = shown(str(Reference.of(one)) for one in self._found(ctx))
        return (msg("cluster.preview_removal", named=named),)

    def apply(self, ctx: ClusterContext) -> Applied:
        left = tuple(self._found(ctx))
        for one in left:
            if "deletionTimestamp" not in one["metadata"]:
                ctx.kubernetes.delete(one)
        if left:
            named = shown(str(Reference.of(one)) for one in left)
            return Waiting(msg("cluster.waiting_to_go", named=named), LOOK_AGAIN_S)
        return Done()

    def _found(self, ctx: ClusterContext) -> Iterator[Document]:
        for kind in self.kinds:
            for one in removable(ctx, kind):
                labels = one["metadata"]["labels"]
                if not self.labels or labels.get("app.kubernetes.io/component") == self.labels:
                    yield one


def removable(ctx: ClusterContext, kind: Kind) -> Iterator[Document]:
    """What is ours of a kind and is not another object's own."""
    for one in ctx.kubernetes.listed(kind, labels=ctx.ours):
        held = kind == NAMESPACE and strangers(ctx, one["metadata"]["name"])
        if not held and not one["metadata"].get("ownerReferences"):
            yield one
    if kind == CLAIM:
        for environment in ENVIRONMENTS:
            space, labels = ctx.namespace(environment), CACHE_NODES.format(environment)
            if _is_ours(ctx, space):
                yield from ctx.kubernetes.listed(kind, space, labels)


def strangers(ctx: ClusterContext, namespace: str) -> tuple[Document, ...]:
    """What others have in a namespace of ours: whatever the cluster would not make again."""
    return tuple(
        one
        for kind in ctx.kubernetes.namespaced_kinds()
        if kind.name not in MADE_BY_ITSELF
        for one in ctx.kubernetes.listed(kind, namespace, f"!{ctx.ours.partition('=')[0]}")
        if not one["metadata"].get("ownerReferences")
        and (kind.name, one["metadata"]["name"]) not in BORN_WITH_IT
        and "deletionTimestamp" not in one["metadata"]
    )


def kept(ctx: ClusterContext) -> tuple[str, ...]:
    """Namespaces of ours that stay, because others have something in them."""
    found = ctx.kubernetes.listed(NAMESPACE, labels=ctx.ours)
    return tuple(str(each["metadata"]["name"]) for each in found)


def claims(ctx: ClusterContext) -> tuple[str, ...]:
    """The claims whose data a removal deletes."""
    return tuple(str(Reference.of(one)) for one in removable(ctx, CLAIM))


def _is_ours(ctx: ClusterContext, namespace: str) -> bool:
    found = ctx.kubernetes.listed(NAMESPACE, labels=ctx.ours)
    return any(each["metadata"]["name"] == namespace for each in found)


REMOVALS: Final = (
    Removal("workers", (*SCALERS[:2], WORKLOADS[0]), "worker"),
    Removal("programs", (*SCALERS, *WORKLOADS)),
    Removal("settings", SETTINGS),
    Removal("claims", (CLAIM,)),
    Removal("cluster_wide", WHOLE_CLUSTER),
    Removal("namespaces", (NAMESPACE,)),
)
