"""A state that Terraform could not save: brought to its bucket before anything is planned.

When the network or the credentials end in the middle of an apply, Terraform leaves what it made in
a file beside its own. Planning without it would make everything a second time.
"""

from __future__ import annotations

from pingvas_cli.bootstrap.aws.context import AwsContext
from pingvas_cli.bootstrap.aws.state_lock import mind
from pingvas_cli.errors import Message, msg
from pingvas_cli.steps.step import Absent, Applied, Done, Inspection, Present


class UnsavedState:
    """Present when there is no such file; one that does not follow the saved state is refused.

    The same failure leaves a lock behind, which is taken over from the dead as everywhere.
    """

    slug = "unsaved-state"
    title = msg("bootstrap.unsaved_state")
    patience_s = 60.0

    def inspect(self, ctx: AwsContext) -> Inspection:
        return Absent() if ctx.root.has_unsaved_state() else Present()

    def preview(self, ctx: AwsContext) -> tuple[Message, ...]:
        return (msg("bootstrap.preview_unsaved_state"),)

    def apply(self, ctx: AwsContext) -> Applied:
        lock = ctx.root.save_unsaved_state()
        return Done() if lock is None else mind(ctx, lock)
