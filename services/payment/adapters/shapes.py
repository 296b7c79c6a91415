"""Lemon Squeezy's objects as it sends them, in answers and in webhooks, and what they mean to us.

Sources: https://docs.lemonsqueezy.com/api/subscriptions, .../api/subscription-invoices and
.../api/orders. Ids are numbers in attributes and texts in `data.id`; amounts are cents; times are
ISO 8601 in UTC. Attributes that we do not use are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from services.payment.ports.provider import InvoiceState, OrderState, SubscriptionState

STATUS = r"^(on_trial|active|paused|past_due|unpaid|cancelled|expired)$"
Cents = Annotated[int, Field(ge=0, le=10**12)]
SignedCents = Annotated[int, Field(ge=-(10**12), le=10**12)]
Id = Annotated[
    str,
    BeforeValidator(lambda given: str(given) if isinstance(given, int) else given),
    Field(pattern=r"^[A-Za-z0-9_-]{1,80}$"),
]


class Shape(BaseModel):
    """Any object of theirs; they add attributes without notice."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Urls(Shape):
    """Addresses signed for the customer, valid for 24 hours."""

    customer_portal: str = Field(default="", max_length=2000)


class SubscriptionShape(Shape):
    """`type` subscriptions. `cancelled` runs until `ends_at`; `renews_at` is the period's end."""

    store_id: Id
    order_id: Id | None = None
    variant_id: Id
    status: str = Field(pattern=STATUS)
    renews_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None
    urls: Urls = Urls()
    updated_at: AwareDatetime

    def state(self, provider_id: str, tiers: Mapping[str, str]) -> SubscriptionState:
        """`tiers` gives the tier of a variant."""
        return SubscriptionState(
            provider_id=provider_id,
            order_id=self.order_id,
            tier=tiers.get(self.variant_id),
            status=self.status,
            current_period_end=self.renews_at,
            ends_at=self.ends_at,
            manage_url=self.urls.customer_portal,
            updated_at=self.updated_at,
        )


class Refundable(Shape):
    """What orders and invoices share. A whole refund may come without `refunded_amount`."""

    store_id: Id
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    status: str = Field(max_length=40)
    subtotal: SignedCents
    total: Cents
    refunded: bool = False
    refunded_amount: Cents | None = None
    created_at: AwareDatetime
    updated_at: AwareDatetime

    @property
    def refunded_cents(self) -> int:
        """All refunds so far."""
        whole = self.status == "refunded" or self.refunded
        told = self.refunded_amount if self.refunded_amount is not None else 0
        return self.total if whole and not told else min(told, self.total)


class InvoiceShape(Refundable):
    """`type` subscription-invoices; `data.id` is the invoice's, not the subscription's."""

    subscription_id: Id
    billing_reason: str = Field(pattern=r"^[a-z_]{1,40}$")

    def state(self, provider_id: str) -> InvoiceState:
        """As we speak of it."""
        return InvoiceState(
            provider_id=provider_id,
            subscription_id=self.subscription_id,
            billing_reason=self.billing_reason,
            currency=self.currency,
            price_cents=self.subtotal,
            total_cents=self.total,
            refunded_cents=self.refunded_cents,
            created_at=self.created_at,
            updated_at=self.updated_at,
        )


class OrderShape(Refundable):
    """`type` orders."""

    def state(self, provider_id: str) -> OrderState:
        """As we speak of it."""
        return OrderState(provider_id, self.total, self.refunded_cents, self.updated_at)


class Resource(Shape):
    """The `data` of a JSON:API document; `attributes` are read by `type`."""

    type: str = Field(max_length=80)
    id: Id
    attributes: dict[str, object]


class Times(Shape):
    """When a resource was made and changed, if it says so."""

    created_at: AwareDatetime | None = None
    updated_at: AwareDatetime | None = None

    @property
    def latest(self) -> datetime | None:
        """The time of an event about it."""
        return self.updated_at or self.created_at
