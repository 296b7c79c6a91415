"""Bill a change of tier at the local provider: the invoice that a real one would send for it.

It asks for the difference of the two prices for the part of the month that is left, and for nothing
when the new tier is cheaper. No money is taken.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from services.contracts.tiers import TierTerms
from services.payment import entitlement, sample_events
from services.payment.adapters.signature import event_id
from services.payment.ports.provider import SubscriptionState
from services.payment.records import Subscription
from services.payment.repository.events import NewEvent
from services.payment.sample_events import Purchase

PAID = "subscription_payment_success"


@dataclass(frozen=True)
class BillLocally:
    """`store_id`: as in the settings, where an empty one takes all stores' events."""

    tiers: Mapping[str, TierTerms]
    variants: Mapping[str, str]
    store_id: str

    def invoice(self, before: Subscription, after: SubscriptionState) -> NewEvent | None:
        """To be kept with the change; None when nothing is to be paid."""
        if after.tier is None:
            return None
        cents = entitlement.prorated_cents(before, after.tier, after.updated_at, self.tiers)
        if cents <= 0:
            return None
        purchase = self._purchase(before, after, after.tier, cents)
        body = sample_events.build(PAID, purchase, after.updated_at, billing_reason="updated")
        return NewEvent(event_id(body), PAID, json.loads(body), after.updated_at)

    def _purchase(
        self, before: Subscription, after: SubscriptionState, tier: str, cents: int
    ) -> Purchase:
        change = f"{before.id} {before.provider_updated_at} {tier}"
        digest = hashlib.sha256(change.encode()).digest()
        return Purchase(
            user_id=before.user_id,
            email="",
            tier=tier,
            variant_id=self.variants[tier],
            price_cents=cents,
            store_id=self.store_id or "1",
            subscription_id=before.provider_id,
            order_id=after.order_id or before.provider_id,
            invoice_id=str(int.from_bytes(digest[:6], "big")),
        )
