"""Take an invoice in: a paid one gives its credits once, a failed one begins the dunning, a
refunded one takes credits back.

The subscription's row is locked first, then the payment's, then the person's. The events of
subscriptions tell the same dunning; whichever comes first counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from services.contracts.tiers import TierTerms, terms_of
from services.kernel.db import SystemConnection
from services.payment import entitlement
from services.payment.actions.apply_refund import ApplyRefund
from services.payment.actions.apply_subscription import ApplySubscription
from services.payment.outcomes import ChangeUnknown, Outcome, Postponed
from services.payment.ports.provider import InvoiceState, SubscriptionState
from services.payment.records import Subscription
from services.payment.repository import ledger, payments, subscriptions

ALIVE = frozenset({"active", "on_trial", "past_due", "unpaid"})


@dataclass(frozen=True)
class ApplyInvoice:
    """Within the caller's transaction. Raises `Postponed` while the subscription is unknown, or the
    change of tier that an invoice bills."""

    subscription: ApplySubscription
    refund: ApplyRefund
    tiers: Mapping[str, TierTerms]

    async def run(
        self,
        system: SystemConnection,
        event_name: str,
        invoice: InvoiceState,
        user_id: UUID | None,
        *,
        waits: bool = True,
    ) -> Outcome:
        """What came of one of the four events about an invoice.

        `waits`: raise `ChangeUnknown` while the change that it bills was not told, else suppose
        one.
        """
        provider = self.subscription.provider
        known = await subscriptions.lock(system, provider, invoice.subscription_id)
        if known is None:
            raise Postponed("subscription_unknown")
        if user_id is not None and user_id != known.user_id:
            return Outcome.FOREIGN_PERSON
        if event_name == "subscription_payment_failed":
            return await self._failed(system, known, invoice)
        if event_name == "subscription_payment_refunded":
            return await self._refunded(system, invoice)
        tier = entitlement.tier_billed(invoice, known.told, self.tiers)
        if tier is None and waits:
            raise ChangeUnknown(known)
        tier = tier or entitlement.tier_supposed(invoice, known.told, self.tiers)
        return await self._paid(system, known, invoice, tier)

    async def _paid(
        self, system: SystemConnection, known: Subscription, invoice: InvoiceState, tier: str
    ) -> Outcome:
        provider = self.subscription.provider
        worth = 0 if known.duplicate_since else self._worth(invoice, tier)
        payment = await payments.add(system, known, provider, invoice, tier=tier, credits_=worth)
        if payment is None:
            return Outcome.STALE
        await ledger.add_purchase(
            system,
            user_id=known.user_id,
            payment_id=payment.id,
            credits_=worth,
            unique_key=f"purchase:{provider}:{invoice.provider_id}",
            reason=f"Payment for {tier}",
        )
        if known.duplicate_since:
            await payments.want_refund(system, payment.id)
        if known.status in ALIVE and known.past_due_since:
            await self._recover(system, known, invoice)
        return Outcome.APPLIED

    def _worth(self, invoice: InvoiceState, tier: str) -> int:
        return entitlement.credits_of(invoice, terms_of(tier, self.tiers))

    async def _recover(
        self, system: SystemConnection, known: Subscription, invoice: InvoiceState
    ) -> None:
        """Nothing is missing any more; when it renews next comes with the subscription's event."""
        if known.past_due_since and invoice.updated_at >= known.past_due_since:
            paid_until = invoice.updated_at + entitlement.MONTH
            state = replace(_state(known, invoice, "active"), current_period_end=paid_until)
            await self._hint(system, known, state)

    async def _failed(
        self, system: SystemConnection, known: Subscription, invoice: InvoiceState
    ) -> Outcome:
        heard = known.provider_updated_at
        late = heard is not None and invoice.updated_at < heard
        if late or await payments.is_paid_since(system, known.id, invoice.updated_at):
            return Outcome.STALE
        if known.status not in ALIVE:
            return Outcome.NOTED
        await self._hint(system, known, _state(known, invoice, "past_due"))
        return Outcome.APPLIED

    async def _refunded(self, system: SystemConnection, invoice: InvoiceState) -> Outcome:
        payment = await payments.lock(system, self.subscription.provider, invoice.provider_id)
        if payment is None:
            raise Postponed("payment_unknown")
        return await self.refund.run(system, payment, invoice.refunded_cents)

    async def _hint(
        self, system: SystemConnection, known: Subscription, state: SubscriptionState
    ) -> None:
        """An invoice's clock is not the subscription's: the next event of that one still counts."""
        await self.subscription.write(system, known, state, heard=known.provider_updated_at)


def _state(known: Subscription, invoice: InvoiceState, status: str) -> SubscriptionState:
    return SubscriptionState(
        provider_id=known.provider_id,
        order_id=known.order_id,
        tier=known.tier,
        status=status,
        current_period_end=known.current_period_end,
        ends_at=known.ends_at,
        manage_url=known.manage_url,
        updated_at=invoice.updated_at,
    )
