"""Cancel the subscriptions of people who deleted their accounts: nobody pays for nothing."""

from __future__ import annotations

from dataclasses import dataclass

from services.kernel.db import Database
from services.kernel.logs import logger
from services.payment.actions.apply_subscription import ApplySubscription
from services.payment.errors import ProviderRefused, ProviderUnavailable
from services.payment.ports.provider import PaymentProvider
from services.payment.records import Subscription
from services.payment.repository import subscriptions

BATCH = 50
EVERY_S = 60.0


@dataclass(frozen=True)
class EndForsaken:
    """A turn of the background; what the provider refuses is tried again, and stays in the log."""

    database: Database
    provider: PaymentProvider
    apply: ApplySubscription

    async def turn(self) -> float:
        """Those that still run; seconds to rest."""
        async with self.database.system() as system:
            forsaken = await subscriptions.list_forsaken(system, self.provider.name, BATCH)
        for subscription in forsaken:
            await self._end(subscription)
        return EVERY_S

    async def _end(self, subscription: Subscription) -> None:
        try:
            state = await self.provider.cancel(subscription)
        except (ProviderRefused, ProviderUnavailable) as failure:
            logger(__name__).error(
                "forsaken_not_cancelled", id=str(subscription.id), reason=type(failure).__name__
            )
            return
        if state.tier is not None:
            async with self.database.system() as system:
                await self.apply.run(system, state, subscription.user_id)
