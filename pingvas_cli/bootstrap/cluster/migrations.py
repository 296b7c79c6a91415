"""Migrations as a Job: run anew for each release, before anything that needs their tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pingvas_cli.bootstrap.cluster.context import ClusterContext
from pingvas_cli.bootstrap.cluster.pods import last_lines, pods_of, start_anew, trouble
from pingvas_cli.bootstrap.cluster.readiness import condition
from pingvas_cli.bootstrap.cluster.rendered_tree import is_rendered
from pingvas_cli.bootstrap.cluster.waves import (
    LOOK_AGAIN_S,
    MIGRATIONS,
    digest_of,
    inspected,
    overlays,
)
from pingvas_cli.config.values import EnvironmentName
from pingvas_cli.errors import Message, msg
from pingvas_cli.ports.kubernetes import Document, Reference
from pingvas_cli.steps.step import (
    Absent,
    Applied,
    Done,
    Inspection,
    StepFailed,
    Waiting,
)

DIGEST: Final = "pingvas.io/digest"
"""The annotation that says what a Job was made from: Jobs never change."""


@dataclass(frozen=True)
class Migrations:
    """Of one environment; present when the Job of this very release is complete."""

    environment: EnvironmentName
    patience_s: float = 1200.0

    @property
    def slug(self) -> str:
        return f"{self.environment}-migrations"

    @property
    def title(self) -> Message:
        return msg("cluster.migrations", environment=self.environment)

    def inspect(self, ctx: ClusterContext) -> Inspection:
        if not is_rendered(ctx):
            return Absent()
        job, others = self._documents(ctx)
        live = ctx.kubernetes.get(Reference.of(job))
        if not (live and _same(live, job) and _is(live, "Complete")):
            return Absent()
        return inspected(ctx, others)

    def preview(self, ctx: ClusterContext) -> tuple[Message, ...]:
        return (msg("cluster.preview_migrations", namespace=ctx.namespace(self.environment)),)

    def apply(self, ctx: ClusterContext) -> Applied:
        job, others = self._documents(ctx)
        reference = Reference.of(job)
        live = ctx.kubernetes.get(reference)
        if live is None:
            for each in (*others, job):
                ctx.kubernetes.apply(each)
            ctx.applied[self.slug] = job["metadata"]["annotations"][DIGEST]
        elif not _same(live, job) or (_is(live, "Failed") and not self._began(ctx, job)):
            ctx.kubernetes.delete(live)
            return Waiting(msg("cluster.waiting_to_go", named=str(reference)), LOOK_AGAIN_S)
        elif _is(live, "Complete"):
            for each in others:
                ctx.kubernetes.apply(each)
            return Done({"digest": job["metadata"]["annotations"][DIGEST]})
        elif _is(live, "Failed"):
            raise self._failure(ctx, live)
        elif not self._began(ctx, job):
            start_anew(ctx.kubernetes, live)
            ctx.applied[self.slug] = job["metadata"]["annotations"][DIGEST]
        return self._waiting(ctx, job)

    def _began(self, ctx: ClusterContext, job: Document) -> bool:
        """Whether this process has seen the Job at work: one that failed before is run again."""
        return bool(ctx.applied.get(self.slug) == job["metadata"]["annotations"][DIGEST])

    def _waiting(self, ctx: ClusterContext, job: Document) -> Waiting:
        found = trouble(ctx.kubernetes, job)
        what = str(Reference.of(job))
        if found and found.hopeless:
            raise StepFailed("cluster.not_ready", where=what, reason=found.reason)
        reason = found.reason if found else msg("cluster.job_runs")
        return Waiting(msg("cluster.waiting_for", what=what, reason=reason), LOOK_AGAIN_S)

    def _failure(self, ctx: ClusterContext, live: Document) -> StepFailed:
        pods = sorted(pods_of(ctx.kubernetes, live), key=_made_at)
        log = last_lines(ctx.kubernetes, pods[-1]) if pods else ""
        reason = condition(live, "Failed").get("message", "")
        where = str(Reference.of(live))
        return StepFailed("cluster.job_failed", where=where, reason=reason, log=log or "-")

    def _documents(self, ctx: ClusterContext) -> tuple[Document, tuple[Document, ...]]:
        """The Job, marked with what it was made from, and what it needs."""
        found = ctx.objects(*overlays(ctx, self.environment, *MIGRATIONS))
        (job,) = (each for each in found if each["kind"] == "Job")
        metadata = job["metadata"]
        marked = {**metadata.get("annotations", {}), DIGEST: digest_of((job,))}
        whole = {**job, "metadata": {**metadata, "annotations": marked}}
        return whole, tuple(each for each in found if each["kind"] != "Job")


def _same(live: Document, job: Document) -> bool:
    annotations = live["metadata"].get("annotations") or {}
    return bool(annotations.get(DIGEST) == job["metadata"]["annotations"][DIGEST])


def _is(live: Document, kind: str) -> bool:
    return bool(condition(live, kind).get("status") == "True")


def _made_at(pod: Document) -> str:
    return str(pod["metadata"].get("creationTimestamp", ""))
