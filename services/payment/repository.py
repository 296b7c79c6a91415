"""What the payment service reads and writes: balances and the ledger, as typed values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.kernel.db import Row, SystemConnection, TenantConnection
from services.kernel.sql import load

SQL = load(__package__)


@dataclass(frozen=True)
class Entry:
    """A row of the ledger."""

    id: int
    user_id: UUID
    kind: str
    amount_credits: int
    job_id: UUID | None
    reason: str
    created_at: datetime


async def read_balance(
    connection: TenantConnection | SystemConnection, user_id: UUID
) -> int | None:
    """Credits a person may spend, or None when there is no such person."""
    row = await connection.fetch_one(SQL.read_balance, user_id=user_id)
    return row["credit_balance"] if row else None


async def list_entries(
    connection: TenantConnection, user_id: UUID, *, before_id: int | None, limit: int
) -> Sequence[Row]:
    """A person's newest rows before one."""
    return await connection.fetch_all(
        SQL.list_entries, user_id=user_id, before_id=before_id, limit=limit
    )


async def add_grant(
    connection: SystemConnection,
    *,
    user_id: UUID,
    amount_credits: int,
    reason: str,
    unique_key: str,
    actor_id: UUID,
) -> None:
    """Grant credits, unless the key was used before or there is no such person."""
    await connection.execute(
        SQL.add_grant,
        user_id=user_id,
        amount_credits=amount_credits,
        reason=reason,
        unique_key=unique_key,
        actor_id=actor_id,
    )


async def find_grant(connection: SystemConnection, unique_key: str) -> Entry | None:
    """The row that a key made."""
    row = await connection.fetch_one(SQL.find_grant, unique_key=unique_key)
    return Entry(**row) if row else None
