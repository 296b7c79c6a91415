"""Images of the programs: named by a delivery, or a person, before anything can start."""

from __future__ import annotations

from collections.abc import Iterator

from pingvas_cli.bootstrap.cluster.context import ClusterContext
from pingvas_cli.bootstrap.cluster.rendered_tree import is_rendered
from pingvas_cli.config.environments import ENVIRONMENTS
from pingvas_cli.errors import Finding, Message, Refused, msg
from pingvas_cli.rendering.contexts.place import RELEASED, ZERO_DIGEST
from pingvas_cli.steps.step import Absent, Applied, Done, Inspection, Present


class Releases:
    """Present when each program has an image; Refused with a finding for each that has none."""

    slug = "releases"
    title = msg("cluster.releases")
    patience_s = 10.0

    def inspect(self, ctx: ClusterContext) -> Inspection:
        return Absent() if not is_rendered(ctx) or any(_unreleased(ctx)) else Present()

    def preview(self, ctx: ClusterContext) -> tuple[Message, ...]:
        return (msg("cluster.preview_releases", folder=str(ctx.layout.manifests / "releases")),)

    def apply(self, ctx: ClusterContext) -> Applied:
        findings = tuple(_unreleased(ctx))
        if findings:
            where = str(ctx.layout.manifests / "releases")
            raise Refused("cluster.nothing_released", where=where, findings=findings)
        return Done()


def _unreleased(ctx: ClusterContext) -> Iterator[Finding]:
    for environment in ENVIRONMENTS:
        for program in RELEASED:
            path = ctx.layout.release(environment, program)
            if ZERO_DIGEST in path.read_text(encoding="utf-8"):
                yield Finding(str(path), "cluster.not_released", {"program": program})
