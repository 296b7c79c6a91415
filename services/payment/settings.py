"""What the payment service reads from its environment: the plans, as JSON in PINGVAS_PLANS."""

from __future__ import annotations

from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field

from services.kernel.settings import ServiceSettings


class Plan(BaseModel):
    """A tier as it is sold; the price is in US dollars per month."""

    model_config = ConfigDict(frozen=True)

    tier: str = Field(pattern=r"^[a-z_]{1,40}$")
    title: str
    monthly_price_usd: Decimal = Field(ge=0, max_digits=9, decimal_places=2)
    monthly_credits: int = Field(ge=0)


PLANS = (
    Plan(tier="free", title="Free", monthly_price_usd=Decimal("0.00"), monthly_credits=0),
    Plan(tier="starter", title="Starter", monthly_price_usd=Decimal("9.00"), monthly_credits=1_000),
    Plan(tier="pro", title="Pro", monthly_price_usd=Decimal("29.00"), monthly_credits=4_000),
    Plan(tier="studio", title="Studio", monthly_price_usd=Decimal("99.00"), monthly_credits=16_000),
)


class PaymentSettings(ServiceSettings):
    """The plans on offer, in the order in which they are shown."""

    port: int = Field(default=8002, ge=1, le=65_535)
    plans: tuple[Plan, ...] = PLANS
