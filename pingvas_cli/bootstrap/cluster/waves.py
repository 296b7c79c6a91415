"""Waves: which folders of the tree are applied together, and waited for before the next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from pingvas_cli.bootstrap.cluster.context import ClusterContext
from pingvas_cli.bootstrap.cluster.pods import start_anew
from pingvas_cli.bootstrap.cluster.readiness import Unready, unready
from pingvas_cli.bootstrap.cluster.rendered_tree import is_rendered
from pingvas_cli.config.environments import ENVIRONMENTS
from pingvas_cli.config.values import EnvironmentName
from pingvas_cli.errors import Message, msg
from pingvas_cli.ports.kubernetes import Document, Outcome, Reference
from pingvas_cli.steps.step import (
    Absent,
    Applied,
    Done,
    Drifted,
    Inspection,
    Present,
    Waiting,
)

LOOK_AGAIN_S: Final = 1.0
SHOWN: Final = 3
# Folders of an environment that have a wave of their own; all others go with the services.
FIRST: Final = ("namespace", "checkpoints")
MIGRATIONS: Final = ("migrations",)
CACHE: Final = ("cache",)
POOLER: Final = ("pooler",)
WORKERS: Final = ("worker",)
OWN: Final = frozenset({*FIRST, *MIGRATIONS, *CACHE, *POOLER, *WORKERS})


@dataclass(frozen=True)
class Foundations:
    """What both environments stand on: priorities, policies, namespaces, quotas and claims."""

    slug = "foundations"
    title = msg("cluster.foundations")
    patience_s = 120.0

    def inspect(self, ctx: ClusterContext) -> Inspection:
        return inspected(ctx, self._documents(ctx)) if is_rendered(ctx) else Absent()

    def preview(self, ctx: ClusterContext) -> tuple[Message, ...]:
        return (msg("cluster.preview_foundations", namespaces=", ".join(_namespaces(ctx))),)

    def apply(self, ctx: ClusterContext) -> Applied:
        return applied(ctx, self.slug, self._documents(ctx))

    def _documents(self, ctx: ClusterContext) -> tuple[Document, ...]:
        platform = sorted(_folders(ctx.layout.manifests / "platform"))
        of_environments = (
            folder
            for name in FIRST
            for environment in ENVIRONMENTS
            for folder in overlays(ctx, environment, name)
        )
        return ctx.objects(*platform, *of_environments)


@dataclass(frozen=True)
class Wave:
    """Some of an environment's programs; no names stand for all that have no wave of their own."""

    environment: EnvironmentName
    noun: str
    names: tuple[str, ...] = ()
    patience_s: float = 900.0

    @property
    def slug(self) -> str:
        return f"{self.environment}-{self.noun}"

    @property
    def title(self) -> Message:
        return msg(f"cluster.wave_{self.noun}", environment=self.environment)

    def inspect(self, ctx: ClusterContext) -> Inspection:
        return inspected(ctx, self.documents(ctx)) if is_rendered(ctx) else Absent()

    def preview(self, ctx: ClusterContext) -> tuple[Message, ...]:
        named = ", ".join(each.name for each in self._folders(ctx)) or self.noun
        return (
            msg("cluster.preview_wave", named=named, namespace=ctx.namespace(self.environment)),
        )

    def apply(self, ctx: ClusterContext) -> Applied:
        return applied(ctx, self.slug, self.documents(ctx))

    def documents(self, ctx: ClusterContext) -> tuple[Document, ...]:
        return ctx.objects(*self._folders(ctx))

    def _folders(self, ctx: ClusterContext) -> tuple[Path, ...]:
        return overlays(ctx, self.environment, *self.names)


def overlays(ctx: ClusterContext, environment: EnvironmentName, *names: str) -> tuple[Path, ...]:
    """Folders of an environment by name; without names those that have no wave of their own."""
    found = sorted(_folders(ctx.layout.manifests / "overlays" / environment))
    return tuple(each for each in found if (each.name in names if names else each.name not in OWN))


def inspected(ctx: ClusterContext, documents: Iterable[Document]) -> Inspection:
    """What the server itself says an apply would do, and whether all is ready."""
    documents = tuple(documents)
    differing = [
        (Reference.of(one), outcome)
        for one in documents
        if (outcome := ctx.kubernetes.apply(one, dry_run=True)) is not Outcome.UNCHANGED
    ]
    if any(outcome is Outcome.CREATED for _, outcome in differing):
        return Absent()
    if differing:
        named = shown(str(reference) for reference, _ in differing)
        return Drifted(msg("cluster.differs", count=len(differing), named=named))
    waiting = _first_unready(ctx, documents)
    return Drifted(waiting.message) if waiting else Present()


def applied(ctx: ClusterContext, slug: str, documents: Iterable[Document]) -> Applied:
    """Apply once in this process, then wait until all of it works."""
    documents = tuple(documents)
    digest = digest_of(documents)
    if ctx.applied.get(slug) != digest:
        for one in documents:
            start_anew(ctx.kubernetes, one)
            ctx.kubernetes.apply(one)
        ctx.applied[slug] = digest
    waiting = _first_unready(ctx, documents)
    if waiting is None:
        return Done({"objects": str(len(documents))})
    if waiting.hopeless:
        raise waiting.failure
    return Waiting(waiting.message, LOOK_AGAIN_S)


def digest_of(documents: Iterable[Document]) -> str:
    """A sha256 of documents."""
    return sha256(repr(tuple(documents)).encode()).hexdigest()


def shown(names: Iterable[str]) -> str:
    """The first few of many."""
    found = list(names)
    more = f" (+{len(found) - SHOWN})" if len(found) > SHOWN else ""
    return ", ".join(found[:SHOWN]) + more


def _first_unready(ctx: ClusterContext, documents: Iterable[Document]) -> Unready | None:
    """What is waited for, hopeless ones first; of what KEDA scales, KEDA's own word counts."""
    documents = tuple(documents)
    scaled = set(_scaled(documents))
    found = (
        unready(ctx.kubernetes, one)
        for one in documents
        if (one["kind"], one["metadata"]["name"]) not in scaled
    )
    return max(filter(None, found), key=lambda one: one.hopeless, default=None)


def _scaled(documents: Iterable[Document]) -> Iterator[tuple[str, str]]:
    for one in documents:
        if one["kind"] == "ScaledObject":
            target = one["spec"]["scaleTargetRef"]
            yield target.get("kind", "Deployment"), target["name"]


def _folders(above: Path) -> Iterator[Path]:
    return (each.parent for each in above.glob("*/kustomization.yaml"))


def _namespaces(ctx: ClusterContext) -> Iterator[str]:
    return (ctx.namespace(each) for each in ENVIRONMENTS)
