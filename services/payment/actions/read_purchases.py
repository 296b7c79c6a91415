"""Show a person's own subscriptions and payments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.kernel.db import Database
from services.kernel.pagination import Paging, cut, decode
from services.payment.errors import SubscriptionNotFound
from services.payment.records import Payment, Subscription
from services.payment.repository import payments, subscriptions


@dataclass(frozen=True)
class ReadPurchases:
    """Page by page, newest first; or a subscription by id."""

    database: Database
    provider: str

    async def subscriptions(
        self, user_id: UUID, paging: Paging
    ) -> tuple[Sequence[Subscription], str | None]:
        """A page, and the cursor of the next."""
        before_at, before_id = decode(paging.cursor, datetime.fromisoformat, UUID)
        async with self.database.tenant(user_id) as tenant:
            rows = await subscriptions.list_own(
                tenant,
                user_id,
                before_at=before_at,
                before_id=before_id,
                limit=paging.limit + 1,
            )
        kept, cursor = cut(rows, paging.limit, "created_at", "id")
        return [Subscription.of(row) for row in kept], cursor

    async def subscription(self, user_id: UUID, subscription_id: UUID) -> Subscription:
        """Raises `SubscriptionNotFound`, for another person's too."""
        async with self.database.tenant(user_id) as tenant:
            found = await subscriptions.find_own(tenant, user_id, self.provider, subscription_id)
        if found is None:
            raise SubscriptionNotFound
        return found

    async def payments(self, user_id: UUID, paging: Paging) -> tuple[Sequence[Payment], str | None]:
        """A page, and the cursor of the next."""
        before_at, before_id = decode(paging.cursor, datetime.fromisoformat, UUID)
        async with self.database.tenant(user_id) as tenant:
            rows = await payments.list_own(
                tenant,
                user_id,
                before_at=before_at,
                before_id=before_id,
                limit=paging.limit + 1,
            )
        kept, cursor = cut(rows, paging.limit, "created_at", "id")
        return [Payment.of(row) for row in kept], cursor
