"""What the generation service reads from its environment, beside what all services share."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from services.contracts.tiers import Tier
from services.dispatch.queue import LARGEST_WEIGHT, SMALLEST_WEIGHT
from services.kernel.settings import RedisUrl, ServiceSettings

Weight = Annotated[float, Field(ge=SMALLEST_WEIGHT, le=LARGEST_WEIGHT)]

WEIGHTS: dict[str, float] = {Tier.FREE: 1.0, Tier.STARTER: 2.0, Tier.PRO: 4.0, Tier.STUDIO: 8.0}


class GenerationSettings(ServiceSettings):
    """A price is in credits; see `pricing.py`. A weight is a tier's share of the workers' time."""

    port: int = Field(default=8003, ge=1, le=65_535)
    redis_url: RedisUrl
    credits_per_megapixel_step: Decimal = Field(default=Decimal("0.04"), gt=0)
    tier_weights: dict[str, Weight] = Field(default=WEIGHTS, min_length=1)
    open_jobs_per_user: int = Field(default=50, ge=1)
    waiting_jobs_at_most: int = Field(default=100_000, ge=1)
    retry_after_s: int = Field(default=5, ge=1)
    sweep_every_s: float = Field(default=10.0, gt=0)
    sweep_grace_s: float = Field(default=5.0, ge=0)
    reclaim_every_s: float = Field(default=2.0, gt=0)

    def weight_of(self, tier: str) -> float:
        """The share of a tier; an unknown one gets the smallest."""
        return self.tier_weights.get(tier, min(self.tier_weights.values()))
