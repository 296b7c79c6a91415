"""Take a subscription's state in, whoever tells it: newer states win, and the tier follows.

The subscription's row is locked first, the person's after it, as everywhere in this service.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.kernel.db import SystemConnection
from services.payment import entitlement
from services.payment.outcomes import Outcome, Postponed
from services.payment.ports.provider import RUNNING, SubscriptionState
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
        await self.write(system, known, state, heard=state.updated_at)
        return Outcome.APPLIED

    async def write(
        self,
        system: SystemConnection,
        known: Subscription,
        state: SubscriptionState,
        *,
        heard: datetime | None,
    ) -> None:
        """Remember a state of a locked one, and give or take the tier.

        `heard`: the newest time by its own clock; older states will be stale.
        """
        if state.status in RUNNING and known.status not in RUNNING:
            known = await self._judge(system, known)
        overdue_since = entitlement.past_due_since(state, known.past_due_since)
        await subscriptions.write(
            system,
            known.id,
            state,
            past_due_since=overdue_since,
            entitled_until=entitlement.entitled_until(state, overdue_since, self.grace, known),
            provider_updated_at=heard,
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
        known = await self._locked(system, state.provider_id)
        return await self._judge(system, known) if known.status in RUNNING else known

    async def _judge(self, system: SystemConnection, known: Subscription) -> Subscription:
        """Of those that run, the one that was told to run first stays; another is a duplicate."""
        if known.duplicate_since or not await people.lock_person(system, known.user_id):
            return known
        await subscriptions.mark_duplicate(system, known.id)
        return await self._locked(system, known.provider_id)

    async def _locked(self, system: SystemConnection, provider_id: str) -> Subscription:
        known = await subscriptions.lock(system, self.provider, provider_id)
        if known is None:
            raise LookupError("a subscription that was locked or added has gone")
        return known
