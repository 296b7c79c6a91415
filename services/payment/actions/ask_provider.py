"""Ask the provider how a subscription is: a webhook of it may be late, or lost."""

from __future__ import annotations

from dataclasses import dataclass

from services.kernel.db import Database
from services.kernel.logs import logger
from services.payment.actions.apply_subscription import ApplySubscription
from services.payment.errors import ProviderRefused, ProviderUnavailable
from services.payment.ports.provider import PaymentProvider
from services.payment.records import Subscription


@dataclass(frozen=True)
class AskProvider:
    """Not within a transaction: the answer may take seconds."""

    database: Database
    provider: PaymentProvider
    apply: ApplySubscription

    async def run(self, subscription: Subscription) -> bool:
        """Take in what the provider says; false when it can't be asked now."""
        try:
            state = await self.provider.read(subscription)
        except ProviderUnavailable:
            return False
        except ProviderRefused:
            logger(__name__).error("subscription_unknown_there", id=str(subscription.id))
            return True
        if state.tier is not None:
            async with self.database.system() as system:
                await self.apply.run(system, state, subscription.user_id)
        return True
