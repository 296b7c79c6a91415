"""Checkouts, subscriptions, payments."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.contracts.whole_numbers import WHOLE

TIER = r"^[a-z_]{1,40}$"
Status = Literal["on_trial", "active", "paused", "past_due", "unpaid", "cancelled", "expired"]


class CheckoutWanted(BaseModel):
    """What to buy."""

    model_config = ConfigDict(extra="forbid")

    tier: str = Field(pattern=TIER, description="A tier of GET /v1/plans that has a price.")


class Checkout(BaseModel):
    """Where to pay. The tier is given when the payment provider tells that it was paid."""

    url: str = Field(description="To be opened in a browser.")
    tier: str
    expires_at: datetime


class Subscription(BaseModel):
    """A person's subscription. The tier lasts until `entitled_until` if nothing changes."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    tier: str
    status: Status = Field(
        description="past_due: a payment failed, the tier lasts for the grace period; cancelled:"
        " it runs until `ends_at`; paused, unpaid, expired: it gives nothing."
    )
    current_period_end: datetime | None = Field(description="When it renews.")
    ends_at: datetime | None = Field(description="When a cancelled one ends.")
    past_due_since: datetime | None
    entitled_until: datetime | None
    duplicate_since: datetime | None = Field(
        description="Bought while another one ran: it gives no tier, is cancelled and paid back."
    )
    manage_url: str = Field(description="The provider's page for it, or empty.")
    created_at: datetime


class SubscriptionChange(BaseModel):
    """The tier to change to."""

    model_config = ConfigDict(extra="forbid")

    tier: str = Field(pattern=TIER)


class Payment(BaseModel):
    """An invoice that was paid, and what of it was given back."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    user_id: UUID
    subscription_id: UUID | None
    tier: str
    billing_reason: str = Field(description="initial, renewal, or updated: a change of tier.")
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    total_cents: int = Field(ge=0)
    refunded_cents: int = Field(ge=0)
    credits: int = Field(ge=0, description="Credits that it gave.")
    credits_refunded: int = Field(ge=0, description="Credits taken back after refunds.")
    paid_at: datetime


class Refund(BaseModel):
    """How much is to be given back of a payment in all, so that asking twice gives it once."""

    model_config = ConfigDict(extra="forbid")

    refunded_cents: Annotated[
        int,
        Field(ge=1, le=10**12, description="The sum of all refunds of the payment after it."),
        WHOLE,
    ]
