"""After a removal: AWS is asked for everything that still carries the platform's tag."""

from __future__ import annotations

from typing import Final

from pingvas_cli.bootstrap.aws.context import AwsContext
from pingvas_cli.errors import Message, msg
from pingvas_cli.steps.step import Absent, Applied, Done, Inspection, Present, Waiting

TAG: Final = "pingvas:platform"
LOOK_AGAIN_S: Final = 10.0
NAMED: Final = 3
BACKUPS: Final = (":cluster-snapshot:", ":cluster-auto-backup:")


class NoOrphans:
    """Present when nothing is left but the state's bucket and last backups.

    AWS names what is gone for some minutes more, so what is found is looked at again.
    """

    slug = "no-orphans"
    title = msg("bootstrap.no_orphans")
    patience_s = 900.0

    def inspect(self, ctx: AwsContext) -> Inspection:
        return Absent() if orphans(ctx) else Present()

    def preview(self, ctx: AwsContext) -> tuple[Message, ...]:
        return (msg("bootstrap.preview_no_orphans"),)

    def apply(self, ctx: AwsContext) -> Applied:
        left = orphans(ctx)
        if not left:
            return Done({"orphans": "0"})
        named = ", ".join(left[:NAMED])
        return Waiting(msg("bootstrap.orphans_left", count=len(left), named=named), LOOK_AGAIN_S)


def orphans(ctx: AwsContext) -> tuple[str, ...]:
    """ARNs of what is left of the platform, by its own tag and by those of the cluster's parts."""
    found = {arn for tag, value in _tags(ctx) for arn in ctx.tagged.arns(tag, value)}
    left = {arn for arn in found if not _is_kept(ctx, arn)}
    return tuple(sorted(left - ctx.tagged.leaving(left)))


def kept(ctx: AwsContext) -> tuple[str, ...]:
    """What stays on purpose: the state's history and the last snapshots of databases."""
    return tuple(arn for arn in ctx.tagged.arns(TAG, ctx.name) if _is_kept(ctx, arn))


def _tags(ctx: AwsContext) -> tuple[tuple[str, str], ...]:
    """Of Terraform's resources, Karpenter's nodes and their volumes, and load balancers."""
    cluster = ctx.cluster_name
    return (
        (TAG, ctx.name),
        (f"kubernetes.io/cluster/{cluster}", "owned"),
        ("eks:eks-cluster-name", cluster),
        ("elbv2.k8s.aws/cluster", cluster),
    )


def _is_kept(ctx: AwsContext, arn: str) -> bool:
    return arn == ctx.state_bucket_arn or any(part in arn for part in BACKUPS)
