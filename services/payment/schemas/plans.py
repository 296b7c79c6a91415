"""The tiers as they are sold."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Self

from pydantic import BaseModel, Field

from services.contracts.tiers import TierTerms


class Plan(BaseModel):
    """A tier: its price, its credits, its limits for each person."""

    tier: str = Field(pattern=r"^[a-z_]{1,40}$")
    title: str
    monthly_price_usd: Decimal = Field(ge=0, decimal_places=2, description="US dollars, as text.")
    monthly_credits: int = Field(ge=0, description="Credits given each month.")
    weight: int = Field(ge=1, description="Share of the workers' time against other tiers.")
    waiting_jobs: int = Field(ge=1, description="Most jobs waiting at once.")
    running_jobs: int = Field(ge=1, description="Most jobs running at once.")
    images_per_job: int = Field(ge=1, description="Most images of one job.")
    largest_side_pixels: int = Field(ge=1, description="Longest side of an image in pixels.")
    requests_per_minute: int = Field(ge=1, description="API requests a minute.")
    image_days: int | None = Field(
        ge=1, description="Days that images are kept; null: as long as the account."
    )

    @classmethod
    def of(cls, tier: str, terms: TierTerms) -> Self:
        """From a tier's terms."""
        price = terms.monthly_price_usd.quantize(Decimal("0.01"))
        values = {**terms.model_dump(), "monthly_price_usd": price}
        return cls(tier=tier, title=tier.replace("_", " ").title(), **values)


class Plans(BaseModel):
    """The plans on offer, the lowest first."""

    items: list[Plan]

    @classmethod
    def of(cls, tiers: Mapping[str, TierTerms]) -> Self:
        """From all tiers."""
        return cls(items=[Plan.of(tier, terms) for tier, terms in tiers.items()])
