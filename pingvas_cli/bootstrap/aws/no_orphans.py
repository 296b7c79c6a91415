"""After a removal: AWS is asked for everything that still carries the platform's tag."""

from __future__ import annotations

from typing import Final

from pingvas_cli.bootstrap.aws.context import AwsContext
from pingvas_cli.errors import Message, msg
from pingvas_cli.steps.step import Absent, Applied, Done, Inspection, Present, Waiting

TAG: Final = "pingvas:platform"
LOOK_AGAIN_S: Final = 10.0
NAMED: Final = 3


class NoOrphans:
    """Present when nothing is left but the state's bucket, which tells what there was.

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
    """ARNs of what is left of the platform."""
    found = ctx.tagged.arns(TAG, ctx.name)
    return tuple(arn for arn in found if arn != ctx.state_bucket_arn)
