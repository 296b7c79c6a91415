"""The configuration as Terraform, rendered where Terraform runs."""

from __future__ import annotations

from dataclasses import replace

from pingvas_cli.bootstrap.aws.context import AwsContext
from pingvas_cli.errors import Message, Refused, msg
from pingvas_cli.rendering.comparison import Comparison, compare
from pingvas_cli.rendering.writer import write
from pingvas_cli.steps.step import Absent, Applied, Done, Drifted, Inspection, Present


class RenderedTree:
    """Renders what differs; a file that was changed by hand there is refused."""

    slug = "rendered-tree"
    title = msg("bootstrap.rendered_tree")
    patience_s = 60.0

    def inspect(self, ctx: AwsContext) -> Inspection:
        found = _comparison(ctx)
        if not found.changes:
            return Present()
        if not found.record.files:
            return Absent()
        return Drifted(msg("bootstrap.files_differ", files=len(found.changes)))

    def preview(self, ctx: AwsContext) -> tuple[Message, ...]:
        files = len(_comparison(ctx).changes)
        return (msg("bootstrap.preview_tree", files=files, folder=str(ctx.layout.tree)),)

    def apply(self, ctx: AwsContext) -> Applied:
        try:
            write(ctx.render(), ctx.layout.tree)
        except Refused as error:
            raise _changed(ctx, error) from error
        return Done()


def _comparison(ctx: AwsContext) -> Comparison:
    return compare(ctx.render(), ctx.layout.tree)


def _changed(ctx: AwsContext, error: Refused) -> Refused:
    """The same files with their folder, which is not the one that `pingvas render` writes."""
    tree = ctx.layout.tree
    found = [replace(each, where=str(tree / each.where)) for each in error.findings]
    return Refused("bootstrap.tree_changed", where=str(tree), findings=found, count=len(found))
