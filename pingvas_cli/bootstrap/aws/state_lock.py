"""A state that somebody holds: wait for the living, take over from the dead, refuse strangers."""

from __future__ import annotations

from typing import Final

from pingvas_cli.bootstrap.aws.context import AwsContext
from pingvas_cli.errors import msg
from pingvas_cli.ports.terraform_root import Holder, StateLock
from pingvas_cli.steps.step import StepFailed, Waiting

LOOK_AGAIN_S: Final = 5.0


def mind(ctx: AwsContext, lock: StateLock) -> Waiting:
    """What to wait for; StepFailed when the holder works on another machine or for another."""
    match ctx.root.holder(lock):
        case Holder.ALIVE:
            reason = msg("bootstrap.waiting_for_state", who=lock.who, operation=lock.operation)
            return Waiting(reason, LOOK_AGAIN_S)
        case Holder.DEAD:
            ctx.root.unlock(lock)
            return Waiting(msg("bootstrap.lock_taken_over", who=lock.who), 0.1)
        case Holder.ELSEWHERE:
            raise StepFailed(
                "bootstrap.state_locked",
                where=ctx.state_bucket_arn,
                who=lock.who,
                operation=lock.operation,
                created=lock.created,
                id=lock.id,
                root=str(ctx.layout.terraform_root),
            )
