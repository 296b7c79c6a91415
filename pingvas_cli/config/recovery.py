"""The `recovery` section: how long an environment may be away and how much it may lose."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from pingvas_cli.config.section import Problem, Section, part, problem
from pingvas_cli.config.values import EnvironmentName

Hours = Annotated[float, Field(gt=0, le=168)]


class Objective(Section):
    """Objectives of one environment; drills measure against them (inventory 94, 95)."""

    rto_hours: Hours = Field(4.0, description="Longest absence, in hours (inventory 94).")
    rpo_hours: Hours = Field(24.0, description="Most work lost, in hours (inventory 95).")
    rto_limit_hours: Hours = Field(24.0, description="Beyond this a drill fails (inventory 98).")
    rpo_limit_hours: Hours = Field(48.0, description="Beyond this a drill fails (inventory 98).")

    def problems(self) -> Iterator[Problem]:
        """An objective beyond the limit at which a drill fails."""
        for key in ("rto", "rpo"):
            low, high = getattr(self, f"{key}_hours"), getattr(self, f"{key}_limit_hours")
            if low > high:
                found = problem(f"{key}_hours", "config.min_above_max", low=low, high=high)
                yield found.or_at(f"{key}_limit_hours")


class RecoverySection(Section):
    """Recovery objectives (inventory 90-96, correction D7)."""

    dev: Objective = part(Objective, "Dev (inventory 94, 95).")
    prod: Objective = part(
        Objective,
        "Prod (inventory 94, 95, 98).",
        rto_hours=1.0,
        rpo_hours=1.0,
        rto_limit_hours=2.0,
        rpo_limit_hours=4.0,
    )
    cache_failover_seconds: int = Field(
        30, ge=1, le=600, description="Longest failover of the prod cache (inventory 91, 97)."
    )
    drill_every_days: int = Field(
        30, ge=1, le=365, description="A drill older than this is a finding (correction D7)."
    )

    def named(self, name: EnvironmentName) -> Objective:
        """The objectives of the environment called `name`."""
        return self.dev if name == "dev" else self.prod
