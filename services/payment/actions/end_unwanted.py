"""Cancel subscriptions that nobody wants: nobody pays for nothing, and nobody pays twice.

They are those of people who deleted their accounts, and those that were bought while the person had
another one already. The money of the latter is given back: see `ApplyInvoice`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from services.kernel.db import Database
from services.kernel.logs import logger
from services.payment.actions.apply_subscription import ApplySubscription
from services.payment.errors import ProviderRefused, ProviderUnavailable
from services.payment.ports.provider import PaymentProvider
from services.payment.records import Subscription
from services.payment.repository import subscriptions

BATCH = 50
FORSAKEN_EVERY_S = 60.0
DUPLICATES_EVERY_S = 5.0


@dataclass(frozen=True)
class EndUnwanted:
    """Two turns of the background; what the provider refuses is logged and tried again."""

    database: Database
    provider: PaymentProvider
    apply: ApplySubscription

    async def forsaken(self) -> float:
        """Those that still run although their person has gone; seconds to rest."""
        async with self.database.system() as system:
            found = await subscriptions.list_forsaken(system, self.provider.name, BATCH)
        await self._end(found)
        return FORSAKEN_EVERY_S

    async def duplicates(self) -> float:
        """Those that still run beside an older one; seconds to rest."""
        async with self.database.system() as system:
            found = await subscriptions.list_duplicates(system, self.provider.name, BATCH)
        await self._end(found)
        return DUPLICATES_EVERY_S

    async def _end(self, unwanted: Iterable[Subscription]) -> None:
        for subscription in unwanted:
            try:
                state = await self.provider.cancel(subscription)
            except (ProviderRefused, ProviderUnavailable) as failure:
                reason = type(failure).__name__
                logger(__name__).error(
                    "subscription_not_cancelled", id=str(subscription.id), reason=reason
                )
                continue
            if state.tier is not None:
                async with self.database.system() as system:
                    await self.apply.run(system, state, subscription.user_id)
