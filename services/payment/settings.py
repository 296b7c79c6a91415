"""What the payment service reads from its environment: the plans, as JSON in PINGVAS_PLANS."""

from __future__ import annotations

from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field

from services.contracts.tiers import Tier
from services.kernel.settings import ServiceSettings


class Plan(BaseModel):
    """A tier as it is sold; the price is in US dollars per month."""

    model_config = ConfigDict(frozen=True)

    tier: str = Field(pattern=r"^[a-z_]{1,40}$")
    title: str
    monthly_price_usd: Decimal = Field(ge=0, max_digits=9, decimal_places=2)
    monthly_credits: int = Field(ge=0)


def _plan(tier: Tier, monthly_price_usd: str, monthly_credits: int) -> Plan:
    return Plan(
        tier=tier,
        title=tier.title(),
        monthly_price_usd=Decimal(monthly_price_usd),
        monthly_credits=monthly_credits,
    )


PLANS = (
    _plan(Tier.FREE, "0.00", 0),
    _plan(Tier.STARTER, "9.00", 1_000),
    _plan(Tier.PRO, "29.00", 4_000),
    _plan(Tier.STUDIO, "99.00", 16_000),
)


class PaymentSettings(ServiceSettings):
    """The plans on offer, in the order in which they are shown."""

    port: int = Field(default=8002, ge=1, le=65_535)
    plans: tuple[Plan, ...] = PLANS
