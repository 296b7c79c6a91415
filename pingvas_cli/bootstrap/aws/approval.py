"""A person's yes to one saved plan, by its digest: it is worth nothing for any other plan."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pingvas_cli.bootstrap.aws.context import AwsContext
from pingvas_cli.bootstrap.aws.layout import Purpose
from pingvas_cli.bootstrap.aws.places import Place, places
from pingvas_cli.bootstrap.aws.planned import Planned, load, plan_of, read_json, staleness
from pingvas_cli.config.support import oldest_eks
from pingvas_cli.errors import Finding, Refused
from pingvas_cli.ports.terraform_root import Action, ResourceChange
from pingvas_cli.pricing.estimate import Estimate, estimate
from pingvas_cli.pricing.stock import outermost_of
from pingvas_cli.private_files import write_private


@dataclass(frozen=True)
class ModuleChanges:
    """How many resources of a module are made, changed, replaced and deleted."""

    module: str
    counts: Counter[Action]

    @property
    def destroys(self) -> bool:
        return self.counts[Action.REPLACE] + self.counts[Action.DELETE] > 0


@dataclass(frozen=True)
class Proposal:
    """What waits for a yes: the digest of the saved plan, what it would do, and what it costs."""

    digest: str
    changes: tuple[ResourceChange, ...]
    cost: Estimate
    places: tuple[Place, ...] = ()

    @property
    def destroyed(self) -> tuple[ResourceChange, ...]:
        """Those that are replaced or deleted."""
        return tuple(each for each in self.changes if each.destroys)

    @property
    def modules(self) -> tuple[ModuleChanges, ...]:
        """The changes by the outermost module, sorted; keys of instances are left out."""
        found: dict[str, Counter[Action]] = {}
        for each in self.changes:
            found.setdefault(outermost_of(each.module), Counter())[each.action] += 1
        return tuple(ModuleChanges(name, found[name]) for name in sorted(found))


def proposal(ctx: AwsContext, purpose: Purpose) -> Proposal | None:
    """What waits to be approved; None when nothing is to be done. Refused when it is stale."""
    planned = load(ctx, purpose)
    if planned is None or not planned.to_do:
        return None
    refuse_stale(ctx, purpose, planned)
    plan = plan_of(ctx, purpose, planned)
    cost = estimate(plan.resources, ctx.configuration, oldest_eks(ctx.now().date()))
    return Proposal(planned.digest, plan.changes, cost, places(plan.resources, ctx.configuration))


def approve(ctx: AwsContext, purpose: Purpose, digest: str, by: str) -> None:
    """Keep the yes; Refused (`bootstrap.approves_other`) when the plan is another one."""
    planned = load(ctx, purpose)
    found = planned.digest if planned else "-"
    if found != digest:
        raise Refused("bootstrap.approves_other", where=str(purpose), asked=digest, found=found)
    told = {"digest": digest, "by": by, "at": ctx.now().isoformat()}
    write_private(ctx.layout.approval(purpose), json.dumps(told))


def is_approved(ctx: AwsContext, purpose: Purpose, planned: Planned) -> bool:
    """Whether somebody said yes to exactly this plan."""
    return read_json(ctx.layout.approval(purpose)).get("digest") == planned.digest


def refuse_stale(ctx: AwsContext, purpose: Purpose, planned: Planned) -> None:
    """Refused (`bootstrap.plan_stale`) when the plan does not hold any more."""
    why = staleness(ctx, purpose, planned)
    if why is not None:
        raise Refused("bootstrap.plan_stale", where=planned.digest, why=why)


def refuse_protected(changes: Sequence[ResourceChange]) -> None:
    """Refused, with a finding for each resource that AWS would not let go."""
    held = [each for each in changes if each.destroys and each.protected]
    if held:
        findings = [Finding(each.address, "bootstrap.resource_protected") for each in held]
        raise Refused("bootstrap.protected", findings=findings, count=len(held))
