"""Cancel, resume or change one's own subscription, at the provider and here.

The provider's answer is taken in at once; its webhook, which tells the same, changes nothing then.
The local provider has no webhooks of its own: what it bills for a change is kept with the change.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from uuid import UUID

from services.kernel.db import Database
from services.payment.actions.apply_subscription import ApplySubscription
from services.payment.actions.bill_locally import BillLocally
from services.payment.errors import (
    AlreadySubscribed,
    ProviderRefused,
    SubscriptionNotFound,
    SubscriptionOver,
    TierNotForSale,
)
from services.payment.outcomes import Outcome
from services.payment.ports.provider import PAID, PaymentProvider, SubscriptionState
from services.payment.records import Subscription
from services.payment.repository import events, subscriptions
from services.payment.repository.events import NewEvent


@dataclass(frozen=True)
class ManageSubscription:
    """Each verb answers with the subscription after it and raises `SubscriptionNotFound`,
    `SubscriptionOver`, and the provider's problems."""

    database: Database
    provider: PaymentProvider
    apply: ApplySubscription
    sold: Collection[str]
    bill: BillLocally | None
    apply_event: Callable[[str], Awaitable[Outcome]]

    async def cancel(self, user_id: UUID, subscription_id: UUID) -> Subscription:
        """It runs until the end of what is paid; cancelling twice is the same as once."""
        known = await self._find(user_id, subscription_id)
        if known.status == "cancelled":
            return known
        if known.status == "expired":
            raise SubscriptionOver(known.status)
        return await self._take_in(known, await self.provider.cancel(known))

    async def resume(self, user_id: UUID, subscription_id: UUID) -> Subscription:
        """Take a cancellation back; one that runs is left as it is.

        Raises `AlreadySubscribed` while another one runs.
        """
        known = await self._find(user_id, subscription_id)
        if known.status in PAID:
            return known
        if known.status != "cancelled" or known.duplicate_since:
            raise SubscriptionOver(known.status)
        async with self.database.tenant(user_id) as tenant:
            if await subscriptions.does_another_run(tenant, known):
                raise AlreadySubscribed
        return await self._take_in(known, await self.provider.resume(known))

    async def change(self, user_id: UUID, subscription_id: UUID, tier: str) -> Subscription:
        """Another tier from now on; raises `TierNotForSale` too."""
        if tier not in self.sold:
            raise TierNotForSale(tier)
        known = await self._find(user_id, subscription_id)
        if known.status not in PAID or known.duplicate_since:
            raise SubscriptionOver(known.status)
        if known.tier == tier:
            return known
        state = await self.provider.change_tier(known, tier)
        return await self._take_in(
            known, state, self.bill.invoice(known, state) if self.bill else None
        )

    async def _find(self, user_id: UUID, subscription_id: UUID) -> Subscription:
        async with self.database.tenant(user_id) as tenant:
            known = await subscriptions.find_own(
                tenant, user_id, self.provider.name, subscription_id
            )
        if known is None:
            raise SubscriptionNotFound
        return known

    async def _take_in(
        self, known: Subscription, state: SubscriptionState, bill: NewEvent | None = None
    ) -> Subscription:
        if state.tier is None:
            raise ProviderRefused
        async with self.database.system() as system:
            await self.apply.run(system, state, known.user_id)
            if bill is not None:
                await events.store(system, self.provider.name, bill)
        if bill is not None:
            await self.apply_event(bill.event_id)
        return await self._find(known.user_id, known.id)
