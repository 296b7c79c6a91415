"""The tiers of people, lowest first: payment sells them, tokens carry them, checkpoints ask.

Their terms come from the configuration's section `tiers`, as JSON in PINGVAS_TIERS; the defaults
here are those of its reference.
"""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

Price = Annotated[Decimal, Field(ge=0, max_digits=8, decimal_places=2)]


class Tier(StrEnum):
    """Tiers may be added; a program that meets one it does not know takes it for the lowest."""

    FREE = "free"
    STARTER = "starter"
    PRO = "pro"
    STUDIO = "studio"


class TierTerms(BaseModel):
    """What a tier gives and allows. All limits are per person."""

    model_config = ConfigDict(frozen=True, extra="ignore")

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
        None, ge=1, le=3650, description="Days that images are kept; null: as long as the account."
    )


TIERS: Final[Mapping[str, TierTerms]] = {
    Tier.FREE: TierTerms(image_days=30),
    Tier.STARTER: TierTerms(
        weight=2,
        monthly_credits=1_000,
        monthly_price_usd=Decimal(10),
        waiting_jobs=20,
        running_jobs=2,
        images_per_job=4,
        requests_per_minute=120,
    ),
    Tier.PRO: TierTerms(
        weight=4,
        monthly_credits=4_000,
        monthly_price_usd=Decimal(30),
        waiting_jobs=50,
        running_jobs=4,
        images_per_job=8,
        largest_side_pixels=1_536,
        requests_per_minute=300,
    ),
    Tier.STUDIO: TierTerms(
        weight=8,
        monthly_credits=12_000,
        monthly_price_usd=Decimal(80),
        waiting_jobs=200,
        running_jobs=8,
        images_per_job=16,
        largest_side_pixels=2_048,
        requests_per_minute=600,
    ),
}


def terms_of(tier: str, tiers: Mapping[str, TierTerms]) -> TierTerms:
    """The terms of a tier; an unknown one gets those of the first, which is the lowest."""
    return tiers.get(tier) or next(iter(tiers.values()))
