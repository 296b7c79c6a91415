"""Invoices that were paid."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from services.kernel.db import Row, SystemConnection, TenantConnection
from services.payment.ports.provider import InvoiceState
from services.payment.records import Payment, Subscription
from services.payment.repository import SQL


def _found(row: Row | None) -> Payment | None:
    return Payment.of(row) if row else None


async def list_own(
    tenant: TenantConnection,
    user_id: UUID,
    *,
    before_at: datetime | None,
    before_id: UUID | None,
    limit: int,
) -> list[Row]:
    """A person's payments, newest first."""
    return await tenant.fetch_all(
        SQL.list_payments, user_id=user_id, before_at=before_at, before_id=before_id, limit=limit
    )


async def add(
    system: SystemConnection,
    subscription: Subscription,
    provider: str,
    invoice: InvoiceState,
    *,
    tier: str,
    credits_: int,
) -> Payment | None:
    """A row for it, or None when there is one."""
    return _found(
        await system.fetch_one(
            SQL.add_payment,
            user_id=subscription.user_id,
            subscription_id=subscription.id,
            provider=provider,
            provider_id=invoice.provider_id,
            tier=tier,
            billing_reason=invoice.billing_reason,
            currency=invoice.currency,
            total_cents=invoice.total_cents,
            credits=credits_,
            paid_at=invoice.updated_at,
        )
    )


async def lock(system: SystemConnection, provider: str, provider_id: str) -> Payment | None:
    """By the provider's id, held until the transaction ends."""
    return _found(
        await system.fetch_one(SQL.lock_payment, provider=provider, provider_id=provider_id)
    )


async def lock_by_id(system: SystemConnection, provider: str, payment_id: UUID) -> Payment | None:
    """By our id, held until the transaction ends."""
    return _found(await system.fetch_one(SQL.lock_payment_by_id, provider=provider, id=payment_id))


async def lock_first(system: SystemConnection, subscription_id: UUID) -> Payment | None:
    """The one that a subscription began with, held until the transaction ends."""
    return _found(await system.fetch_one(SQL.find_first_payment, subscription_id=subscription_id))


async def find_newest(system: SystemConnection, provider: str, user_id: UUID) -> Payment | None:
    """The person's newest."""
    return _found(
        await system.fetch_one(SQL.find_newest_payment, provider=provider, user_id=user_id)
    )


async def is_paid_since(system: SystemConnection, subscription_id: UUID, since: datetime) -> bool:
    """Whether a subscription was paid at that time or later."""
    row = await system.fetch_only(SQL.is_paid_since, subscription_id=subscription_id, since=since)
    return bool(row["paid"])


async def mark_refunded(
    system: SystemConnection, payment_id: UUID, *, refunded_cents: int, credits_refunded: int
) -> Payment:
    """Remember what of a locked one was given back so far."""
    return Payment.of(
        await system.fetch_only(
            SQL.mark_refunded,
            id=payment_id,
            refunded_cents=refunded_cents,
            credits_refunded=credits_refunded,
        )
    )


async def claim_refund(
    system: SystemConnection, payment_id: UUID, *, wanted_cents: int, lease_s: float
) -> Payment | None:
    """Decide that so much is given back in all, and be the one who asks for it.

    None while another is.
    """
    return _found(
        await system.fetch_one(
            SQL.claim_refund, id=payment_id, wanted_cents=wanted_cents, lease_s=lease_s
        )
    )


async def end_refund(system: SystemConnection, claimed: Payment) -> None:
    """Nothing is to be done any more, unless another has claimed it since."""
    await system.execute(SQL.end_refund, id=claimed.id, claimed_until=claimed.refund_claimed_until)


async def rest_refund(system: SystemConnection, claimed: Payment, rest_s: float) -> None:
    """The background tries it again after so many seconds; whoever asks may claim it before."""
    await system.execute(
        SQL.rest_refund,
        id=claimed.id,
        claimed_until=claimed.refund_claimed_until,
        rest_s=rest_s,
    )


async def want_refund(system: SystemConnection, payment_id: UUID) -> None:
    """Decide that all of it is given back, unless something is decided already."""
    await system.execute(SQL.want_refund, id=payment_id)


async def list_refunds(system: SystemConnection, provider: str, limit: int) -> list[Payment]:
    """Those that are decided, do not rest, and that nobody asks for now."""
    rows = await system.fetch_all(SQL.list_refunds, provider=provider, limit=limit)
    return [Payment.of(row) for row in rows]
