"""The configuration as manifests, rendered where they are put together."""

from __future__ import annotations

from pingvas_cli.bootstrap.cluster.context import ClusterContext
from pingvas_cli.errors import Message, msg
from pingvas_cli.rendering.comparison import Comparison, compare
from pingvas_cli.rendering.writer import write
from pingvas_cli.steps.step import Absent, Applied, Done, Drifted, Inspection, Present


class RenderedTree:
    """Renders what differs; a file that was changed by hand there is refused, seeds are kept."""

    slug = "rendered-tree"
    title = msg("cluster.rendered_tree")
    patience_s = 60.0

    def inspect(self, ctx: ClusterContext) -> Inspection:
        found = _comparison(ctx)
        if not found.changes:
            return Present()
        if not found.record.files:
            return Absent()
        return Drifted(msg("cluster.files_differ", files=len(found.changes)))

    def preview(self, ctx: ClusterContext) -> tuple[Message, ...]:
        files = len(_comparison(ctx).changes)
        return (msg("cluster.preview_tree", files=files, folder=str(ctx.layout.tree)),)

    def apply(self, ctx: ClusterContext) -> Applied:
        write(ctx.render(), ctx.layout.tree)
        return Done()


def is_rendered(ctx: ClusterContext) -> bool:
    """Whether the tree is there at all; before, nothing of it can be asked about."""
    return (ctx.layout.manifests / "overlays").is_dir()


def _comparison(ctx: ClusterContext) -> Comparison:
    return compare(ctx.render(), ctx.layout.tree)
