"""Take a tier away when its time is over and nothing more was heard.

A subscription that should have renewed is looked up at the provider first: its webhook may have
been lost. While the provider is away, the tier stays.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.kernel.db import Database
from services.kernel.logs import logger
from services.payment.actions.apply_subscription import ApplySubscription
from services.payment.errors import ProviderRefused, ProviderUnavailable
from services.payment.ports.provider import PAID, PaymentProvider
from services.payment.records import Subscription
from services.payment.repository import subscriptions

BATCH = 50
EVERY_S = 10.0


@dataclass(frozen=True)
class LapseSubscriptions:
    """A turn of the background."""

    database: Database
    provider: PaymentProvider
    apply: ApplySubscription

    async def turn(self) -> float:
        """Those whose time is over; seconds to rest."""
        async with self.database.system() as system:
            over = await subscriptions.list_lapsing(system, self.provider.name, BATCH)
        for subscription in over:
            if subscription.status not in PAID or await self._was_asked(subscription):
                await self._lapse(subscription)
        return EVERY_S

    async def _was_asked(self, subscription: Subscription) -> bool:
        """Take in what the provider says; false when it can't be asked now."""
        try:
            state = await self.provider.read(subscription)
        except ProviderUnavailable:
            return False
        except ProviderRefused:
            logger(__name__).error("subscription_unknown_there", id=str(subscription.id))
            return True
        async with self.database.system() as system:
            if state.tier is not None:
                await self.apply.run(system, state, subscription.user_id)
        return True

    async def _lapse(self, subscription: Subscription) -> None:
        async with self.database.system() as system:
            if await subscriptions.mark_lapsed(system, subscription.id):
                await self.apply.refresh_tier(system, subscription.user_id)
