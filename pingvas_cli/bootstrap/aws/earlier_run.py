"""An apply that outlived the bootstrap which began it: waited for, and its end taken over."""

from __future__ import annotations

from collections.abc import Iterator

from pingvas_cli.bootstrap.aws.apply import LOOK_AGAIN_S, working
from pingvas_cli.bootstrap.aws.context import AwsContext
from pingvas_cli.bootstrap.aws.layout import Purpose
from pingvas_cli.bootstrap.aws.planned import Planned, apply_run, forget, load, note_applied
from pingvas_cli.errors import Message, msg
from pingvas_cli.ports.terraform_root import Progress
from pingvas_cli.steps.step import Absent, Applied, Done, Inspection, Present, Waiting


class EarlierRun:
    """Present when no plan was begun whose end nobody has seen.

    Before anything else, so that no file changes under a Terraform at work. A run that failed or
    was killed only loses its plan: the next one plans what is left.
    """

    slug = "earlier-run"
    title = msg("bootstrap.earlier_run")
    patience_s = 7200.0

    def inspect(self, ctx: AwsContext) -> Inspection:
        return Absent() if list(_unseen(ctx)) else Present()

    def preview(self, ctx: AwsContext) -> tuple[Message, ...]:
        return (msg("bootstrap.preview_earlier_run"),)

    def apply(self, ctx: AwsContext) -> Applied:
        for purpose, planned, found in _unseen(ctx):
            if found.running:
                return Waiting(working(ctx, purpose, planned, found), LOOK_AGAIN_S)
            if found.complete:
                note_applied(ctx, purpose, planned)
            else:
                forget(ctx, purpose)
        return Done()


def _unseen(ctx: AwsContext) -> Iterator[tuple[Purpose, Planned, Progress]]:
    for purpose in Purpose:
        planned = load(ctx, purpose)
        if planned is not None and planned.to_do:
            found = ctx.root.progress(apply_run(ctx, purpose, planned))
            if found is not None:
                yield purpose, planned, found
