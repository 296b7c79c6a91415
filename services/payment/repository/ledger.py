"""Balances and the ledger: a row is a transfer, made once per key, and stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from services.kernel.db import Row, SystemConnection, TenantConnection
from services.payment.records import Balance, Entry
from services.payment.repository import SQL

Connection = TenantConnection | SystemConnection


async def read_balance(connection: Connection, user_id: UUID) -> Balance | None:
    """A person's accounts, or None when there is no such person."""
    row = await connection.fetch_one(SQL.read_balance, user_id=user_id)
    return Balance.of(row) if row else None


async def list_entries(
    connection: Connection, user_id: UUID, *, before_id: int | None, limit: int
) -> Sequence[Row]:
    """A person's newest rows before one."""
    return await connection.fetch_all(
        SQL.list_entries, user_id=user_id, before_id=before_id, limit=limit
    )


async def add_grant(
    system: SystemConnection,
    *,
    user_id: UUID,
    amount_credits: int,
    reason: str,
    unique_key: str,
    actor_id: UUID,
) -> None:
    """Move credits to a person, or from them when the amount is negative.

    Does nothing when the key was used before or there is no such person; raises `DatabaseRefused`
    with PV001 when the person has fewer.
    """
    await system.execute(
        SQL.add_grant if amount_credits >= 0 else SQL.take_back,
        user_id=user_id,
        amount_credits=abs(amount_credits),
        reason=reason,
        unique_key=unique_key,
        actor_id=actor_id,
    )


async def find_entry(system: SystemConnection, unique_key: str) -> Entry | None:
    """The row that a key made."""
    row = await system.fetch_one(SQL.find_entry, unique_key=unique_key)
    return Entry.of(row) if row else None


async def is_month_due(tenant: TenantConnection, user_id: UUID, tier: str) -> bool:
    """Whether a person of this tier with a proven address lacks this month's free credits."""
    row = await tenant.fetch_only(SQL.is_month_due, user_id=user_id, tier=tier)
    return bool(row["due"])


async def add_month(
    system: SystemConnection, *, tier: str, credits_: int, user_id: UUID | None, limit: int
) -> int:
    """Give this month's free credits to those who lack them, or to one; how many got them."""
    return await system.execute(
        SQL.add_month, tier=tier, credits=credits_, user_id=user_id, limit=limit
    )


async def add_purchase(
    system: SystemConnection,
    *,
    user_id: UUID,
    payment_id: UUID,
    credits_: int,
    unique_key: str,
    reason: str,
) -> None:
    """Give what a payment bought; a second time for the key is refused by the database."""
    await system.execute(
        SQL.add_purchase,
        user_id=user_id,
        payment_id=payment_id,
        credits=credits_,
        unique_key=unique_key,
        reason=reason,
    )


async def take_refund(
    system: SystemConnection,
    *,
    user_id: UUID,
    payment_id: UUID,
    credits_: int,
    unique_key: str,
    reason: str,
) -> bool:
    """Take back what is left of so many credits, the rest as a debt; true once per key."""
    row = await system.fetch_only(
        SQL.refund_credits,
        user_id=user_id,
        payment_id=payment_id,
        credits=credits_,
        unique_key=unique_key,
        reason=reason,
    )
    return bool(row["refunded"])
