"""Take a tier away when its time is over and nothing more was heard.

A subscription that should have renewed is looked up at the provider first: its webhook may have
been lost. While the provider is away, the tier stays.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.kernel.db import Database
from services.payment.actions.apply_subscription import ApplySubscription
from services.payment.actions.ask_provider import AskProvider
from services.payment.ports.provider import PAID
from services.payment.records import Subscription
from services.payment.repository import subscriptions

BATCH = 50
EVERY_S = 10.0


@dataclass(frozen=True)
class LapseSubscriptions:
    """A turn of the background."""

    database: Database
    ask: AskProvider
    apply: ApplySubscription

    async def turn(self) -> float:
        """Those whose time is over; seconds to rest."""
        async with self.database.system() as system:
            over = await subscriptions.list_lapsing(system, self.apply.provider, BATCH)
        for subscription in over:
            if subscription.status not in PAID or await self.ask.run(subscription):
                await self._lapse(subscription)
        return EVERY_S

    async def _lapse(self, subscription: Subscription) -> None:
        async with self.database.system() as system:
            if await subscriptions.mark_lapsed(system, subscription.id):
                await self.apply.refresh_tier(system, subscription.user_id)
