"""The payment provider as this service needs it: checkouts, subscriptions, refunds.

Amounts are cents of the invoice's currency, times are UTC. States come back from every call and
from webhooks alike; whoever applies them decides by `updated_at` which one is newer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

PAID = frozenset({"active", "on_trial"})
RUNNING = PAID | {"past_due"}
"""Those that are billed again and again."""


@dataclass(frozen=True)
class Basket:
    """What a person is about to buy."""

    user_id: UUID
    email: str
    tier: str
    expires_at: datetime


@dataclass(frozen=True)
class SubscriptionState:
    """A subscription as the provider has it; `tier` is None for a variant that is not ours.

    `status`: on_trial, active, paused, past_due, unpaid, cancelled (runs until `ends_at`), expired.
    """

    provider_id: str
    order_id: str | None
    tier: str | None
    status: str
    current_period_end: datetime | None
    ends_at: datetime | None
    manage_url: str
    updated_at: datetime


@dataclass(frozen=True)
class InvoiceState:
    """One bill of a subscription. `billing_reason`: initial, renewal, or updated (plan change).

    `price_cents` is before discounts and taxes, negative for a change to a cheaper tier;
    `total_cents` is what was paid, `refunded_cents` the sum of all refunds so far.
    """

    provider_id: str
    subscription_id: str
    billing_reason: str
    currency: str
    price_cents: int
    total_cents: int
    refunded_cents: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class OrderState:
    """The purchase that began a subscription."""

    provider_id: str
    total_cents: int
    refunded_cents: int
    updated_at: datetime


class Subscribed(Protocol):
    """What we remember of a subscription, as far as a provider needs it."""

    @property
    def provider_id(self) -> str: ...
    @property
    def order_id(self) -> str | None: ...
    @property
    def tier(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def current_period_end(self) -> datetime | None: ...
    @property
    def ends_at(self) -> datetime | None: ...
    @property
    def manage_url(self) -> str: ...
    @property
    def provider_updated_at(self) -> datetime | None: ...


class PaymentProvider(Protocol):
    """Every call raises `ProviderUnavailable` or `ProviderRefused`, and nothing else."""

    @property
    def name(self) -> str:
        """As stored with what comes from it."""

    async def open_checkout(self, basket: Basket) -> str:
        """The address where the person pays."""

    async def read(self, subscription: Subscribed) -> SubscriptionState:
        """The subscription as it is now."""

    async def cancel(self, subscription: Subscribed) -> SubscriptionState:
        """End it with the period that is paid; again: the same."""

    async def resume(self, subscription: Subscribed) -> SubscriptionState:
        """Take a cancellation back before it takes effect."""

    async def change_tier(self, subscription: Subscribed, tier: str) -> SubscriptionState:
        """Another tier from now on; the provider bills the difference."""

    async def refunded_cents(self, invoice_id: str) -> int:
        """How much of an invoice was given back so far; 0 where nobody but us keeps books."""

    async def refund(self, invoice_id: str, amount_cents: int) -> None:
        """Give so much of an invoice back."""

    async def close(self) -> None:
        """Let go of connections."""
