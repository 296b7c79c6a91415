"""A saved plan's record: what it was made from, so that a stale one is never applied.

A plan holds for the files and the state it was made from, and for an hour: whatever changes AWS
beside Terraform is seen by the next plan only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from pingvas_cli.bootstrap.aws.context import AwsContext
from pingvas_cli.bootstrap.aws.layout import Purpose
from pingvas_cli.errors import Message, msg
from pingvas_cli.ports.terraform_root import Plan
from pingvas_cli.private_files import write_private

HOLDS: Final = timedelta(hours=1)


@dataclass(frozen=True)
class Basis:
    """What a plan is made from: the digest of the files, and the state's lineage and serial."""

    files: str
    lineage: str
    serial: int


@dataclass(frozen=True)
class Planned:
    """One plan; `digest` is the sha256 of its file, `made_at` ISO 8601 UTC."""

    digest: str
    basis: Basis
    made_at: str
    applicable: bool
    applied: bool = False

    @property
    def to_do(self) -> bool:
        """Whether it still waits to be applied."""
        return self.applicable and not self.applied


def basis_of(ctx: AwsContext) -> Basis:
    """What a plan made now would be made from."""
    state = ctx.root.state()
    return Basis(ctx.files_digest(), state.lineage, state.serial)


def load(ctx: AwsContext, purpose: Purpose) -> Planned | None:
    """The record of the last plan; None when there is none that can be read."""
    found = read_json(ctx.layout.planned(purpose))
    try:
        return Planned(**{**found, "basis": Basis(**found["basis"])})
    except (KeyError, TypeError):
        return None


def save(ctx: AwsContext, purpose: Purpose, planned: Planned) -> None:
    """Keep it for the next step, or the next process."""
    write_private(ctx.layout.planned(purpose), json.dumps(asdict(planned), indent=1))


def forget(ctx: AwsContext, purpose: Purpose) -> None:
    """Drop the plan, so that the next run makes another."""
    ctx.layout.planned(purpose).unlink(missing_ok=True)
    ctx.layout.saved_plan(purpose).unlink(missing_ok=True)


def note_applied(ctx: AwsContext, purpose: Purpose, planned: Planned) -> None:
    """The world is as planned now; what it would be planned from is the present state."""
    at = ctx.now().isoformat()
    basis = basis_of(ctx)
    if basis.files != planned.basis.files:  # changed meanwhile: there is more to plan
        forget(ctx, purpose)
        return
    # The run that did it keeps its name by the time of the plan, so it is not asked again.
    save(ctx, purpose, replace(planned, basis=basis, made_at=at, applied=True))
    ctx.layout.saved_plan(purpose).unlink(missing_ok=True)


def staleness(ctx: AwsContext, purpose: Purpose, planned: Planned) -> Message | None:
    """Why the plan does not hold any more, or None."""
    now, basis = ctx.now(), basis_of(ctx)
    if planned.basis.files != basis.files:
        return msg("bootstrap.stale_files")
    if planned.basis != basis:
        return msg("bootstrap.stale_state", planned=planned.basis.serial, found=basis.serial)
    if now - datetime.fromisoformat(planned.made_at) > HOLDS:
        return msg("bootstrap.stale_age", minutes=HOLDS.total_seconds() // 60)
    if planned.to_do and digest(ctx.layout.saved_plan(purpose)) != planned.digest:
        return msg("bootstrap.stale_file")
    return None


def apply_run(ctx: AwsContext, purpose: Purpose, planned: Planned) -> Path:
    """The run that applies this plan, and no other."""
    return ctx.layout.apply_run(purpose, planned.digest, planned.made_at)


def plan_of(ctx: AwsContext, purpose: Purpose, planned: Planned) -> Plan:
    """What the saved plan would do, read once by a process."""
    if planned.digest not in ctx.plans:
        ctx.plans[planned.digest] = ctx.root.plan(ctx.layout.saved_plan(purpose))
    return ctx.plans[planned.digest]


def digest(path: Path) -> str:
    """The sha256 of a file; empty when there is none."""
    return sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def read_json(path: Path) -> Mapping[str, Any]:
    """An object that we wrote; empty when it is not there or torn."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
