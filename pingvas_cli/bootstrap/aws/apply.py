"""Exactly the plan that was approved, applied and watched resource by resource.

Terraform runs in a process of its own: killed in the middle, the next bootstrap finds it still at
work and watches on, or finds it ended and plans what is left.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pingvas_cli.bootstrap.aws.approval import is_approved, refuse_protected, refuse_stale
from pingvas_cli.bootstrap.aws.context import AwsContext
from pingvas_cli.bootstrap.aws.failures import failed
from pingvas_cli.bootstrap.aws.layout import Purpose
from pingvas_cli.bootstrap.aws.planned import (
    Planned,
    apply_run,
    forget,
    load,
    note_applied,
    plan_of,
    staleness,
)
from pingvas_cli.bootstrap.aws.remaining import remaining_s
from pingvas_cli.bootstrap.aws.state_lock import mind
from pingvas_cli.bootstrap.aws.terraform_init import is_initialised
from pingvas_cli.errors import Message, Refused, msg
from pingvas_cli.ports.terraform_root import Progress
from pingvas_cli.steps.step import (
    Absent,
    Applied,
    Done,
    Inspection,
    Present,
    StepFailed,
    Waiting,
)

LOOK_AGAIN_S: Final = 0.5
SHOWN: Final = 2
TITLES: Final = {
    Purpose.BOOTSTRAP: msg("bootstrap.apply"),
    Purpose.DESTROY: msg("bootstrap.removal"),
}


@dataclass(frozen=True)
class ApplyStep:
    """Present when the last plan holds and nothing of it is left to do."""

    purpose: Purpose
    patience_s: float = 7200.0

    @property
    def slug(self) -> str:
        return "apply" if self.purpose is Purpose.BOOTSTRAP else "removal"

    @property
    def title(self) -> Message:
        return TITLES[self.purpose]

    def inspect(self, ctx: AwsContext) -> Inspection:
        planned = load(ctx, self.purpose)
        if planned is None or planned.to_do or not is_initialised(ctx):
            return Absent()
        return Absent() if staleness(ctx, self.purpose, planned) else Present()

    def preview(self, ctx: AwsContext) -> tuple[Message, ...]:
        return (msg("bootstrap.preview_apply"),)

    def apply(self, ctx: AwsContext) -> Applied:
        planned = load(ctx, self.purpose)
        if planned is None:
            raise StepFailed("bootstrap.no_plan", where=self.slug)
        run = apply_run(ctx, self.purpose, planned)
        found = ctx.root.progress(run)
        if found is None:
            return self._begin(ctx, planned)
        if found.running:
            return Waiting(working(ctx, self.purpose, planned, found), LOOK_AGAIN_S)
        return self._end(ctx, planned, found)

    def _begin(self, ctx: AwsContext, planned: Planned) -> Applied:
        refuse_stale(ctx, self.purpose, planned)
        if not is_approved(ctx, self.purpose, planned):
            raise Refused("bootstrap.not_approved", where=self.slug, digest=planned.digest)
        refuse_protected(plan_of(ctx, self.purpose, planned).changes)
        run = apply_run(ctx, self.purpose, planned)
        ctx.root.begin_apply(run, ctx.layout.saved_plan(self.purpose))
        return Waiting(msg("bootstrap.apply_begins"), LOOK_AGAIN_S)

    def _end(self, ctx: AwsContext, planned: Planned, found: Progress) -> Applied:
        run = apply_run(ctx, self.purpose, planned)
        if found.complete:
            note_applied(ctx, self.purpose, planned)
            return Done({"digest": planned.digest, "resources": str(len(found.done))})
        if found.lock is not None:
            waiting = mind(ctx, found.lock)
            self._begin(ctx, planned)  # refused when whoever held the lock has changed the state
            return waiting
        forget(ctx, self.purpose)
        raise failed("bootstrap.apply_fails", found, run)


def working(ctx: AwsContext, purpose: Purpose, planned: Planned, found: Progress) -> Message:
    """How far it is: it changes when a resource begins or ends, not by the second."""
    changes = plan_of(ctx, purpose, planned).changes
    minutes = max(1, round(remaining_s(changes, found) / 60))
    now = [each for each in found.working if each.address]
    return msg(
        "bootstrap.applying",
        done=len(found.done),
        planned=max(found.planned, len(changes)),
        current=_shown(f"{each.address} ({each.action})" for each in now[:SHOWN]),
        more=max(0, len(now) - SHOWN),
        minutes=minutes,
    )


def _shown(addresses: Iterable[str]) -> str:
    return ", ".join(addresses) or "…"
