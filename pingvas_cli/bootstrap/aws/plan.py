"""Terraform's plan, saved and closed to others; it changes nothing."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Final

from pingvas_cli.bootstrap.aws.context import AwsContext
from pingvas_cli.bootstrap.aws.failures import failed
from pingvas_cli.bootstrap.aws.layout import Purpose
from pingvas_cli.bootstrap.aws.planned import (
    Basis,
    Planned,
    basis_of,
    digest,
    forget,
    load,
    plan_of,
    read_json,
    save,
    staleness,
)
from pingvas_cli.bootstrap.aws.state_lock import mind
from pingvas_cli.bootstrap.aws.terraform_init import is_initialised
from pingvas_cli.errors import Message, msg
from pingvas_cli.ports.terraform_root import Progress
from pingvas_cli.private_files import write_private
from pingvas_cli.steps.step import (
    Absent,
    Applied,
    Done,
    Drifted,
    Inspection,
    Present,
    StepFailed,
    Waiting,
)

LOOK_AGAIN_S: Final = 0.3
TITLES: Final = {
    Purpose.BOOTSTRAP: msg("bootstrap.plan"),
    Purpose.DESTROY: msg("bootstrap.removal_plan"),
}


@dataclass(frozen=True)
class PlanStep:
    """Present while a plan holds, also one that was applied since."""

    purpose: Purpose
    patience_s: float = 1800.0

    @property
    def slug(self) -> str:
        return "plan" if self.purpose is Purpose.BOOTSTRAP else "removal-plan"

    @property
    def title(self) -> Message:
        return TITLES[self.purpose]

    def inspect(self, ctx: AwsContext) -> Inspection:
        planned = load(ctx, self.purpose)
        if planned is None or not is_initialised(ctx):
            return Absent()
        why = staleness(ctx, self.purpose, planned)
        return Drifted(why) if why else Present()

    def preview(self, ctx: AwsContext) -> tuple[Message, ...]:
        return (msg("bootstrap.preview_plan"),)

    def apply(self, ctx: AwsContext) -> Applied:
        run, basis = ctx.layout.plan_run(self.purpose), basis_of(ctx)
        found = ctx.root.progress(run)
        if found is not None and found.running:
            return Waiting(msg("bootstrap.planning"), LOOK_AGAIN_S)
        if found is None or self._attempt(ctx) != basis:
            return self._begin(ctx, basis)
        return self._end(ctx, found, basis)

    def _begin(self, ctx: AwsContext, basis: Basis) -> Applied:
        forget(ctx, self.purpose)
        run = ctx.layout.plan_run(self.purpose)
        write_private(ctx.layout.attempt(self.purpose), json.dumps(asdict(basis)))
        ctx.begun.add(run)
        destroy = self.purpose is Purpose.DESTROY
        ctx.root.begin_plan(run, ctx.layout.saved_plan(self.purpose), destroy=destroy)
        return Waiting(msg("bootstrap.planning"), LOOK_AGAIN_S)

    def _end(self, ctx: AwsContext, found: Progress, basis: Basis) -> Applied:
        run = ctx.layout.plan_run(self.purpose)
        if not found.complete and not found.failures and run not in ctx.begun:
            return self._begin(ctx, basis)  # killed with an earlier process
        ctx.layout.attempt(self.purpose).unlink(missing_ok=True)
        if found.lock is not None:
            return mind(ctx, found.lock)
        if not found.complete:
            raise failed("bootstrap.plan_fails", found, run)
        return self._keep(ctx, basis)

    def _keep(self, ctx: AwsContext, basis: Basis) -> Applied:
        file = digest(ctx.layout.saved_plan(self.purpose))
        if not file:
            raise StepFailed("bootstrap.plan_lost", where=self.slug, retryable=True)
        made = Planned(file, basis, ctx.now().isoformat(), applicable=True)
        plan = plan_of(ctx, self.purpose, made)
        planned = Planned(file, basis, made.made_at, applicable=plan.applicable)
        save(ctx, self.purpose, planned)
        return Done({"digest": file, "changes": str(len(plan.changes))})

    def _attempt(self, ctx: AwsContext) -> Basis | None:
        try:
            return Basis(**read_json(ctx.layout.attempt(self.purpose)))
        except TypeError:
            return None
