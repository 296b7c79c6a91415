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


async def add_month(system: SystemConnection, *, tier: str, credits_: int, user_id: UUID) -> None:
    """Give this month's free credits to a person who lacks them."""
    await system.execute(SQL.add_month, tier=tier, credits=credits_, user_id=user_id)


async def add_month_to_verified(
    system: SystemConnection, *, tier: str, credits_: int, since_s: float
) -> int:
    """To those whose address was proven within so many seconds; how many got them."""
    return await system.execute(
        SQL.add_month_to_verified, tier=tier, credits=credits_, since_s=since_s
    )


async def add_month_after(
    system: SystemConnection, *, tier: str, credits_: int, after: UUID | None, limit: int
) -> UUID | None:
    """To those among the next people by id; the last one looked at, None when all were."""
    row = await system.fetch_only(
        SQL.add_month_after, tier=tier, credits=credits_, after=after, limit=limit
    )
    return row["last_id"] if row["people"] == limit else None


async def read_rest_of_month(system: SystemConnection) -> float:
    """Seconds until the next month begins by the database's clock, in UTC."""
    row = await system.fetch_only(SQL.read_rest_of_month)
    return float(row["seconds"])


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
