"""The `tiers` section: what each plan may ask of the GPUs."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Annotated

from pydantic import Field

from pingvas_cli.config.section import Problem, Section, part, problem

Price = Annotated[Decimal, Field(ge=0, max_digits=8, decimal_places=2)]


class Tier(Section):
    """One plan. All limits are per user."""

    weight: int = Field(1, ge=1, le=1000, description="Share of GPU time against other tiers.")
    monthly_credits: int = Field(50, ge=0, le=10_000_000, description="Credits granted each month.")
    monthly_price_usd: Price = Field(Decimal(0), description="Price of a month in US dollars.")
    waiting_jobs: int = Field(5, ge=1, le=10_000, description="Most jobs waiting at once.")
    running_jobs: int = Field(1, ge=1, le=100, description="Most jobs running at once.")
    images_per_job: int = Field(1, ge=1, le=16, description="Most images of one job.")
    largest_side_pixels: int = Field(
        1024, ge=256, le=4096, multiple_of=8, description="Longest side of an image in pixels."
    )
    requests_per_minute: int = Field(60, ge=1, le=100_000, description="API requests a minute.")
    image_days: int | None = Field(
        None, ge=1, le=3650, description="Days that images are kept; unset: as long as the account."
    )


class TiersSection(Section):
    """The plans, each at least as good as the one before it (inventory 62)."""

    free: Tier = part(Tier, "Without a subscription.", image_days=30)
    starter: Tier = part(
        Tier,
        "First paid plan.",
        weight=2,
        monthly_credits=1000,
        monthly_price_usd=Decimal(10),
        waiting_jobs=20,
        running_jobs=2,
        images_per_job=4,
        requests_per_minute=120,
    )
    pro: Tier = part(
        Tier,
        "For daily work.",
        weight=4,
        monthly_credits=4000,
        monthly_price_usd=Decimal(30),
        waiting_jobs=50,
        running_jobs=4,
        images_per_job=8,
        largest_side_pixels=1536,
        requests_per_minute=300,
    )
    studio: Tier = part(
        Tier,
        "For teams.",
        weight=8,
        monthly_credits=12_000,
        monthly_price_usd=Decimal(80),
        waiting_jobs=200,
        running_jobs=8,
        images_per_job=16,
        largest_side_pixels=2048,
        requests_per_minute=600,
    )

    def by_name(self) -> dict[str, Tier]:
        """The tiers by name, the smallest first."""
        return {name: getattr(self, name) for name in type(self).model_fields}

    def problems(self) -> Iterator[Problem]:
        """A higher tier that weighs less than the one before it."""
        for (lower, one), (higher, other) in pairwise(self.by_name().items()):
            if other.weight < one.weight:
                yield problem(f"{higher}.weight", "config.tier_below", higher=higher, lower=lower)
