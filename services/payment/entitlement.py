"""The rules of who has which tier until when, and what a payment is worth. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from itertools import pairwise

from services.contracts.tiers import TierTerms, terms_of
from services.payment.ports.provider import PAID, InvoiceState, SubscriptionState
from services.payment.records import Subscription

MONTH = timedelta(days=31)
NEAR = timedelta(minutes=2)
"""A change of tier and its invoice are made by one request, whose charge takes a moment."""
TOLD_AT_MOST = 50

Told = Mapping[datetime, str]
"""The tiers that a subscription was told to have, by the provider's time."""
Tiers = Mapping[str, TierTerms]


def past_due_since(state: SubscriptionState, before: datetime | None) -> datetime | None:
    """Since when a payment is missing."""
    return (before or state.updated_at) if state.status == "past_due" else None


def entitled_until(
    state: SubscriptionState,
    overdue_since: datetime | None,
    grace: timedelta,
    known: Subscription,
) -> datetime:
    """Until when a subscription gives its tier if nothing more is heard of it.

    Paid ones last until the period's end, and for the grace, since renewals may be told late.
    Cancelled ones last until what is paid ends. Paused, unpaid and expired ones give nothing.
    What is a duplicate gives what it gave before, and no more: its further money is given back.
    """
    if known.duplicate_since is not None:
        return known.entitled_until or known.duplicate_since
    if state.status in PAID:
        return (state.current_period_end or state.updated_at + MONTH) + grace
    if state.status == "past_due":
        return (overdue_since or state.updated_at) + grace
    if state.status == "cancelled":
        return state.ends_at or state.current_period_end or state.updated_at
    return state.updated_at


def remember(told: Told, at: datetime, tier: str) -> dict[datetime, str]:
    """With one more. Of a stretch of one tier both ends stay, so that what is told late fits in."""
    found = sorted({**told, at: tier}.items())
    inner = {
        here[0]
        for before, here, after in zip(found, found[1:], found[2:], strict=False)
        if before[1] == here[1] == after[1]
    }
    return dict([each for each in found if each[0] not in inner][-TOLD_AT_MOST:])


def tier_billed(invoice: InvoiceState, told: Told, tiers: Tiers) -> str | None:
    """The tier that an invoice is for; None while the change that it bills was not told.

    Invoices name no variant. A whole month's is known by its price, one for a change by the steps
    up around its time that cost so much, others by what was told for their time.
    """
    if invoice.billing_reason != "updated":
        return _tier_priced(invoice.price_cents, tiers) or _tier_at(invoice.created_at, told)
    if invoice.price_cents <= 0:
        return _tier_at(invoice.created_at, told)
    steps = _steps_up(invoice, told, tiers)
    earlier = [each for each in steps if each.at <= invoice.created_at]
    if earlier:
        return earlier[-1].tier
    clear = (each.tier for each in steps if _is_clear(each, invoice, told, tiers))
    return next(clear, None)


def tier_supposed(invoice: InvoiceState, told: Told, tiers: Tiers) -> str:
    """When its change was not told, or not for sure: the tier that is told next and can be meant,
    else the cheapest one that leads to such a bill."""
    steps = _steps_up(invoice, told, tiers)
    if steps:
        return steps[0].tier
    return _cheapest(_tier_at(invoice.created_at, told), invoice.price_cents, tiers)


@dataclass(frozen=True)
class _Step:
    at: datetime
    before: str
    tier: str


def _steps_up(invoice: InvoiceState, told: Told, tiers: Tiers) -> list[_Step]:
    """Those that the invoice can be for, oldest first."""
    return [
        _Step(at, before, tier)
        for (_, before), (at, tier) in pairwise(sorted(told.items()))
        if abs(at - invoice.created_at) <= NEAR
        and _price_cents(tier, tiers) - _price_cents(before, tiers) >= invoice.price_cents
    ]


def _is_clear(step: _Step, invoice: InvoiceState, told: Told, tiers: Tiers) -> bool:
    """Whether no change that was not told yet can be billed instead of a step that was told for
    later: to a cheaper tier, or to the first one that we heard of."""
    is_first = all(tier == step.before for at, tier in told.items() if at < step.at)
    may_be_first = (
        is_first
        and invoice.created_at - min(told) <= NEAR
        and invoice.price_cents <= _price_cents(step.before, tiers)
    )
    return not may_be_first and step.tier == _cheapest(step.before, invoice.price_cents, tiers)


def _cheapest(before: str, difference_cents: int, tiers: Tiers) -> str:
    """Of the tiers that cost at least so much more; the dearest when there is none."""
    least_cents = _price_cents(before, tiers) + difference_cents
    return min(
        (tier for tier in tiers if _price_cents(tier, tiers) >= least_cents),
        key=lambda tier: _price_cents(tier, tiers),
        default=max(tiers, key=lambda tier: _price_cents(tier, tiers)),
    )


def _tier_priced(price_cents: int, tiers: Tiers) -> str | None:
    found = [tier for tier in tiers if _price_cents(tier, tiers) == price_cents > 0]
    return found[0] if len(found) == 1 else None


def _tier_at(moment: datetime, told: Told) -> str:
    before = [at for at in told if at <= moment + NEAR]
    return told[max(before) if before else min(told)]


def _price_cents(tier: str, tiers: Tiers) -> int:
    return int(terms_of(tier, tiers).monthly_price_usd * 100)


def credits_of(invoice: InvoiceState, terms: TierTerms) -> int:
    """A month's credits for a month's bill; the part that was paid for a change within a month."""
    if invoice.billing_reason != "updated":
        return terms.monthly_credits
    price_cents = terms.monthly_price_usd * 100
    if not price_cents:
        return 0
    share = min(Decimal(1), max(Decimal(0), Decimal(invoice.price_cents) / price_cents))
    return int((share * terms.monthly_credits).to_integral_value(ROUND_DOWN))


def prorated_cents(known: Subscription, tier: str, at: datetime, tiers: Tiers) -> int:
    """What a change of tier costs for the rest of the month; negative for a cheaper one."""
    left = min(MONTH, max(timedelta(0), (known.current_period_end or at) - at))
    difference_cents = _price_cents(tier, tiers) - _price_cents(known.tier, tiers)
    return (difference_cents * left + MONTH / 2) // MONTH


def credits_back(granted: int, refunded_cents: int, total_cents: int) -> int:
    """How many credits a payment must have lost after refunds of so much: in proportion, all at
    the whole."""
    if refunded_cents >= total_cents:
        return granted if refunded_cents else 0
    return granted * refunded_cents // total_cents
