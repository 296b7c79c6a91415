"""Subscriptions as we know them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from services.kernel.db import Jsonb, Row, SystemConnection, TenantConnection
from services.payment.ports.provider import SubscriptionState
from services.payment.records import Subscription
from services.payment.repository import SQL


def _found(row: Row | None) -> Subscription | None:
    return Subscription.of(row) if row else None


async def list_own(
    tenant: TenantConnection,
    user_id: UUID,
    *,
    before_at: datetime | None,
    before_id: UUID | None,
    limit: int,
) -> list[Row]:
    """A person's subscriptions, newest first."""
    return await tenant.fetch_all(
        SQL.list_subscriptions,
        user_id=user_id,
        before_at=before_at,
        before_id=before_id,
        limit=limit,
    )


async def find_own(
    tenant: TenantConnection, user_id: UUID, provider: str, subscription_id: UUID
) -> Subscription | None:
    """One of the person's subscriptions."""
    return _found(
        await tenant.fetch_one(
            SQL.find_subscription, user_id=user_id, provider=provider, id=subscription_id
        )
    )


async def has_one(tenant: TenantConnection, user_id: UUID, provider: str) -> bool:
    """Whether the person has one that runs, or may be resumed."""
    row = await tenant.fetch_only(SQL.has_subscription, user_id=user_id, provider=provider)
    return bool(row["found"])


async def does_another_run(tenant: TenantConnection, known: Subscription) -> bool:
    """Whether the person has another one that is billed."""
    row = await tenant.fetch_only(SQL.does_another_run, user_id=known.user_id, id=known.id)
    return bool(row["found"])


async def lock(system: SystemConnection, provider: str, provider_id: str) -> Subscription | None:
    """By the provider's id, held until the transaction ends."""
    return _found(
        await system.fetch_one(SQL.lock_subscription, provider=provider, provider_id=provider_id)
    )


async def lock_by_order(
    system: SystemConnection, provider: str, order_id: str
) -> Subscription | None:
    """The one that an order began, held until the transaction ends."""
    return _found(
        await system.fetch_one(SQL.find_subscription_by_order, provider=provider, order_id=order_id)
    )


async def find_newest(
    system: SystemConnection, provider: str, user_id: UUID
) -> Subscription | None:
    """The person's newest that is no duplicate."""
    return _found(
        await system.fetch_one(SQL.find_newest_subscription, provider=provider, user_id=user_id)
    )


async def add(
    system: SystemConnection, user_id: UUID, provider: str, state: SubscriptionState
) -> None:
    """A row for it, unless there is one."""
    await system.execute(
        SQL.add_subscription,
        user_id=user_id,
        provider=provider,
        provider_id=state.provider_id,
        tier=state.tier,
        status=state.status,
        told_tiers=_told({state.updated_at: str(state.tier)}),
    )


async def tell_tiers(
    system: SystemConnection, subscription_id: UUID, told: Mapping[datetime, str]
) -> None:
    """Remember the tiers that it was told to have, by the provider's time."""
    await system.execute(SQL.tell_tiers, id=subscription_id, told_tiers=_told(told))


def _told(told: Mapping[datetime, str]) -> Jsonb:
    return Jsonb({at.isoformat(): tier for at, tier in told.items()})


async def write(
    system: SystemConnection,
    subscription_id: UUID,
    state: SubscriptionState,
    *,
    past_due_since: datetime | None,
    entitled_until: datetime,
    provider_updated_at: datetime | None,
) -> None:
    """Remember a state of one that is locked."""
    await system.execute(
        SQL.update_subscription,
        id=subscription_id,
        tier=state.tier,
        status=state.status,
        order_id=state.order_id,
        current_period_end=state.current_period_end,
        ends_at=state.ends_at,
        past_due_since=past_due_since,
        entitled_until=entitled_until,
        provider_updated_at=provider_updated_at,
        manage_url=state.manage_url,
    )


async def list_lapsing(
    system: SystemConnection, provider: str, limit: int
) -> Sequence[Subscription]:
    """Those that gave a tier until now and whose end was not handled."""
    rows = await system.fetch_all(SQL.list_lapsing, provider=provider, limit=limit)
    return [Subscription.of(row) for row in rows]


async def list_forsaken(
    system: SystemConnection, provider: str, limit: int
) -> Sequence[Subscription]:
    """Those that run although their person deleted the account."""
    rows = await system.fetch_all(SQL.list_forsaken, provider=provider, limit=limit)
    return [Subscription.of(row) for row in rows]


async def mark_duplicate(system: SystemConnection, subscription_id: UUID) -> None:
    """Remember that its person has another one that runs, if so. Lock the person before."""
    await system.execute(SQL.mark_duplicate, id=subscription_id)


async def list_duplicates(
    system: SystemConnection, provider: str, limit: int
) -> Sequence[Subscription]:
    """Those that run although their person had another one already."""
    rows = await system.fetch_all(SQL.list_duplicates, provider=provider, limit=limit)
    return [Subscription.of(row) for row in rows]


async def mark_lapsed(system: SystemConnection, subscription_id: UUID) -> bool:
    """Handle the end of one, once; false when it goes on or was handled."""
    return await system.fetch_one(SQL.mark_lapsed, id=subscription_id) is not None
