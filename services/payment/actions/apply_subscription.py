"""Take a subscription's state in, whoever tells it: newer states win, and the tier follows.

The subscription's row is locked first, the person's after it, as everywhere in this service.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from services.kernel.db import SystemConnection
from services.payment import entitlement
from services.payment.outcomes import Outcome, Postponed
from services.payment.ports.provider import PAID, SubscriptionState
from services.payment.records import Subscription
from services.payment.repository import people, subscriptions


@dataclass(frozen=True)
class ApplySubscription:
    """`tiers` in order, the lowest first."""

    provider: str
    tiers: Sequence[str]
    grace: timedelta

    async def run(
        self, system: SystemConnection, state: SubscriptionState, user_id: UUID | None
    ) -> Outcome:
        """Within the caller's transaction. `user_id`: whom the event names, if it names anybody.

        Raises `Postponed` while the tier of its variant is unknown.
        """
        if state.tier is None:
            raise Postponed("variant_unknown")
        known = await subscriptions.lock(system, self.provider, state.provider_id)
        if known is None:
            if user_id is None or not await people.has_person(system, user_id):
                return Outcome.UNKNOWN_PERSON
            known = await self._add(system, state, user_id)
        if user_id is not None and user_id != known.user_id:
            return Outcome.FOREIGN_PERSON
        told = entitlement.remember(known.told, state.updated_at, state.tier)
        await subscriptions.tell_tiers(system, known.id, told)
        if known.provider_updated_at and state.updated_at < known.provider_updated_at:
            return Outcome.STALE
        await self.write(system, known, state)
        return Outcome.APPLIED

    async def write(
        self, system: SystemConnection, known: Subscription, state: SubscriptionState
    ) -> None:
        """Remember a state of a locked one, and give or take the tier."""
        overdue_since = entitlement.past_due_since(state, known.past_due_since)
        await subscriptions.write(
            system,
            known.id,
            state,
            past_due_since=overdue_since,
            entitled_until=entitlement.entitled_until(
                state, overdue_since, self.grace, known.duplicate_since
            ),
            provider_updated_at=state.updated_at,
        )
        await self.refresh_tier(system, known.user_id)

    async def refresh_tier(self, system: SystemConnection, user_id: UUID) -> None:
        """Access tokens that are out tell the former tier until they expire."""
        if await people.lock_person(system, user_id):
            await people.refresh_tier(system, user_id, self.tiers)

    async def _add(
        self, system: SystemConnection, state: SubscriptionState, user_id: UUID
    ) -> Subscription:
        await subscriptions.add(system, user_id, self.provider, state)
        known = await subscriptions.lock(system, self.provider, state.provider_id)
        if known is not None and state.status in PAID and await people.lock_person(system, user_id):
            await subscriptions.mark_duplicate(system, known.id)
            known = await subscriptions.lock(system, self.provider, state.provider_id)
        if known is None:
            raise LookupError("the subscription that was just added has gone")
        return known
