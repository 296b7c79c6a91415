"""Begin to buy a tier: an address at the payment provider, which tells us later who paid."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.kernel.db import Database
from services.payment.errors import AlreadySubscribed, PersonUnknown, TierNotForSale
from services.payment.ports.provider import Basket, PaymentProvider
from services.payment.repository import people, subscriptions

LIFE = timedelta(hours=1)


@dataclass(frozen=True)
class OpenCheckout:
    """Nothing is stored: a checkout that nobody pays leaves no trace."""

    database: Database
    provider: PaymentProvider
    sold: Collection[str]

    async def run(self, user_id: UUID, tier: str) -> tuple[str, datetime]:
        """The address and until when it opens. Raises `TierNotForSale`, `AlreadySubscribed`,
        `PersonUnknown`, and the provider's problems."""
        if tier not in self.sold:
            raise TierNotForSale(tier)
        async with self.database.tenant(user_id) as tenant:
            email = await people.read_email(tenant, user_id)
            if email is None:
                raise PersonUnknown
            if await subscriptions.has_one(tenant, user_id, self.provider.name):
                raise AlreadySubscribed
        expires_at = datetime.now(UTC) + LIFE
        return await self.provider.open_checkout(
            Basket(user_id, email, tier, expires_at)
        ), expires_at
