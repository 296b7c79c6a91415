"""The bucket of Terraform's state, before Terraform itself (correction D13)."""

from __future__ import annotations

from pingvas_cli.bootstrap.aws.context import AwsContext
from pingvas_cli.errors import Message, msg
from pingvas_cli.steps.step import Absent, Applied, Done, Drifted, Inspection, Present


class StateBucketStep:
    """Makes it, mends what it lacks, and refuses another account's."""

    slug = "state-bucket"
    title = msg("bootstrap.state_bucket")
    patience_s = 60.0

    def inspect(self, ctx: AwsContext) -> Inspection:
        found = ctx.state_bucket.state()
        if not found.exists:
            return Absent()
        if found.lacking:
            return Drifted(msg("bootstrap.bucket_lacks", lacking=", ".join(found.lacking)))
        return Present()

    def preview(self, ctx: AwsContext) -> tuple[Message, ...]:
        return (msg("bootstrap.preview_bucket", bucket=ctx.state_bucket_arn.rpartition(":")[2]),)

    def apply(self, ctx: AwsContext) -> Applied:
        ctx.state_bucket.make()
        return Done({"bucket": ctx.state_bucket_arn})
