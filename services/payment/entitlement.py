"""The rules of who has which tier until when, and what a payment is worth. Pure functions."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal

from services.contracts.tiers import TierTerms
from services.payment.ports.provider import PAID, InvoiceState, SubscriptionState

MONTH = timedelta(days=31)


def past_due_since(state: SubscriptionState, before: datetime | None) -> datetime | None:
    """Since when a payment is missing."""
    return (before or state.updated_at) if state.status == "past_due" else None


def entitled_until(
    state: SubscriptionState, overdue_since: datetime | None, grace: timedelta
) -> datetime:
    """Until when a subscription gives its tier if nothing more is heard of it.

    Paid ones last until the period's end, and for the grace, since renewals may be told late.
    Cancelled ones last until what is paid ends. Paused, unpaid and expired ones give nothing.
    """
    if state.status in PAID:
        return (state.current_period_end or state.updated_at + MONTH) + grace
    if state.status == "past_due":
        return (overdue_since or state.updated_at) + grace
    if state.status == "cancelled":
        return state.ends_at or state.current_period_end or state.updated_at
    return state.updated_at


def credits_of(invoice: InvoiceState, terms: TierTerms) -> int:
    """A month's credits for a month's bill; the part that was paid for a change within a month."""
    if invoice.billing_reason != "updated":
        return terms.monthly_credits
    price_cents = terms.monthly_price_usd * 100
    if not price_cents:
        return 0
    share = min(Decimal(1), Decimal(invoice.price_cents) / price_cents)
    return int((share * terms.monthly_credits).to_integral_value(ROUND_DOWN))


def credits_back(granted: int, refunded_cents: int, total_cents: int) -> int:
    """How many credits a payment must have lost after refunds of so much: in proportion, all at
    the whole."""
    if refunded_cents >= total_cents:
        return granted if refunded_cents else 0
    return granted * refunded_cents // total_cents
