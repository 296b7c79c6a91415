"""What the payment service reads from its environment, beside what all services share.

Lemon Squeezy needs a key, a store, variants and a secret; without all four the service ends at
the start. The local provider needs the secret alone, and none until somebody buys something.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, model_validator

from services.contracts.tiers import TIERS, Tier, TierTerms
from services.kernel.settings import ServiceSettings

Variant = Annotated[str, Field(pattern=r"^[0-9]{1,18}$")]


class PaymentSettings(ServiceSettings):
    """`tiers` in the order in which they are shown, the lowest first."""

    port: int = Field(default=8002, ge=1, le=65_535)
    tiers: dict[str, TierTerms] = Field(default=dict(TIERS), min_length=1)
    public_url: str = Field(default="", pattern=r"^(https?://\S+)?$")
    payment_provider: Literal["local", "lemon_squeezy"] = "local"
    payment_api_url: str = Field(default="https://api.lemonsqueezy.com", pattern=r"^https?://\S+$")
    payment_api_key: SecretStr = SecretStr("")
    payment_store_id: str = Field(default="", pattern=r"^[0-9]{0,20}$")
    payment_variants: dict[str, Variant] = Field(default={})
    webhook_secret: SecretStr = SecretStr("")
    webhook_window_s: int = Field(default=259_200, ge=60)
    grace_days: int = Field(default=7, ge=0, le=90)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if Tier.FREE not in self.tiers:
            raise ValueError("the tiers lack free")
        if self.payment_provider == "lemon_squeezy" and self._missing():
            raise ValueError(f"lemon_squeezy needs {', '.join(self._missing())}")
        return self

    def _missing(self) -> list[str]:
        wanted = {
            "PINGVAS_PAYMENT_API_KEY": self.payment_api_key.get_secret_value(),
            "PINGVAS_PAYMENT_STORE_ID": self.payment_store_id,
            "PINGVAS_WEBHOOK_SECRET": self.webhook_secret.get_secret_value(),
            "PINGVAS_PAYMENT_VARIANTS": set(self.sold) <= set(self.payment_variants),
        }
        return [name for name, given in wanted.items() if not given]

    @property
    def sold(self) -> dict[str, TierTerms]:
        """The tiers that cost something."""
        return {name: terms for name, terms in self.tiers.items() if terms.monthly_price_usd}

    @property
    def variants(self) -> dict[str, str]:
        """The provider's variant of each tier that is sold."""
        counted = {tier: str(number) for number, tier in enumerate(self.sold, start=1)}
        return {tier: self.payment_variants.get(tier, counted[tier]) for tier in self.sold}

    @property
    def grace(self) -> timedelta:
        """How long a tier lasts after a payment failed."""
        return timedelta(days=self.grace_days)

    @property
    def address(self) -> str:
        """Where people reach the platform, without a slash at the end."""
        return (self.public_url or self.token_issuer).rstrip("/")
