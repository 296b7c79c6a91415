"""What the tree has no more and is ours: deleted. Data and namespaces never go this way."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from pingvas_cli.bootstrap.cluster.context import ClusterContext
from pingvas_cli.bootstrap.cluster.kinds import PRUNED, SECRET
from pingvas_cli.bootstrap.cluster.rendered_tree import is_rendered
from pingvas_cli.bootstrap.cluster.waves import LOOK_AGAIN_S, shown
from pingvas_cli.errors import Message, msg
from pingvas_cli.ports.kubernetes import Document, Reference
from pingvas_cli.steps.step import Absent, Applied, Done, Drifted, Inspection, Present, Waiting


class Prune:
    """Deletes what carries our label, is no Secret, and no kustomization makes any more."""

    slug = "prune"
    title = msg("cluster.prune")
    patience_s = 600.0

    def inspect(self, ctx: ClusterContext) -> Inspection:
        if not is_rendered(ctx):
            return Absent()
        found = [str(Reference.of(one)) for one in _left(ctx)]
        if not found:
            return Present()
        return Drifted(msg("cluster.left_over", count=len(found), named=shown(found)))

    def preview(self, ctx: ClusterContext) -> tuple[Message, ...]:
        found = [str(Reference.of(one)) for one in _left(ctx)] if is_rendered(ctx) else []
        return (msg("cluster.preview_prune", named=", ".join(found) or "-"),)

    def apply(self, ctx: ClusterContext) -> Applied:
        found = tuple(_left(ctx))
        for one in found:
            if "deletionTimestamp" not in one["metadata"]:
                ctx.kubernetes.delete(one)
        left = [str(Reference.of(one)) for one in _left(ctx)]
        if left:
            return Waiting(msg("cluster.waiting_to_go", named=shown(left)), LOOK_AGAIN_S)
        return Done({"deleted": ", ".join(str(Reference.of(one)) for one in found)})


def _left(ctx: ClusterContext) -> Iterator[Document]:
    wanted = _wanted(ctx)
    for kind in PRUNED:
        if kind == SECRET:
            continue
        for one in ctx.kubernetes.listed(kind, labels=ctx.ours):
            owned = one["metadata"].get("ownerReferences")
            if not owned and Reference.of(one) not in wanted:
                yield one


def _wanted(ctx: ClusterContext) -> frozenset[Reference]:
    above = ctx.layout.manifests
    folders = chain(above.glob("platform/*"), above.glob("overlays/*/*"))
    found = sorted(each for each in folders if (each / "kustomization.yaml").is_file())
    return frozenset(Reference.of(one) for one in ctx.objects(*found))
