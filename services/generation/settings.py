"""What the generation service reads from its environment, beside what all services share."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from services.contracts.tiers import TIERS, TierTerms, terms_of
from services.kernel.settings import DatabaseUrl, RedisUrl, ServiceSettings

Tiers = Annotated[Mapping[str, TierTerms], Field(min_length=1)]


class GenerationSettings(ServiceSettings):
    """A price is in credits; see `pricing.py`. `tiers` is the configuration's section of that name.

    `listen_database_url` goes to PostgreSQL itself, not through a pooler; without it nobody listens
    for other replicas' calls, and the sweep finds what they left.
    """

    model_config = SettingsConfigDict(env_ignore_empty=True)

    port: int = Field(default=8003, ge=1, le=65_535)
    redis_url: RedisUrl
    listen_database_url: DatabaseUrl = Field(default=SecretStr(""), validate_default=False)
    credits_per_megapixel_step: Decimal = Field(default=Decimal("0.04"), gt=0)
    tiers: Tiers = TIERS
    waiting_jobs_at_most: int = Field(default=100_000, ge=1)
    retry_after_s: int = Field(default=5, ge=1, le=60)
    sweep_every_s: float = Field(default=10.0, gt=0)
    sweep_grace_s: float = Field(default=5.0, ge=0)
    relay_every_s: float = Field(default=1.0, gt=0)
    reclaim_every_s: float = Field(default=2.0, gt=0)
    streams_per_user: int = Field(default=20, ge=1)
    streams_at_most: int = Field(default=10_000, ge=1)

    def terms_of(self, tier: str) -> TierTerms:
        """What a tier allows; an unknown one gets the lowest."""
        return terms_of(tier, self.tiers)
